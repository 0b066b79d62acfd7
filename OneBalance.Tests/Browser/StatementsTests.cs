using System.Text;
using Microsoft.Playwright;
using MiniExcelLibs;

namespace OneBalance.Tests.Browser;

/// <summary>A merchant adds funds, buys a label, and takes the statement, its files, the receipt and the tax invoice home.</summary>
public sealed class StatementsTests(Chromium chromium)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_statement_is_read_and_downloaded(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        decimal price = await merchant.ReadyToBuyAsync(100m);
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();

        await merchant.OpenAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = merchant.In("Statements", "Relevés"), Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("closing")).ToHaveTextAsync(merchant.Money(100m - price));
        await Assertions.Expect(page.GetByTestId("opening")).ToHaveTextAsync(merchant.Money(0m));
        await visitor.AssertAccessibleAsync("statement");

        string pdf = await Pdf.TextAsync(await DownloadAsync(merchant.In("Download PDF", "Télécharger le PDF")));
        Assert.Contains(merchant.In("Account statement", "Relevé de compte"), pdf);
        Assert.Contains(merchant.Money(100m - price).Replace('\u00a0', ' '), pdf);
        string other = await Pdf.TextAsync(await DownloadAsync(merchant.In("PDF en français", "PDF in English")));
        Assert.Contains(merchant.In("Relevé de compte", "Account statement"), other);

        string csv = Encoding.UTF8.GetString(await DownloadAsync(merchant.In("CSV", "Fichier CSV")));

        // Head, opening, two movements and closing; then the totals of both categories, and the one tax with the head of each part.
        Assert.Equal(10, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(merchant.In("Funds added: card ending in 4242", "Fonds ajoutés\u00a0: carte se terminant par 4242"), csv);

        using var xlsx = new MemoryStream(await DownloadAsync(merchant.In("Excel (XLSX)", "Classeur Excel (XLSX)")));
        var rows = xlsx.Query(useHeaderRow: true, sheetName: merchant.In("Movements", "Mouvements")).Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal([100m, -price], rows.Select(row => Convert.ToDecimal(row[merchant.In("Amount", "Montant")], System.Globalization.CultureInfo.InvariantCulture)));

        string invoice = await Pdf.TextAsync(await DownloadAsync(new System.Text.RegularExpressions.Regex("INV-[0-9]+-000001$")));
        Assert.Contains(merchant.In("Total paid", "Total payé"), invoice);
        Assert.Contains(merchant.In("HST", "TVH"), invoice);

        // A chosen period is in the address and survives a reload.
        await page.GetByRole(AriaRole.Link, new() { Name = merchant.In("Last month", "Le mois dernier"), Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("closing")).ToHaveTextAsync(merchant.Money(0m));
        await page.ReloadAsync();
        await merchant.InteractiveAsync();
        await Assertions.Expect(page.GetByTestId("closing")).ToHaveTextAsync(merchant.Money(0m));

        await merchant.OpenAsync("/balance");
        await page.Locator("a[href^='/balance/top-ups/']").First.ClickAsync();
        string receipt = await Pdf.TextAsync(await DownloadAsync(merchant.In("Download receipt (PDF)", "Télécharger le reçu (PDF)")));
        Assert.Contains("STAMPS", receipt);
        Assert.Contains(merchant.Money(100m).Replace('\u00a0', ' '), receipt);

        // Its mail came too.
        await MailAsync(new System.Text.RegularExpressions.Regex("Funds added: \\$100.00|Fonds ajoutés\u00a0: 100,00"));
        visitor.AssertNoComplaints();

        async Task<byte[]> DownloadAsync(object name)
        {
            var link = name is string exact
                ? page.GetByRole(AriaRole.Link, new() { Name = exact, Exact = true })
                : page.GetByRole(AriaRole.Link, new() { NameRegex = (System.Text.RegularExpressions.Regex)name });
            var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            await using var stream = await download.CreateReadStreamAsync();
            using var content = new MemoryStream();
            await stream.CopyToAsync(content);
            return content.ToArray();
        }

        // Written by a sweep, within seconds.
        async Task MailAsync(System.Text.RegularExpressions.Regex subject)
        {
            for (int look = 0; look < 30; look++)
            {
                await page.GotoAsync("/dev/mail");
                if (await page.GetByTestId("mail").Filter(new() { HasTextRegex = subject }).CountAsync() > 0)
                {
                    return;
                }

                await page.WaitForTimeoutAsync(1000);
            }

            Assert.Fail($"No mail {subject}.");
        }
    }
}
