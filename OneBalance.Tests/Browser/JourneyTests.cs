using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>What a newcomer does, from signing up to the voided label's money back on the balance.</summary>
public sealed class JourneyTests(Chromium chromium)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_newcomer_signs_up_sets_up_funds_buys_prints_and_voids(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        var page = visitor.Page;

        // Sign up, confirm, sign in.
        await merchant.SignUpAsync("shipper@example.com", "a long sentence is fine");
        await merchant.ConfirmByMailAsync("shipper@example.com");
        await merchant.SignInAsync("shipper@example.com", "a long sentence is fine");

        // Set up carriers: Finish Setup pressed twice has one effect.
        await merchant.OpenAsync("/set-up");
        await merchant.SetUpToTermsAsync();
        await Assertions.Expect(merchant.FinishSetup).ToBeDisabledAsync();
        await merchant.Terms.CheckAsync();
        await merchant.FinishSetup.DblClickAsync();
        await merchant.Button("Turn on auto-funding", "Activer l’approvisionnement automatique").ClickAsync();
        await Assertions.Expect(merchant.Heading("You are ready", "Vous êtes prêt")).ToBeVisibleAsync();
        await merchant.OpenAsync("/terms");
        await Assertions.Expect(page.GetByText(new Regex(merchant.In(@"accepted on \d{4}-\d\d-\d\d", @"accept\S+ le \d{4}-\d\d-\d\d")))).ToHaveCountAsync(1);

        // Add funds; the chip of another tab follows within two seconds.
        var otherTab = await visitor.OpenTabAsync();
        await otherTab.GotoAsync("/labels");
        await merchant.AddFundsAsync(200m);
        await Assertions.Expect(otherTab.GetByTestId("balance-available")).ToHaveTextAsync(merchant.Money(200m), new() { Timeout = 2_000 });
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(200m));
        await otherTab.CloseAsync();

        // Create label: rates side by side, bought once however often it is pressed.
        await merchant.GetRatesAsync();
        Assert.True(await merchant.Rates.CountAsync() >= 2);
        decimal price = await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.DblClickAsync();
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(200m - price));
        await Assertions.Expect(merchant.Button("Print", "Imprimer")).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync("label-bought");

        // The document: a 4 by 6 inch page whose bar code says the tracking number.
        await merchant.Link("See this label", "Voir cette étiquette").ClickAsync();
        await merchant.OpenAsync("/labels");
        var row = page.Locator(".labels-table tbody tr");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        string tracking = await row.GetByTestId("tracking-number").InnerTextAsync();
        Assert.Matches("^[0-9A-Z]{11,16}$", tracking);
        string document = (await row.Locator("a[href*='/labels/']").First.GetAttributeAsync("href"))!;
        byte[] pdf = await (await visitor.Context.APIRequest.GetAsync($"{document}/label.pdf")).BodyAsync();
        await Pdf.AssertIsLabelAsync(pdf, tracking);

        // Void: not before 60 minutes; then once, and the money is back.
        await Assertions.Expect(row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(merchant.In("^Void as soon as allowed", "^Annuler dès que permis")) })).ToBeVisibleAsync();
        await app.AdvanceAsync(TimeSpan.FromMinutes(61));
        await merchant.OpenAsync("/labels");
        await row.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(merchant.In("^Void label for", "^Annuler l’étiquette pour")) }).ClickAsync();
        await visitor.AssertAccessibleAsync("void-dialog");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = merchant.In("Void label", "Annuler l’étiquette"), Exact = true }).DblClickAsync();
        await Assertions.Expect(merchant.Dialog.GetByTestId("take-back")).ToBeVisibleAsync();
        await app.AdvanceAsync(TimeSpan.FromMinutes(1));
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync(merchant.In(
            $"Voided. {merchant.Money(price)} is back on your balance.", $"Annulée. {merchant.Money(price)} sont de retour sur votre solde."));
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = merchant.In("Close", "Fermer"), Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(200m));

        // The ledger tells it all, newest first.
        await merchant.OpenAsync("/balance");
        await Assertions.Expect(page.GetByTestId("available")).ToHaveTextAsync(merchant.Money(200m));
        await Assertions.Expect(page.GetByText(merchant.In($"Label {tracking} refunded", $"Étiquette {tracking} remboursée"), new() { Exact = true })).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByText(merchant.In($"Label {tracking}", $"Étiquette {tracking}"), new() { Exact = true })).ToHaveCountAsync(1);
        await visitor.AssertAccessibleAsync("balance");
        visitor.AssertNoComplaints();
    }
}
