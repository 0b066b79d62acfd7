using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>A void that waits for its hour, and a refund that the carrier rejects, as the merchant sees them.</summary>
public sealed class RefundTests(Chromium chromium)
{
    [Fact]
    public async Task A_scheduled_void_runs_by_itself_when_the_clock_has_moved_past_the_hour()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        await BuyAsync(merchant);
        await Assertions.Expect(merchant.Chip).Not.ToHaveTextAsync(merchant.Money(100m));

        await merchant.OpenAsync("/labels");
        var row = visitor.Page.GetByTestId("label-row");
        await Assertions.Expect(row.GetByTestId("refund-clock")).ToContainTextAsync(new Regex(@"Void in \d\d:\d\d\s*at \d\d:\d\d:\d\d"));
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Void as soon as allowed") }).ClickAsync();
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Void as soon as allowed", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync("Voids itself at");
        await visitor.AssertAccessibleAsync("void-scheduled");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Void scheduled");

        await app.AdvanceAsync(TimeSpan.FromMinutes(61));

        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(100m), new() { Timeout = 30_000 });
        await Assertions.Expect(row).ToContainTextAsync("Voided", new() { Timeout = 15_000 });
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_rejected_refund_tells_the_merchant_why()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        await BuyAsync(merchant);
        string after = await merchant.Chip.InnerTextAsync();
        await merchant.OpenAsync("/manifests");
        await merchant.Button("Close the day", "Fermer la journée").ClickAsync();
        await merchant.Button("Close the day", "Fermer la journée").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("manifest-document")).ToHaveCountAsync(1, new() { Timeout = 30_000 });

        await merchant.OpenAsync("/labels");
        await visitor.Page.GetByTestId("label-row").GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Ask for a refund") }).ClickAsync();
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ask for a refund", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog.GetByTestId("take-back")).ToBeVisibleAsync();
        await app.AdvanceAsync(TimeSpan.FromMinutes(1));
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync("Canada Post took the request, service ticket");
        await visitor.AssertAccessibleAsync("refund-asked");

        await using var office = await chromium.VisitAsync(app, Look.Desktop);
        var support = new Merchant(office);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await support.OpenAsync("/admin/refund-claims");
        await office.Page.GetByTestId("claim").GetByRole(AriaRole.Button).ClickAsync();
        await support.Dialog.GetByLabel("Rejected").CheckAsync();
        await support.Dialog.Locator("#claim-reason").FillAsync("The parcel was delivered.");
        await office.AssertAccessibleAsync("claim-decision");
        await support.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save decision", Exact = true }).ClickAsync();
        await Assertions.Expect(office.Page.GetByText("No claim waits for Canada Post.")).ToBeVisibleAsync();
        await office.AssertAccessibleAsync("refund-claims");

        await merchant.OpenAsync("/labels");
        await visitor.Page.GetByTestId("label-row").Locator("a.recipient").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Canada Post rejected the refund. Nothing was credited.")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText("Reason: The parcel was delivered.")).ToBeVisibleAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(after);
        await visitor.AssertAccessibleAsync("refund-rejected");
        visitor.AssertNoComplaints();
        office.AssertNoComplaints();
    }

    private static async Task BuyAsync(Merchant merchant)
    {
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(100m);
        await merchant.GetRatesAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
    }
}
