using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>A notice of support, from its publication to its withdrawal, as a merchant meets it.</summary>
public sealed class ServiceNoticeTests(Chromium chromium)
{
    [Fact]
    public async Task A_severe_notice_stops_what_it_concerns_until_it_is_withdrawn_and_then_the_same_press_buys()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(50m);
        await merchant.GetRatesAsync();
        decimal price = await merchant.ChosenPriceAsync();

        await using var office = await chromium.VisitAsync(app);
        var support = new Merchant(office);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await support.OpenAsync("/admin/service-notices/new");
        await office.Page.Locator("#english-title").FillAsync("No parcels to Ontario");
        await office.Page.Locator("#english-text").FillAsync("A flood has closed the sorting plant.");
        await office.Page.Locator("#french-title").FillAsync("Aucun colis vers l’Ontario");
        await office.Page.Locator("#french-text").FillAsync("Une inondation a fermé le centre de tri.");
        await office.Page.GetByLabel("Severe", new() { Exact = true }).CheckAsync();
        await office.Page.GetByLabel("Stop purchases of what it concerns while it is in force").CheckAsync();
        await office.Page.GetByLabel("Ontario", new() { Exact = true }).CheckAsync();
        await office.Page.Locator("#reason").FillAsync("The plant is under water.");
        await office.Page.Keyboard.PressAsync("Tab");
        await support.Button("Publish", "Publier").ClickAsync();
        await office.Page.WaitForURLAsync("**/admin/service-notices");

        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("A flood has closed the sorting plant.").First).ToBeVisibleAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(50m));
        await visitor.AssertAccessibleAsync("stopped-by-notice");
        await visitor.AssertNoHorizontalScrollAsync("stopped-by-notice");

        await support.InteractiveAsync();
        await office.Page.Locator("a[href^='/admin/service-notices/']:not([href*='/new'])").First.ClickAsync();
        await Assertions.Expect(office.Page.Locator("#english-title")).ToHaveValueAsync("No parcels to Ontario");
        await office.Page.Locator("#reason").FillAsync("The plant works again.");
        await office.Page.Keyboard.PressAsync("Tab");
        await support.Button("Withdraw now", "Retirer maintenant").ClickAsync();
        await Assertions.Expect(support.Button("Withdraw now", "Retirer maintenant")).ToHaveCountAsync(0);

        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(50m - price));
        visitor.AssertNoComplaints();
        office.AssertNoComplaints();
    }
}
