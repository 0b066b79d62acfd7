using System.Globalization;
using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.ServiceNotices;

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
        decimal price = await merchant.ReadyToBuyAsync(50m);

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

    [Fact]
    public async Task A_notice_for_one_service_and_place_stops_that_alone_and_ends_at_its_time()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Phone with { French = true });
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(100m);

        // Written for an hour, with a look at what merchants will read.
        await using var office = await chromium.VisitAsync(app);
        var support = new Merchant(office);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await support.OpenAsync("/admin/service-notices/new");
        await office.Page.Locator("#english-title").FillAsync("No Xpresspost in Ontario");
        await office.Page.Locator("#english-text").FillAsync("Its aircraft stay on the ground.");
        await office.Page.Locator("#french-title").FillAsync("Pas d’Xpresspost en Ontario");
        await office.Page.Locator("#french-text").FillAsync("Ses avions restent au sol.");
        await office.Page.GetByLabel("Severe", new() { Exact = true }).CheckAsync();
        await office.Page.GetByLabel("Stop purchases of what it concerns while it is in force").CheckAsync();
        var from = DateTime.Parse(await office.Page.Locator("#from").InputValueAsync(), CultureInfo.InvariantCulture);
        await office.Page.Locator("#to").FillAsync(from.AddHours(1).ToString(NoticeInput.TimeForm, CultureInfo.InvariantCulture));
        await office.Page.GetByLabel("Ontario", new() { Exact = true }).CheckAsync();
        await office.Page.GetByLabel("Xpresspost", new() { Exact = true }).CheckAsync();
        await office.Page.Locator("#reason").FillAsync("The airport is closed.");
        await office.Page.Keyboard.PressAsync("Tab");
        var preview = office.Page.Locator(".preview").GetByTestId("service-notice");
        await Assertions.Expect(preview.First).ToContainTextAsync("Its aircraft stay on the ground.");
        await Assertions.Expect(preview.First).ToContainTextAsync($"Places: Ontario. Services: Xpresspost. Until {from.AddHours(1):yyyy-MM-dd HH:mm}.");
        await Assertions.Expect(preview.Last).ToContainTextAsync("Ses avions restent au sol.");
        await Assertions.Expect(preview.Last).ToContainTextAsync("Lieux\u00a0: Ontario. Services\u00a0: Xpresspost. Jusqu’au ");
        await Assertions.Expect(preview.Last).ToHaveAttributeAsync("lang", "fr-CA");
        await office.AssertAccessibleAsync("service-notice-preview");
        await support.Button("Publish", "Publier").ClickAsync();
        await office.Page.WaitForURLAsync("**/admin/service-notices");

        // In the merchant's language; what it concerns cannot be bought, what it does not can.
        await merchant.GetRatesAsync();
        await ChooseAsync(merchant, "DOM.XP");
        var notice = visitor.Page.GetByTestId("service-notice");
        await Assertions.Expect(notice).ToContainTextAsync("Ses avions restent au sol.");
        await Assertions.Expect(notice).ToContainTextAsync("ne peuvent pas être achetées pour le moment.");
        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("#label-problem")).ToContainTextAsync("Pas d’Xpresspost en Ontario");
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(100m));
        await visitor.AssertAccessibleAsync("service-stopped");
        await visitor.AssertNoHorizontalScrollAsync("service-stopped");
        await ChooseAsync(merchant, "DOM.EP");
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        decimal price = await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();

        var clock = await visitor.OpenTabAsync();
        await clock.GotoAsync("/dev/clock");
        await clock.GetByRole(AriaRole.Button, new() { Name = "Avancer de 61 minutes", Exact = true }).ClickAsync();
        await clock.WaitForURLAsync("**/dev/clock");
        await merchant.OpenAsync("/");
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        await merchant.GetRatesAsync();
        await ChooseAsync(merchant, "DOM.XP");
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        price += await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(100m - price));
        visitor.AssertNoComplaints();
        office.AssertNoComplaints();
    }

    private static async Task ChooseAsync(Merchant merchant, string service)
    {
        await merchant.Page.Locator($"input[name=rate][value='{service}']").CheckAsync();
        await Assertions.Expect(merchant.Page.Locator($".rate.chosen input[value='{service}']")).ToHaveCountAsync(1);
    }
}
