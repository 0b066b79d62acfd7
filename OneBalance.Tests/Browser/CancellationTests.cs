using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>An account's end, from the request to the last cent.</summary>
public sealed class CancellationTests(Chromium chromium)
{
    private const string RefundFails = "4000000000007726";

    [Fact]
    public async Task A_merchant_cancels_two_of_support_close_and_a_failed_refund_leaves_by_cheque()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync(RefundFails);
        await merchant.AddFundsAsync(150m);
        await merchant.GetRatesAsync();
        decimal left = 150m - await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();

        await merchant.OpenAsync("/account/cancel");
        await Assertions.Expect(visitor.Page.GetByTestId("whole")).ToHaveTextAsync(merchant.Money(left));
        Assert.Equal(0, await visitor.Page.Locator("input[type=number], input[inputmode]").CountAsync());
        var archive = await visitor.Page.RunAndWaitForDownloadAsync(() => merchant.Link("Download archive (ZIP)", "").ClickAsync());
        await AssertHoldsAllAsync(archive);
        await merchant.Button("Request cancellation", "").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Say in a few words why you cancel.")).ToBeVisibleAsync();
        await visitor.Page.Locator("#cancel-reason").FillAsync("We close the shop.");
        await merchant.Button("Request cancellation", "").ClickAsync();
        string reference = await visitor.Page.GetByTestId("reference").InnerTextAsync();
        Assert.Matches("^CA-[0-9A-Z]{4}-[0-9A-Z]{4}$", reference);
        await visitor.AssertAccessibleAsync("cancellation-requested");

        // One opens; the same person may not approve.
        await using var first = await chromium.VisitAsync(app, Look.Phone);
        var maker = new Merchant(first);
        await maker.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await maker.OpenAsync("/admin");
        await Assertions.Expect(first.Page.GetByTestId("queue-Cancellations")).ToContainTextAsync("Waiting: 1");
        await Assertions.Expect(first.Page.GetByTestId("queue-Cancellations")).ToContainTextAsync("The oldest for");
        await maker.OpenAsync("/admin/cancellations");
        await first.AssertAccessibleAsync("admin-cancellations");
        await first.AssertNoHorizontalScrollAsync("admin/cancellations");
        await maker.Link(reference, "").ClickAsync();
        await first.Page.Locator("#open-reason").FillAsync("Asked for on the page, money checked.");
        await first.AssertAccessibleAsync("admin-cancellation");
        await first.AssertNoHorizontalScrollAsync("admin/cancellation");
        await maker.Button("Open cancellation", "").ClickAsync();
        await Assertions.Expect(first.Page.GetByText("You opened this cancellation. Above $100.00 another person approves it.")).ToBeVisibleAsync();
        await Assertions.Expect(maker.Button("Approve", "")).ToHaveCountAsync(0);
        string file = new Uri(first.Page.Url).AbsolutePath;

        // From now on nothing can be funded, in the merchant's other tab neither.
        await merchant.OpenAsync("/balance");
        await Assertions.Expect(visitor.Page.GetByText("This account is being closed")).ToBeVisibleAsync();

        // The other approves; the whole remainder goes to the card.
        await using var second = await chromium.VisitAsync(app);
        var checker = new Merchant(second);
        await checker.SignInAsync(DemoAccounts.SupervisorEmail, DemoAccounts.SupervisorPassword);
        await checker.OpenAsync(file);
        await second.Page.Locator("#approve-reason").FillAsync("Plan and amount are right.");
        await checker.Button("Approve", "").ClickAsync();
        var lots = second.Page.GetByTestId("lot");
        await Assertions.Expect(lots).ToHaveCountAsync(1);
        await Assertions.Expect(lots.First).ToContainTextAsync("Sent");
        await merchant.OpenAsync("/account/cancel");
        await Assertions.Expect(visitor.Page.GetByTestId("remainder")).ToHaveTextAsync(merchant.Money(left));
        await Assertions.Expect(visitor.Page.GetByTestId("window")).ToHaveTextAsync(
            $"{DateTime.UtcNow.AddHours(-5).AddDays(42):yyyy-MM-dd} and {DateTime.UtcNow.AddHours(-5).AddDays(56):yyyy-MM-dd}");

        // The card's bank sends it back: it comes into the plan again, as a cheque.
        await FailRefundAsync(app);
        await second.Page.Locator("#run-reason").FillAsync("The bank says it came back.");
        await checker.Button("Run now", "").ClickAsync();
        await Assertions.Expect(lots).ToHaveCountAsync(2);
        await Assertions.Expect(lots.First).ToContainTextAsync("Failed");
        await second.Page.Locator("#lot-2-number").FillAsync("000417");
        await second.Page.Locator("#lot-2-reason").FillAsync("The card's bank sent the refund back.");
        await second.AssertAccessibleInBothThemesAsync("admin-cancellation-paying");
        await checker.Button("Record as sent", "").ClickAsync();
        await Assertions.Expect(second.Page.GetByTestId("set-aside")).ToHaveTextAsync("$0.00");
        await Assertions.Expect(lots.Last).ToContainTextAsync("000417");

        // Everything is told, and stays readable.
        await merchant.OpenAsync("/account/cancel");
        await Assertions.Expect(visitor.Page.GetByTestId("lot").Last).ToContainTextAsync("Paid");
        await visitor.AssertAccessibleInBothThemesAsync("cancellation-paid");
        await merchant.OpenAsync("/statements");
        await Assertions.Expect(visitor.Page.GetByTestId("closing")).ToHaveTextAsync("$0.00");
        await visitor.Page.GotoAsync("/dev/mail");
        foreach (string subject in new[] { "We have your cancellation request", "Your account is being closed", "is approved", "Money is on its way", "A refund to your card did not arrive", "is complete" })
        {
            await Assertions.Expect(visitor.Page.GetByTestId("mail").Filter(new() { HasText = subject }).First).ToBeVisibleAsync();
        }

        visitor.AssertNoComplaints();
        first.AssertNoComplaints();
        second.AssertNoComplaints();
    }

    /// <summary>Opened as the merchant opens it: the papers can be read, and the ledger has every movement.</summary>
    private static async Task AssertHoldsAllAsync(IDownload archive)
    {
        Assert.EndsWith(".zip", archive.SuggestedFilename);
        using var zip = ZipFile.OpenRead(await archive.PathAsync());
        string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
        foreach (string kind in new[] { "^labels/[0-9A-Z]+\\.pdf$", "^statements/[0-9]{4}-[0-9]{2}\\.pdf$", "^statements/[0-9]{4}-[0-9]{2}\\.csv$", "^invoices/INV-[0-9]+-000001\\.pdf$", "^receipts/.*\\.pdf$", "^ledger\\.csv$", "^README\\.txt$" })
        {
            Assert.Contains(names, name => Regex.IsMatch(name, kind));
        }

        foreach (var pdf in zip.Entries.Where(entry => entry.FullName.EndsWith(".pdf", StringComparison.Ordinal)))
        {
            Assert.StartsWith("%PDF-", await ReadAsync(pdf), StringComparison.Ordinal);
        }

        string ledger = await ReadAsync(zip.GetEntry("ledger.csv")!);
        Assert.All(new[] { "Fund", "Reserve", "Capture" }, kind => Assert.Contains($",{kind},", ledger, StringComparison.Ordinal));

        static async Task<string> ReadAsync(ZipArchiveEntry entry)
        {
            using var reader = new StreamReader(await entry.OpenAsync());
            return await reader.ReadToEndAsync();
        }
    }

    private static async Task FailRefundAsync(PublishedApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/refunds?limit=1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", StripeEmulatorSettings.DefaultSecretKey);
        using var answer = await app.Stripe.SendAsync(request);
        string refund = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["data"]![0]!["id"]!.GetValue<string>();
        using var settled = await app.Stripe.PostAsJsonAsync($"/_control/refunds/{refund}/settle", new { outcome = "failed" });
        settled.EnsureSuccessStatusCode();
    }
}
