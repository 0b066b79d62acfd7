using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>Voids and refunds as the merchant sees them, with the development server's clock.</summary>
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
        await visitor.AssertAccessibleInBothThemesAsync("void-scheduled");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Void scheduled");

        // Another tab moves the clock; this page sees it by itself.
        var clock = await visitor.OpenTabAsync();
        await clock.GotoAsync("/dev/clock");
        await visitor.AssertAccessibleAsync("dev-clock", clock);
        string before = await clock.GetByTestId("dev-clock-now").InnerTextAsync();
        await clock.GetByRole(AriaRole.Button, new() { Name = "61 minutes ahead", Exact = true }).ClickAsync();
        await Assertions.Expect(clock.GetByTestId("dev-clock-now")).Not.ToHaveTextAsync(before);
        await clock.Locator("#clock-amount").FillAsync("30");
        await clock.GetByRole(AriaRole.Button, new() { Name = "Set ahead", Exact = true }).ClickAsync();
        await clock.WaitForURLAsync("**/dev/clock");

        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(100m), new() { Timeout = 30_000 });
        await Assertions.Expect(row).ToContainTextAsync("Voided", new() { Timeout = 15_000 });
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task The_windows_to_the_second()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(100m);
        await merchant.GetRatesAsync();
        await app.StopClockAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await merchant.OpenAsync("/labels");
        var row = visitor.Page.GetByTestId("label-row");
        var wait = row.Locator(".refund-clock-wait");
        var (later, now) = (Named("^Void as soon as allowed"), Named("^Void label for"));

        // The seconds change in one place that keeps its width: nothing around it moves.
        await Assertions.Expect(wait).ToHaveTextAsync("Void in 60:00");
        var node = await wait.ElementHandleAsync();
        float width = (await wait.BoundingBoxAsync())!.Width;
        await app.AdvanceAsync(TimeSpan.FromSeconds(3_548));
        await Assertions.Expect(wait).ToHaveTextAsync("Void in 00:52");
        Assert.True(await node.EvaluateAsync<bool>("element => element.isConnected"));
        Assert.Equal(width, (await wait.BoundingBoxAsync())!.Width, 0.5f);

        await app.AdvanceAsync(TimeSpan.FromSeconds(51));
        await Assertions.Expect(wait).ToHaveTextAsync("Void in 00:01");
        await Assertions.Expect(later).ToBeVisibleAsync();
        await Assertions.Expect(now).ToHaveCountAsync(0);

        await app.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Assertions.Expect(now).ToBeVisibleAsync();
        await Assertions.Expect(later).ToHaveCountAsync(0);

        // 15 days to the second; signed in again, as two weeks ended the first time.
        await app.AdvanceAsync(TimeSpan.FromDays(15) - TimeSpan.FromHours(1));
        await merchant.SignInAsync();
        await merchant.OpenAsync("/labels");
        await now.ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync("Void this label?");
        await app.AdvanceAsync(TimeSpan.FromSeconds(1));
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Void label", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync("The 15 days to void this label ended at");
        await visitor.AssertAccessibleInBothThemesAsync("void-too-late");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Assertions.Expect(row.GetByTestId("refund-clock")).ToContainTextAsync("Could be voided until");
        await Assertions.Expect(now).ToHaveCountAsync(0);
        visitor.AssertNoComplaints();

        ILocator Named(string name) => row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(name) });
    }

    [Fact]
    public async Task One_void_or_many_are_taken_back_with_one_press_and_then_run()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        await BuyAsync(merchant);
        await merchant.OpenAsync("/labels/new");
        await visitor.Page.WaitForURLAsync("**/labels/new/*");
        await merchant.InteractiveAsync();
        await merchant.GetRatesAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await app.AdvanceAsync(TimeSpan.FromMinutes(61));
        await app.StopClockAsync();
        await merchant.OpenAsync("/labels");
        var rows = visitor.Page.GetByTestId("label-row");
        await Assertions.Expect(rows).ToHaveCountAsync(2);

        await rows.First.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Void label for") }).ClickAsync();
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Void label", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog.GetByTestId("take-back")).ToHaveTextAsync("Sent in 10 s");
        await Assertions.Expect(merchant.Dialog.GetByTestId("take-back-said")).ToContainTextAsync("unless you take it back.");
        await visitor.AssertAccessibleInBothThemesAsync("void-take-back");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Take back", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync("Taken back. The label stays as it was.");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();

        foreach (bool back in new[] { true, false })
        {
            await visitor.Page.Locator(".selection label input").CheckAsync();
            await merchant.Button("Void selected", "").ClickAsync();
            await Assertions.Expect(merchant.Dialog.Locator(".many-rows li")).ToHaveCountAsync(2);
            await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Void labels", Exact = true }).ClickAsync();
            await Assertions.Expect(merchant.Dialog).ToContainTextAsync("2 requests are stored.");
            if (back)
            {
                await visitor.AssertAccessibleInBothThemesAsync("void-many");
                await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Take all back", Exact = true }).ClickAsync();
                await Assertions.Expect(merchant.Dialog).ToContainTextAsync("2 requests taken back.");
            }

            // By Escape, too, the list looks again; the dialog hears it once it has the focus that the pressed button took along.
            await Assertions.Expect(merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true })).ToBeFocusedAsync();
            await visitor.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(merchant.Dialog).ToHaveCountAsync(0);
            await Assertions.Expect(rows.Filter(new() { HasText = "Void scheduled" })).ToHaveCountAsync(back ? 0 : 2);
        }

        await app.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(100m), new() { Timeout = 30_000 });
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task An_unused_label_is_shown_on_day_12_and_voids_itself_on_day_14_where_wanted()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        await BuyAsync(merchant);
        await merchant.OpenAsync("/settings");
        await visitor.Page.GetByLabel("Void unused labels by themselves after 14 days").CheckAsync();
        await Assertions.Expect(visitor.Page.GetByText("Saved.")).ToBeVisibleAsync();

        await app.AdvanceAsync(TimeSpan.FromDays(12));
        await visitor.WithoutListeningAsync(app.SweepAsync);
        await merchant.SignInAsync();
        await visitor.EventuallyAsync(async () =>
        {
            await merchant.OpenAsync("/");
            return await visitor.Page.GetByTestId("unused-labels").CountAsync() == 1;
        });
        await Assertions.Expect(visitor.Page.GetByTestId("unused-labels")).ToContainTextAsync("A label was not used for 12 days.");
        await visitor.AssertAccessibleInBothThemesAsync("unused-labels");

        // The carrier is asked anew, and only its answer lets the label go.
        await app.AdvanceAsync(TimeSpan.FromDays(2));
        await visitor.WithoutListeningAsync(app.SweepAsync);
        await merchant.SignInAsync();
        await visitor.EventuallyAsync(async () =>
        {
            await visitor.WithoutListeningAsync(app.SweepAsync);
            await merchant.OpenAsync("/");
            return await merchant.Chip.InnerTextAsync() == merchant.Money(100m);
        });
        await merchant.OpenAsync("/labels");
        await visitor.Page.GetByTestId("label-row").Locator("a.recipient").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Not used: voided by itself")).ToBeVisibleAsync();
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
        string tracking = await visitor.Page.GetByTestId("label-row").GetByTestId("tracking-number").InnerTextAsync();

        // Refused at first, for whatever reason of the carrier's, it can be asked again.
        using var fault = await app.CanadaPost.PostAsJsonAsync("/_control/faults", new { kind = "Status", method = "POST", path = "/refund", status = 400 });
        await visitor.Page.GetByTestId("label-row").GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Ask for a refund") }).ClickAsync();
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Ask for a refund", Exact = true }).ClickAsync();
        await app.AdvanceAsync(TimeSpan.FromMinutes(1));
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync("Canada Post refused, and says why:");
        await visitor.AssertAccessibleInBothThemesAsync("refund-refused");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();

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

        // The carrier's money is the better evidence: its credit file, taken twice, credits once.
        for (int time = 1; time <= 2; time++)
        {
            await office.Page.Locator("#credit-file:enabled").SetInputFilesAsync(new FilePayload
            {
                Name = $"credits-{time}.csv",
                MimeType = "text/csv",
                Buffer = Encoding.UTF8.GetBytes($"Tracking number,Amount,Reference\n{tracking},5.00,CR-1\n9999999999999999,5.00,CR-1\n"),
            });
            var file = office.Page.GetByTestId("credit-file").Filter(new() { HasText = $"credits-{time}.csv" });
            await Assertions.Expect(file).ToContainTextAsync(time == 1 ? "1 of 2 lines credited" : "0 of 2 lines credited");
            await Assertions.Expect(file).ToContainTextAsync(time == 1 ? "Credited" : "Imported before");
            await Assertions.Expect(file).ToContainTextAsync("No label has this number");
        }

        await office.AssertAccessibleInBothThemesAsync("credit-file");
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(Merchant.Dollars(after) + 5m), new() { Timeout = 30_000 });
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
