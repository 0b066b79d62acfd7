using System.Net.Http.Json;
using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>What hangs, from the desk's queue to its end.</summary>
public sealed class SupportDeskTests(Chromium chromium)
{
    private const string Reason = "Canada Post says by phone that it is there.";

    [Fact]
    public async Task A_purchase_without_an_answer_is_found_in_its_queue_and_run_now_settles_it()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        decimal price = await merchant.ReadyToBuyAsync(50m);
        await using var office = await chromium.VisitAsync(app);
        var support = new Merchant(office);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);

        // The line drops after the label was made and the carrier's search is down; while the clock stands nothing is tried again by itself.
        await app.StopClockAsync();
        await FaultAsync(app, new { kind = "DropAfterActing", method = "POST", path = "/shipments" });
        await FaultAsync(app, new { kind = "Status", method = "GET", path = "/shipments", status = 503, times = 0 });
        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(merchant.Heading("Still asking Canada Post", "")).ToBeVisibleAsync();
        await merchant.OpenAsync("/balance");
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(50m - price));

        await support.OpenAsync("/admin");
        var queue = office.Page.GetByTestId("queue-UnknownPurchases");
        await Assertions.Expect(queue).ToContainTextAsync("Waiting: 1");
        await Assertions.Expect(queue).ToContainTextAsync("The oldest for");
        await queue.GetByRole(AriaRole.Link).ClickAsync();
        var open = office.Page.GetByTestId("open-Label");
        await Assertions.Expect(office.Page.GetByText("Only: Label.")).ToBeVisibleAsync();
        await open.Locator("a[href^='/admin/accounts/']").ClickAsync();
        await office.Page.WaitForURLAsync("**/admin/accounts/*");
        await Assertions.Expect(open).ToContainTextAsync("Answer unknown");
        var held = office.Page.GetByTestId("account-held");
        await Assertions.Expect(held).ToHaveTextAsync(support.Money(price));

        // Still no answer: the page says so, and the money stays held.
        await office.Page.Locator("#run-reason").FillAsync(Reason);
        await support.Button("Run now", "").ClickAsync();
        var ran = office.Page.GetByTestId("ran");
        await Assertions.Expect(ran).ToContainTextAsync("was run. It is still under way: Answer unknown.");
        await Assertions.Expect(held).ToHaveTextAsync(support.Money(price));

        (await app.CanadaPost.DeleteAsync("/_control/faults")).EnsureSuccessStatusCode();
        await support.Button("Run now", "").ClickAsync();
        await Assertions.Expect(ran).ToContainTextAsync("was run and is no longer under way.");
        await Assertions.Expect(open).ToHaveCountAsync(0);
        await Assertions.Expect(held).ToHaveTextAsync("$0.00");
        await Assertions.Expect(office.Page.GetByTestId("account-label")).ToContainTextAsync("Bought");
        await Assertions.Expect(office.Page.GetByTestId("trail")).ToContainTextAsync("What running it now came to");
        await Assertions.Expect(office.Page.GetByTestId("trail")).ToContainTextAsync(Reason);
        await office.AssertAccessibleAsync("admin-account-ran");

        await support.OpenAsync("/admin");
        await Assertions.Expect(queue).ToContainTextAsync("Nothing waits");
        await merchant.OpenAsync("/labels");
        await Assertions.Expect(visitor.Page.GetByTestId("label-row").GetByTestId("tracking-number")).ToHaveCountAsync(1);
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(50m - price));
        visitor.AssertNoComplaints();
        office.AssertNoComplaints();
    }

    private static async Task FaultAsync(PublishedApp app, object fault)
    {
        using var scripted = await app.CanadaPost.PostAsJsonAsync("/_control/faults", fault);
        scripted.EnsureSuccessStatusCode();
    }
}
