using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>A whole file of parcels: imported, corrected in the page, bought while nobody looks.</summary>
public sealed class BatchTests(Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    public async Task A_file_with_three_bad_lines_is_corrected_bought_and_followed_from_another_visit(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(500m);
        await merchant.AddFundsAsync(500m);

        // Import: 25 lines, 3 of them wrong, each saying why.
        await merchant.OpenAsync("/batches");
        await page.Locator("#batch-file:enabled").SetInputFilesAsync(new FilePayload { Name = "parcels.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(TwentyFive()) });
        await page.WaitForURLAsync("**/batches/*");
        var lines = page.GetByTestId("batch-line");
        await Assertions.Expect(lines).ToHaveCountAsync(25);
        await Assertions.Expect(lines.Filter(new() { Has = page.Locator(".line-why") })).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#line-3 .line-why")).ToContainTextAsync(merchant.In("Postal code: the code belongs to another province.", "Code postal\u00a0: le code appartient à une autre province."));
        await Assertions.Expect(page.Locator("#line-9 .line-why")).ToContainTextAsync(merchant.In("Weight: not a number", "Poids\u00a0: pas un nombre"));
        await Assertions.Expect(page.Locator("#line-17 .line-why")).ToContainTextAsync(merchant.In("Address line 1: missing. Fill it in.", "Adresse, ligne 1\u00a0: à remplir."));

        // One is corrected in its place; two stay behind.
        await page.Locator("#line-9").GetByRole(AriaRole.Button, new() { NameRegex = new Regex(merchant.In("^Correct line 9", "^Corriger la ligne 9")) }).ClickAsync();
        await page.Locator("#line-9-Weight").FillAsync(merchant.In("1.2 kg", "1,2 kg"));
        await visitor.AssertAccessibleAsync("batch-line-open");
        await merchant.Button("Save line", "Enregistrer la ligne").ClickAsync();
        await Assertions.Expect(lines.Filter(new() { Has = page.Locator(".line-why") })).ToHaveCountAsync(2);

        // Prices for all, and the total against the balance.
        await merchant.Button("Get rates", "Obtenir les tarifs").ClickAsync();
        var buy = page.GetByTestId("buy-batch");
        await Assertions.Expect(buy).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(buy).ToContainTextAsync("23");
        await Assertions.Expect(page.GetByTestId("void-terms")).ToContainTextAsync(merchant.In("60 minutes", "60 minutes"));
        await Assertions.Expect(page.GetByTestId("void-terms")).ToContainTextAsync(merchant.In("15 days", "15 jours"));
        decimal total = Merchant.Dollars(await page.GetByTestId("batch-total").InnerTextAsync());
        await visitor.AssertAccessibleAsync("batch-priced");

        // Bought while the merchant is elsewhere.
        await app.SlowCarrierAsync(milliseconds: 300);
        string address = page.Url;
        await buy.DblClickAsync();
        await Assertions.Expect(page.GetByTestId("buying-progress")).ToBeVisibleAsync();
        await merchant.OpenAsync("/labels");
        await merchant.OpenAsync(new Uri(address).AbsolutePath);
        await Assertions.Expect(page.GetByTestId("bought-count")).ToContainTextAsync("23", new() { Timeout = 60_000 });
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(1_000m - total));
        await visitor.AssertAccessibleAsync("batch-bought");

        // One document with all of them.
        await merchant.Button("Print all labels", "Imprimer toutes les étiquettes").ClickAsync();
        string file = (await page.GetByTestId("batch-pdf").GetAttributeAsync("href"))!;
        byte[] pdf = await (await visitor.Context.APIRequest.GetAsync(file)).BodyAsync();

        // Each once: 23 labels with 23 tracking numbers, printed in the order of the lines.
        var tracking = await page.Locator(".line-how a").AllInnerTextsAsync();
        Assert.Equal(23, tracking.Distinct().Count());
        Assert.Equal(tracking, await Pdf.CodesAsync(pdf));
        await merchant.OpenAsync("/batches");
        await Assertions.Expect(page.GetByTestId("batch")).ToContainTextAsync(merchant.In("25 lines, 23 bought, 2 to correct", "25 lignes, 23 achetées, 2 à corriger"));
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task Killed_while_it_buys_and_started_again_it_buys_each_line_once()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(500m);
        await merchant.OpenAsync("/batches");
        string file = "name,address,city,province,postal code,weight,length,width,height\n"
            + string.Concat(Enumerable.Range(1, 20).Select(number => $"Recipient {number},{number} Queens Park,Toronto,ON,M5S 2C6,1.2,30,20,10\n"));
        await page.Locator("#batch-file:enabled").SetInputFilesAsync(new FilePayload { Name = "parcels.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(file) });
        await page.WaitForURLAsync("**/batches/*");
        await merchant.Button("Get rates", "").ClickAsync();
        var buy = page.GetByTestId("buy-batch");
        await Assertions.Expect(buy).ToContainTextAsync("20", new() { Timeout = 20_000 });
        decimal total = Merchant.Dollars(await page.GetByTestId("batch-total").InnerTextAsync());
        string address = new Uri(page.Url).AbsolutePath;

        // More lines than are bought at once: some are sent and not answered, and some wait, when the power goes.
        await app.SlowCarrierAsync(milliseconds: 3_000);
        await buy.ClickAsync();
        await Assertions.Expect(page.GetByTestId("buying-progress")).ToBeVisibleAsync();
        await visitor.WithoutListeningAsync(async () =>
        {
            await app.KillAsync();
            await app.StartAgainAsync();
            await merchant.OpenAsync(address);
        });

        await Assertions.Expect(page.GetByTestId("bought-count")).ToContainTextAsync("20", new() { Timeout = 120_000 });
        await Assertions.Expect(merchant.Chip).ToHaveTextAsync(merchant.Money(500m - total));
        Assert.Equal(20, (await page.Locator(".line-how a").AllInnerTextsAsync()).Distinct().Count());
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task An_address_saved_and_a_preset_are_one_choice_away_in_Create_label()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop);
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await merchant.SignInAsync();
        await merchant.GetRatesAsync();
        await merchant.Button("Save to address book: recipient", "").ClickAsync();
        await Assertions.Expect(page.GetByText("Saved to the address book.")).ToBeVisibleAsync();
        await merchant.Button("Save as preset", "").ClickAsync();
        await page.Locator("#preset-name").FillAsync("Museum box");
        await merchant.Button("Save preset", "").ClickAsync();
        await Assertions.Expect(page.GetByText("Saved as Museum box.")).ToBeVisibleAsync();

        await merchant.OpenAsync("/labels/new");
        await page.WaitForURLAsync("**/labels/new/*");
        await merchant.InteractiveAsync();
        await page.Locator("#ship-to-book").PressSequentiallyAsync("royal ont");
        await page.Locator(".mud-popover-open .mud-list-item").First.ClickAsync();
        await Assertions.Expect(page.Locator("#ship-to-line1")).ToHaveValueAsync("100 Queens Park");
        await page.Locator("#parcel-preset").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Assertions.Expect(page.Locator("#parcel-weight")).ToHaveValueAsync("1.2");
        await merchant.Button("Get rates", "").ClickAsync();
        await Assertions.Expect(merchant.Rates.First).ToBeVisibleAsync();

        await merchant.OpenAsync("/address-book");
        await Assertions.Expect(page.GetByTestId("saved-address")).ToHaveCountAsync(1);
        visitor.AssertNoComplaints();
    }

    private static string TwentyFive()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "addresses.csv"));
        var sized = lines[1..26].Select((line, index) => $"{line},{(index == 8 ? "heavy" : "1.2")},30,20,10,Cotton T-shirt,1,20.00,CA,ON").ToList();
        sized[2] = sized[2].Replace("H3G 1J5", "V3G 1J5", StringComparison.Ordinal);
        sized[16] = sized[16].Replace("145 Richmond Street", "", StringComparison.Ordinal);
        return $"{lines[0]},weight,length,width,height,item description,item quantity,item value,country of origin,province of origin\n{string.Join('\n', sized)}\n";
    }
}
