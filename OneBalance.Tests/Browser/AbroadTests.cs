using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>Parcels that leave Canada: customs typed, rated, bought, printed and voided as people do it.</summary>
public sealed class AbroadTests(Chromium chromium)
{
    [Fact]
    public async Task A_parcel_to_New_York_is_declared_bought_and_printed_and_its_goods_are_offered_again()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await ReadyToBuyAsync(merchant);

        await merchant.NewLabelAsync();
        await merchant.TypeDestinationAsync(SampleAddress.Of("New York Public Library"), "New York", "United States");
        await merchant.TypeParcelAsync(0.8m);
        await Assertions.Expect(page.GetByRole(AriaRole.Group, new() { Name = "Customs", Exact = true })).ToBeVisibleAsync();
        await merchant.TypeGoodsAsync("Wool socks", 2, 0.3m, 24.50m, "611594");
        await visitor.AssertAccessibleAsync("customs");
        await visitor.AssertNoHorizontalScrollAsync("customs");

        // Rates: the untracked packet says what it lacks, before it is bought.
        await merchant.AskForRatesAsync();
        await visitor.AssertAccessibleAsync("rates-us");
        await Assertions.Expect(merchant.Rates.Filter(new() { HasText = "Small Packet" })).ToContainTextAsync("No tracking number");
        await Assertions.Expect(merchant.Rates.Filter(new() { HasText = "Small Packet" })).ToContainTextAsync("No coverage");
        await merchant.ChooseRateAsync("Expedited Parcel USA");
        decimal price = await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(200m - price));

        string label = await AssertLabelOpensAsync(visitor, merchant);
        await AssertInvoiceOpensAsync(visitor, merchant, label, "Wool socks");
        await Assertions.Expect(page.GetByTestId("customs")).ToContainTextAsync("2 × Wool socks");
        await Assertions.Expect(page.GetByTestId("customs")).ToContainTextAsync("0.3 kg and $24.50 each · HS 611594");
        await Assertions.Expect(page.GetByTestId("customs")).ToContainTextAsync("Total value $49.00, total weight 0.6 kg");

        // The goods come back by typing.
        await merchant.OpenAsync("/labels/new");
        await page.WaitForURLAsync("**/labels/new/*");
        await merchant.TypeDestinationAsync(SampleAddress.Of("Art Institute of Chicago"), "Illinois", "United States");
        await merchant.TakeRememberedGoodsAsync("wool", "Wool socks");
        await Assertions.Expect(page.Locator("#customs-0-unitvalue")).ToHaveValueAsync("24.50");
        await Assertions.Expect(page.Locator("#customs-0-hscode")).ToHaveValueAsync("6115.94");
        await page.GetByText("Items you shipped before (1)").ClickAsync();
        await visitor.AssertAccessibleAsync("remembered-goods");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Wool socks" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Items you shipped before")).ToHaveCountAsync(0);
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_parcel_to_Paris_is_bought_printed_and_voided_in_French_on_a_phone()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Phone with { French = true, Dark = true });
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await ReadyToBuyAsync(merchant);

        await merchant.NewLabelAsync();
        await merchant.TypeDestinationAsync(SampleAddress.Of("Bibliothèque nationale de France"), country: "France");
        await merchant.TypeParcelAsync(1.5m);
        await merchant.TypeGoodsAsync("Livres reliés", 3, 0.4m, 32m, "4901.99");
        await page.GetByText("Ce qui ne peut pas être assuré").ClickAsync();
        await visitor.AssertAccessibleAsync("douanes");
        await visitor.AssertNoHorizontalScrollAsync("douanes");

        await merchant.AskForRatesAsync();
        await merchant.Rates.First.GetByRole(AriaRole.Button).ClickAsync();
        await visitor.AssertAccessibleAsync("tarifs-international");
        await visitor.AssertNoHorizontalScrollAsync("tarifs-international");
        await merchant.ChooseRateAsync("Paquet repérable");
        decimal price = await merchant.ChosenPriceAsync();
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(200m - price));

        await merchant.OpenAsync(await AssertLabelOpensAsync(visitor, merchant));
        await Assertions.Expect(page.GetByTestId("customs")).ToContainTextAsync("3 × Livres reliés");
        await visitor.AssertAccessibleAsync("etiquette-internationale");
        await visitor.AssertNoHorizontalScrollAsync("etiquette-internationale");

        // The preview from the list, and the question before a void: both are dialogs people must be able to use.
        await merchant.OpenAsync("/labels");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Imprimer") }).First.ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync("apercu");
        await visitor.AssertNoHorizontalScrollAsync("apercu");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(merchant.Dialog).ToBeHiddenAsync();

        await app.AdvanceAsync(TimeSpan.FromMinutes(61));
        await merchant.OpenAsync("/labels");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Annuler l’étiquette pour") }).First.ClickAsync();
        await visitor.AssertAccessibleAsync("annulation");
        await visitor.AssertNoHorizontalScrollAsync("annulation");
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = "Annuler l’étiquette", Exact = true }).ClickAsync();
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync($"{merchant.Money(price)} sont de retour sur votre solde.");
        visitor.AssertNoComplaints();
    }

    /// <summary>The options of a parcel inside Canada: what excludes another is disabled and says why, and each is priced.</summary>
    [Fact]
    public async Task Options_that_exclude_each_other_say_why_and_the_others_are_priced()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await merchant.SignInAsync();
        await merchant.NewLabelAsync();
        await merchant.TypeDestinationAsync(SampleAddress.Of("Royal Ontario Museum"), "Ontario");
        await merchant.TypeParcelAsync(1.2m);

        await page.GetByText("Proof of age, at the door, e-mail to the recipient").ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^Leave at door") }).CheckAsync();
        var signature = page.Locator("#options-signature");
        await Assertions.Expect(signature).ToBeDisabledAsync();
        await Assertions.Expect(page.Locator("#options-signature-why")).ToContainTextAsync("Not possible with Leave at door");
        await visitor.AssertAccessibleAsync("options-conflict");

        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^Card for pickup") }).CheckAsync();
        await page.Locator("#options-coverage").FillAsync("350");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(signature).ToBeCheckedAsync();
        await Assertions.Expect(signature).ToBeDisabledAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^Leave at door") })).ToBeDisabledAsync();

        await merchant.AskForRatesAsync();
        await Assertions.Expect(page.GetByText("Signature on delivery ($2.00)")).ToBeVisibleAsync();
        await Assertions.Expect(merchant.Rates.First).ToContainTextAsync("Covered for $350.00");
        await visitor.AssertAccessibleAsync("options-priced");
        visitor.AssertNoComplaints();
    }

    private static async Task ReadyToBuyAsync(Merchant merchant)
    {
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(200m);
    }

    /// <summary>The newest label's document; answers where its page is.</summary>
    private static async Task<string> AssertLabelOpensAsync(Visitor visitor, Merchant merchant)
    {
        await merchant.OpenAsync("/labels");
        var row = visitor.Page.Locator(".labels-table tbody tr").First;
        string tracking = (await row.GetByTestId("tracking-number").InnerTextAsync()).Trim();
        string details = (await row.Locator("a[href*='/labels/']").First.GetAttributeAsync("href"))!;
        byte[] pdf = await (await visitor.Context.APIRequest.GetAsync($"{details}/label.pdf")).BodyAsync();
        await Pdf.AssertIsLabelAsync(pdf, tracking);
        return details;
    }

    /// <summary>The commercial invoice opens in a tab of its own from among the label's documents, and names the goods.</summary>
    private static async Task AssertInvoiceOpensAsync(Visitor visitor, Merchant merchant, string label, string goods)
    {
        await merchant.OpenAsync(label);
        var answered = new TaskCompletionSource<IResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        visitor.Context.Response += Heard;
        var tab = await visitor.Page.RunAndWaitForPopupAsync(() => merchant.Link("Commercial invoice", "Facture commerciale").ClickAsync());
        var answer = await answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        visitor.Context.Response -= Heard;
        Assert.Equal((200, "application/pdf"), (answer.Status, answer.Headers["content-type"]));
        Assert.StartsWith("inline", answer.Headers["content-disposition"], StringComparison.Ordinal);
        await tab.CloseAsync();
        Assert.Contains(goods, await Pdf.TextAsync(await (await visitor.Context.APIRequest.GetAsync($"{label}/invoice.pdf")).BodyAsync()), StringComparison.Ordinal);

        void Heard(object? sender, IResponse response)
        {
            if (new Uri(response.Url).AbsolutePath == $"{label}/invoice.pdf")
            {
                answered.TrySetResult(response);
            }
        }
    }
}
