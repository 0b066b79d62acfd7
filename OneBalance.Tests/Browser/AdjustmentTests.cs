using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>What the carrier charges afterwards, from support's form to the merchant's dispute and the money back.</summary>
public sealed class AdjustmentTests(Chromium chromium)
{
    [Fact]
    public async Task An_adjustment_is_passed_on_disputed_and_credited()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(100m);
        await using var office = await chromium.VisitAsync(app, Look.Desktop);
        var support = new Merchant(office);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);

        // Support passes a line of the carrier's invoice on, with its evidence.
        await support.OpenAsync("/admin");
        await office.Page.Locator("main a[href*='/admin/accounts/']").First.ClickAsync();
        await support.Button("Pass on a carrier adjustment", "").ClickAsync();
        await office.Page.Locator("#adjust-line").FillAsync("INV-1/7");
        await office.Page.Locator("#adjust-amount").FillAsync("3.20");
        await office.Page.Locator("#adjust-words").FillAsync("2.4 kg instead of 1.2 kg at the sorting plant.");
        await office.Page.Locator("#adjust-evidence:enabled").SetInputFilesAsync(new FilePayload { Name = "scale.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.4 sample"u8.ToArray() });
        await Assertions.Expect(office.Page.GetByText("scale.pdf")).ToBeVisibleAsync();
        await office.AssertAccessibleAsync("adjustment-form");
        await support.Button("Tell the merchant and debit", "").ClickAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(96.80m), new() { Timeout = 30_000 });

        // The merchant sees why, and disputes it; too few words are not enough.
        await merchant.OpenAsync("/balance/adjustments");
        var told = visitor.Page.GetByTestId("adjustment");
        await Assertions.Expect(told).ToContainTextAsync("2.4 kg instead of 1.2 kg at the sorting plant.");
        await told.GetByRole(AriaRole.Button, new() { Name = "Dispute adjustment INV-1/7", Exact = true }).ClickAsync();
        await told.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Assertions.Expect(told.Locator(".field-error")).ToBeVisibleAsync();
        await told.Locator("textarea").FillAsync("Our scale shows 1.2 kg; a picture is with the parcel.");
        await visitor.AssertAccessibleInBothThemesAsync("adjustment-dispute");
        await told.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Assertions.Expect(told).ToContainTextAsync("Disputed, being looked at");

        // Support decides for the merchant, and the money is back.
        await support.OpenAsync("/admin/adjustments");
        var disputed = office.Page.GetByTestId("adjustment");
        await disputed.Locator("textarea").FillAsync("The picture shows it: credited.");
        await office.AssertAccessibleAsync("adjustment-decision");
        await disputed.GetByRole(AriaRole.Button, new() { Name = "Credit $3.20", Exact = true }).ClickAsync();
        await Assertions.Expect(disputed).ToContainTextAsync("Credited");
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(100m), new() { Timeout = 30_000 });
        await merchant.OpenAsync("/balance/adjustments");
        await Assertions.Expect(told).ToContainTextAsync("The picture shows it: credited.");
        visitor.AssertNoComplaints();
        office.AssertNoComplaints();
    }
}
