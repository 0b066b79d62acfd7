using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>Money that comes by itself in the middle of a purchase, and money that the bank takes back.</summary>
public sealed class FundingTests(Chromium chromium)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Auto_funding_pays_for_a_label_that_the_balance_does_not(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(10m);
        await SwitchOnAsync(visitor, merchant);

        await merchant.GetRatesAsync();
        decimal price = await merchant.ChosenPriceAsync();
        Assert.True(price > 10m, $"A label of {price} needs no funding.");
        await Assertions.Expect(visitor.Page.GetByTestId("funding-note")).ToContainTextAsync(merchant.Money(100m));
        await visitor.AssertAccessibleAsync($"auto-funding-before-buying-{(french ? "fr" : "en")}");
        await merchant.BuyLabel.ClickAsync();

        // No dialog, nothing typed again: funded, bought, and what is left shows.
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(110m - price));
        await merchant.OpenAsync("/balance/auto-funding");
        await Assertions.Expect(visitor.Page.Locator(".rows li")).ToHaveCountAsync(2);
        await Assertions.Expect(visitor.Page.Locator(".rows .amount")).ToHaveTextAsync(merchant.Money(100m));
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_label_that_one_funding_does_not_cover_says_so_before_it_is_bought()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(10m);
        await SwitchOnAsync(visitor, merchant, amount: "10.00");

        await merchant.GetRatesAsync();
        var dearest = merchant.Rates.Last;
        await dearest.ClickAsync();
        decimal price = await merchant.ChosenPriceAsync();
        Assert.True(price > 20m, $"{price} is covered by 10.00 and a funding of 10.00.");

        await Assertions.Expect(visitor.Page.GetByTestId("funding-note")).ToContainTextAsync($"{merchant.Money(price - 20m)} would still be missing");
        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(merchant.Dialog.Locator("#add-funds-amount")).ToBeVisibleAsync();
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_payment_left_at_the_bank_is_gone_on_with_from_the_balance_page()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync(Merchant.BanksPageCard);
        await merchant.AskForFundsAsync("25.00");
        await visitor.Page.Locator("button[value=complete]").WaitForAsync();

        // Away from the bank's page without an answer, and back to it later.
        await merchant.OpenAsync("/balance");
        var line = visitor.Page.Locator(".unfinished li");
        await Assertions.Expect(line).ToContainTextAsync("Waiting for your bank");
        await visitor.AssertAccessibleAsync("unfinished-top-up");
        await line.GetByRole(AriaRole.Link, new() { Name = "Continue at your bank" }).ClickAsync();
        await visitor.Page.Locator("button[value=complete]").ClickAsync();

        await merchant.InteractiveAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("top-up-notice")).ToContainTextAsync("$25.00 added to your balance.");
        await Assertions.Expect(line).ToHaveCountAsync(0);
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync("$25.00");
        visitor.AssertNoComplaints();
    }

    [Theory]
    [InlineData("succeeded", "Added", "$25.00")]
    [InlineData("failed", "Not charged", "$0.00")]
    public async Task A_payment_that_is_processed_is_followed_to_its_end_on_every_page_that_shows_it(string outcome, string state, string available)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        var processor = new Processor(app);
        await processor.LeaveNextPaymentProcessingAsync();
        await merchant.AskForFundsAsync("25.00");
        await merchant.Dialog.GetByRole(AriaRole.Link, new() { Name = "Follow this top-up" }).ClickAsync();
        var head = visitor.Page.Locator(".receipt .head");
        await Assertions.Expect(head).ToContainTextAsync("Being processed");

        // The balance page in another tab shows it as unfinished.
        var other = await visitor.OpenTabAsync();
        await other.GotoAsync("/balance");
        await Assertions.Expect(other.Locator(".unfinished li")).ToContainTextAsync("Being processed");

        await processor.SettleNewestPaymentAsync(outcome);

        await Assertions.Expect(head).ToContainTextAsync(state);
        await Assertions.Expect(other.Locator(".unfinished li")).ToHaveCountAsync(0);
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(available);
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_dispute_that_is_lost_shows_on_the_open_page()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(50m);
        await merchant.OpenAsync("/balance/disputes");
        var processor = new Processor(app);

        // Opened while the page is looked at; lost, it moves no more money, and shows all the same.
        string dispute = await processor.DisputeNewestPaymentAsync();
        var card = visitor.Page.GetByTestId("dispute");
        await Assertions.Expect(card).ToBeVisibleAsync();
        await Assertions.Expect(card).Not.ToContainTextAsync("Decided");
        await processor.CloseDisputeAsync(dispute, "lost");

        await Assertions.Expect(card).ToContainTextAsync("Decided");
        await Assertions.Expect(visitor.Page.GetByTestId("held")).ToHaveTextAsync(merchant.Money(0m));
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_disputed_card_stops_buying_until_the_bank_decides_for_the_merchant()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        decimal price = await merchant.ReadyToBuyAsync(50m);
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        var processor = new Processor(app);

        string dispute = await processor.DisputeNewestPaymentAsync();

        // The balance pays what it can; the rest is owed, and every page about buying says how much.
        await merchant.OpenAsync("/balance");
        var debt = visitor.Page.GetByTestId("debt");
        await Assertions.Expect(debt).ToContainTextAsync($"You owe {merchant.Money(price)}");
        await Assertions.Expect(debt).ToContainTextAsync($"The bank withdrew {merchant.Money(50m)}");
        await visitor.AssertAccessibleAsync("owing");
        await debt.GetByRole(AriaRole.Link, new() { Name = "See disputed payments" }).ClickAsync();
        await merchant.InteractiveAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("held")).ToHaveTextAsync(merchant.Money(50m));
        await Assertions.Expect(visitor.Page.GetByTestId("usable")).ToHaveTextAsync(merchant.Money(0m));
        await Assertions.Expect(visitor.Page.GetByTestId("owed")).ToHaveTextAsync(merchant.Money(price));
        await visitor.AssertAccessibleAsync("disputes");

        await merchant.GetRatesAsync();
        await Assertions.Expect(debt).ToContainTextAsync("buying labels is stopped");
        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(merchant.Dialog.Locator("#add-funds-amount")).ToBeVisibleAsync();
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToBeHiddenAsync();

        await processor.CloseDisputeAsync(dispute, "won");

        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(50m - price));
        await Assertions.Expect(debt).ToBeHiddenAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        visitor.AssertNoComplaints();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Support_sees_disputes_compares_processor_and_ledger_and_credits_an_account(bool phoneInFrench)
    {
        await using var app = await PublishedApp.StartAsync();
        var processor = new Processor(app);
        string dispute;
        await using (var visitor = await chromium.VisitAsync(app))
        {
            var merchant = new Merchant(visitor);
            await merchant.SignInAsync();
            await merchant.SetUpAsync();
            await merchant.AddFundsAsync(50m);
            dispute = await processor.DisputeNewestPaymentAsync();
            await Assertions.Expect(merchant.Chip).ToHaveTextAsync("$0.00");
        }

        await using var support = await chromium.VisitAsync(app, phoneInFrench ? Look.Phone with { French = true, Dark = true } : Look.Desktop);
        var staff = new Merchant(support);
        // A supervisor sees all that support sees, and the roles.
        await staff.SignInAsync(DemoAccounts.SupervisorEmail, DemoAccounts.SupervisorPassword);
        await staff.OpenAsync("/admin/disputes");
        await Assertions.Expect(support.Page.GetByTestId("dispute")).ToContainTextAsync(dispute);
        await support.AssertAccessibleAsync($"admin-disputes-{(phoneInFrench ? "fr" : "en")}");
        await support.AssertNoHorizontalScrollAsync("admin/disputes");
        await Assertions.Expect(support.Page.GetByTestId("dispute").Locator("a[href^='/admin/accounts/']")).ToHaveCountAsync(1);

        await staff.OpenAsync("/admin/reconciliation");
        await staff.Button("Reconcile now", "Rapprocher maintenant").ClickAsync();
        await Assertions.Expect(support.Page.GetByText(staff.In("Processor and ledger agree.", "Le processeur et le grand livre concordent."))).ToBeVisibleAsync();
        await Assertions.Expect(support.Page.GetByText(staff.In("Compared. Differences open: 0.", "Comparé. Écarts ouverts\u00a0: 0."))).ToBeVisibleAsync();
        await support.AssertAccessibleAsync($"admin-reconciliation-{(phoneInFrench ? "fr" : "en")}");
        await support.AssertNoHorizontalScrollAsync("admin/reconciliation");

        foreach (string page in new[] { "admin", "admin/audit", "admin/adjustments", "admin/service-notices", "admin/service-notices/new", "admin/roles" })
        {
            await staff.OpenAsync($"/{page}");
            await support.AssertAccessibleAsync($"{page.Replace('/', '-')}-{(phoneInFrench ? "fr" : "en")}");
            await support.AssertNoHorizontalScrollAsync(page);
        }

        // Found by the card's last four digits, credited with a reason, seen by the merchant.
        await staff.OpenAsync("/admin?q=4242");
        await staff.Link("Maple & Pine Goods", "Maple & Pine Goods").First.ClickAsync();
        await Assertions.Expect(staff.Heading("Maple & Pine Goods", "Maple & Pine Goods")).ToBeVisibleAsync();
        await support.Page.Locator("#act-amount").FillAsync(staff.Number(12.5m));
        await support.Page.Locator("#act-reason").FillAsync("A parcel came a week late.");
        await staff.Button("Goodwill credit", "Crédit de courtoisie").ClickAsync();
        await Assertions.Expect(support.Page.GetByTestId("said")).ToHaveTextAsync(staff.In("The credit is in the balance.", "Le crédit est au solde."));
        await Assertions.Expect(support.Page.GetByTestId("account-available")).ToHaveTextAsync(staff.Money(12.5m));
        await Assertions.Expect(support.Page.GetByTestId("trail")).ToContainTextAsync("A parcel came a week late.");
        await support.AssertAccessibleAsync($"admin-account-{(phoneInFrench ? "fr" : "en")}");
        await support.AssertNoHorizontalScrollAsync("admin/accounts");
        await using (var visitor = await chromium.VisitAsync(app))
        {
            var merchant = new Merchant(visitor);
            await merchant.SignInAsync();
            await Assertions.Expect(merchant.Chip).ToHaveTextAsync("$12.50");
            await merchant.OpenAsync("/balance/adjustments");
            await visitor.AssertAccessibleAsync("balance-adjustments");
        }

        support.AssertNoComplaints();
    }

    /// <summary>On the balance page: below 5.00, which the balance is not, so that nothing is funded before a purchase needs it.</summary>
    private static async Task SwitchOnAsync(Visitor visitor, Merchant merchant, string amount = "100.00")
    {
        await merchant.OpenAsync("/balance");
        await merchant.Button("Turn on auto-funding", "Activer l’approvisionnement automatique").ClickAsync();
        await visitor.Page.Locator("#auto-threshold").FillAsync(merchant.In("5.00", "5,00"));
        await visitor.Page.Locator("#auto-amount").FillAsync(merchant.In(amount, amount.Replace('.', ',')));
        await visitor.Page.Keyboard.PressAsync("Tab");
        await merchant.Button("Turn on auto-funding", "Activer l’approvisionnement automatique").ClickAsync();
        await Assertions.Expect(merchant.Button("Turn off", "Désactiver")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("auto-preview")).ToContainTextAsync(merchant.Money(5m));
    }

    /// <summary>The bank's side.</summary>
    private sealed class Processor(PublishedApp app)
    {
        public async Task<string> DisputeNewestPaymentAsync()
        {
            string charge = (await NewestPaymentAsync())["latest_charge"]!.GetValue<string>();
            return (await PostAsync($"/_control/charges/{charge}/dispute", new { }))["id"]!.GetValue<string>();
        }

        public async Task LeaveNextPaymentProcessingAsync()
        {
            using var answer = await app.Stripe.PostAsJsonAsync("/_control/payments/next", new { outcome = "processing" });
            answer.EnsureSuccessStatusCode();
        }

        public async Task SettleNewestPaymentAsync(string outcome) =>
            await PostAsync($"/_control/payments/{(await NewestPaymentAsync())["id"]!.GetValue<string>()}/settle", new { outcome });

        public Task CloseDisputeAsync(string dispute, string outcome) => PostAsync($"/_control/disputes/{dispute}/close", new { outcome });

        private async Task<JsonNode> NewestPaymentAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/payment_intents?limit=1");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", StripeEmulatorSettings.DefaultSecretKey);
            using var answer = await app.Stripe.SendAsync(request);
            return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["data"]![0]!;
        }

        private async Task<JsonObject> PostAsync(string path, object body)
        {
            using var answer = await app.Stripe.PostAsJsonAsync(path, body);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        }
    }
}
