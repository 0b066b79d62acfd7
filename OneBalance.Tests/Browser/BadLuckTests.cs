using System.Net.Http.Json;
using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>What may go wrong at the worst moment, in front of a person.</summary>
public sealed class BadLuckTests(Chromium chromium)
{
    /// <summary>In English the tab is closed and the address opened anew; in French it is left open and finds back by itself.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_killed_in_the_middle_of_the_wizard_loses_nothing(bool frenchAndLeftOpen)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = frenchAndLeftOpen });
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.OpenAsync("/set-up");
        await merchant.Field("Address line 2 (optional)", "Adresse, ligne 2 (facultatif)").FillAsync("Unit 7");
        await merchant.SetUpToTermsAsync();
        await merchant.Terms.CheckAsync();
        await Assertions.Expect(merchant.FinishSetup).ToBeEnabledAsync();

        await visitor.WithoutListeningAsync(async () =>
        {
            await visitor.Page.EvaluateAsync("document.documentElement.dataset.of = 'before'");
            await app.KillAsync();
            await app.StartAgainAsync();
            if (frenchAndLeftOpen)
            {
                await Assertions.Expect(visitor.Page.Locator("html")).Not.ToHaveAttributeAsync("data-of", "before", new() { Timeout = 90_000 });
                await merchant.InteractiveAsync();
            }
            else
            {
                await merchant.OpenAsync("/set-up");
            }
        });

        // Card and tick are still there; the address can be looked at again.
        await Assertions.Expect(merchant.Terms).ToBeCheckedAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = merchant.In("Business and billing address (done)", "Adresse de l’entreprise et de facturation (terminée)") }).ClickAsync();
        await Assertions.Expect(merchant.Field("Address line 2 (optional)", "Adresse, ligne 2 (facultatif)")).ToHaveValueAsync("Unit 7");
        await merchant.Button("Continue", "Continuer").ClickAsync();
        await Assertions.Expect(merchant.Button("Add another card", "Ajouter une autre carte")).ToBeVisibleAsync();
        await merchant.Button("Continue", "Continuer").ClickAsync();
        await merchant.FinishSetup.ClickAsync();
        await merchant.Button("Not now", "Pas maintenant").ClickAsync();
        await Assertions.Expect(merchant.Heading("You are ready", "Vous êtes prêt")).ToBeVisibleAsync();
        visitor.AssertNoComplaints();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_declined_card_charges_nothing_and_says_what_to_do(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync(Merchant.DecliningCard);

        await merchant.AskForFundsAsync(merchant.In("25.00", "25,00"));

        await Assertions.Expect(merchant.Dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync(merchant.In("Nothing was charged.", "Rien n’a été débité."));
        await Assertions.Expect(merchant.Dialog.Locator("#add-funds-amount")).ToHaveValueAsync(merchant.In("25.00", "25,00"));
        await visitor.AssertAccessibleAsync("declined-card");
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(0m));
        visitor.AssertNoComplaints();
    }

    [Theory]
    [InlineData("complete", "$25.00", "Added", "$25.00 added to your balance.")]
    [InlineData("fail", "$0.00", "Not charged", "Nothing was charged. Your bank did not confirm the payment. Try again, or choose another card.")]
    public async Task A_card_that_needs_the_banks_page_is_credited_when_the_bank_said_yes(string answer, string available, string state, string sentence)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.OpenAsync("/set-up");
        await merchant.Button("Continue", "").ClickAsync();
        await merchant.Button("Add payment method", "").ClickAsync();
        await merchant.TypeCardAsync(Merchant.BanksPageCard);
        await visitor.Page.WaitForURLAsync(url => url.Contains("/set-up", StringComparison.Ordinal) || !url.StartsWith(app.BaseAddress.OriginalString, StringComparison.Ordinal));
        if (await visitor.Page.Locator("button[value=complete]").IsVisibleAsync())
        {
            await visitor.Page.Locator("button[value=complete]").ClickAsync();
        }

        await visitor.Page.WaitForURLAsync("**/set-up**");
        await merchant.InteractiveAsync();
        await merchant.Terms.CheckAsync();
        await merchant.FinishSetup.ClickAsync();
        await merchant.Button("Not now", "").ClickAsync();

        await merchant.AskForFundsAsync("25.00");
        await visitor.Page.Locator($"button[value={answer}]").ClickAsync();
        await visitor.Page.WaitForURLAsync($"{app.BaseAddress.OriginalString}/**");
        await merchant.InteractiveAsync();

        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(available);
        var notice = visitor.Page.GetByTestId("top-up-notice");
        await Assertions.Expect(notice).ToContainTextAsync(sentence);
        await visitor.AssertAccessibleAsync($"back-from-the-bank-{answer}");
        await notice.Locator("a.receipt-link").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".receipt .head")).ToContainTextAsync(state);
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_purchase_that_the_bank_interrupts_goes_on_by_itself_and_buys_once()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync(Merchant.BanksPageCard);
        await merchant.GetRatesAsync();

        // Not the cheapest, which a page opened anew would choose: what was pressed is what is bought.
        await merchant.Rates.Last.GetByRole(AriaRole.Radio).CheckAsync();
        await Assertions.Expect(merchant.Rates.Last).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("chosen"));
        decimal price = await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.ClickAsync();
        decimal added = decimal.Parse(await merchant.Dialog.Locator("#add-funds-amount").InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture);
        await merchant.ConfirmFundsAsync();
        await visitor.Page.Locator("button[value=complete]").ClickAsync();

        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(added - price));
        Assert.DoesNotContain("topUp", visitor.Page.Url);
        await merchant.OpenAsync("/labels");
        await Assertions.Expect(visitor.Page.Locator(".labels-table tbody tr")).ToHaveCountAsync(1);
        visitor.AssertNoComplaints();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_purchase_whose_payment_the_bank_did_not_confirm_says_so_and_buys_nothing(bool phoneInFrench)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, phoneInFrench ? Look.Phone with { French = true, Dark = true } : Look.Desktop);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync(Merchant.BanksPageCard);
        await merchant.GetRatesAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.Dialog.Locator("#add-funds-amount").WaitForAsync();
        await merchant.ConfirmFundsAsync();
        await visitor.Page.Locator("button[value=fail]").ClickAsync();
        await visitor.Page.WaitForURLAsync("**/labels/new/*");
        await merchant.InteractiveAsync();

        await Assertions.Expect(visitor.Page.GetByTestId("top-up-notice")).ToContainTextAsync(merchant.In(
            "Nothing was charged. Your bank did not confirm the payment.", "Rien n’a été débité. Votre banque n’a pas confirmé le paiement."));
        await visitor.AssertAccessibleAsync($"purchase-not-confirmed-{(phoneInFrench ? "fr" : "en")}");
        await visitor.AssertNoHorizontalScrollAsync("labels/new");
        await Assertions.Expect(merchant.BuyLabel).ToBeEnabledAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(0m));
        await merchant.OpenAsync("/labels");
        await Assertions.Expect(visitor.Page.Locator(".labels-table tbody tr")).ToHaveCountAsync(0);
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task Before_set_up_buying_leads_to_the_wizard_and_back_with_every_field_kept()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.GetRatesAsync();
        await visitor.Page.Locator("#options-reference").FillAsync("Order 1001");
        await visitor.Page.Keyboard.PressAsync("Tab");
        var typed = await FieldsAsync(visitor);
        await Assertions.Expect(visitor.Page.GetByTestId("funding-note")).ToContainTextAsync("more for this label");
        await merchant.BuyLabel.ClickAsync();
        await visitor.Page.WaitForURLAsync("**/set-up**");

        await merchant.SetUpToTermsAsync();
        await merchant.Terms.CheckAsync();
        await merchant.FinishSetup.ClickAsync();
        await merchant.Button("Not now", "").ClickAsync();
        await merchant.Link("Continue where you were", "").ClickAsync();

        await merchant.InteractiveAsync();
        await Assertions.Expect(visitor.Page.Locator("#options-reference")).ToHaveValueAsync("Order 1001");
        Assert.Equal(typed, await FieldsAsync(visitor));
        Assert.Contains("ship-to-city: Toronto", typed);
        Assert.Contains("parcel-weight: 1.2", typed);
        Assert.True(typed.Length >= 15, string.Join(", ", typed));
        visitor.AssertNoComplaints();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Short_of_funds_the_missing_amount_is_added_and_the_label_bought_once(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.GetRatesAsync();
        decimal price = await merchant.ChosenPriceAsync();

        await merchant.BuyLabel.DblClickAsync();
        await Assertions.Expect(merchant.Dialog).ToBeVisibleAsync();
        decimal added = Merchant.Dollars(await merchant.Dialog.Locator("#add-funds-amount").InputValueAsync());
        await visitor.AssertAccessibleAsync("short-of-funds");
        await merchant.ConfirmFundsAsync();

        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(added - price));
        await merchant.OpenAsync("/labels");
        await Assertions.Expect(visitor.Page.Locator(".labels-table tbody tr")).ToHaveCountAsync(1);
        visitor.AssertNoComplaints();
    }

    /// <summary>Every field of the label's form with what is in it.</summary>
    private static Task<string[]> FieldsAsync(Visitor visitor) => visitor.Page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll('main input, main select')]
          .filter(field => /^(ship-to|ship-from|parcel|options)-/.test(field.id))
          .map(field => `${field.id}: ${field.type === 'checkbox' ? field.checked : field.value}`)
        """);

    /// <summary>The carrier's window is shortened; otherwise the page would wait a minute.</summary>
    [Fact]
    public async Task A_carrier_that_is_too_busy_is_waited_for_and_the_label_comes_by_itself()
    {
        await using var app = await PublishedApp.StartAsync(new Dictionary<string, string> { ["CanadaPost__ThrottlePause"] = "00:00:08" });
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        decimal price = await merchant.ReadyToBuyAsync(50m);
        using var scripted = await app.CanadaPost.PostAsJsonAsync("/_control/faults", new { kind = "Status", method = "POST", path = "/shipments", status = 429 });
        scripted.EnsureSuccessStatusCode();

        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Canada Post is busy and asked us to wait. We try again by ourselves at")).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync("busy-carrier");

        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(50m - price));
        visitor.AssertNoComplaints();
    }
}
