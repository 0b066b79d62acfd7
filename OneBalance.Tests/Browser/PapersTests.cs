using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>What a merchant does at the end of a day: print the labels together, close the day, open the manifest, and later see what became of them.</summary>
public sealed class PapersTests(Chromium chromium)
{
    [Theory]
    [InlineData(false)]
    public async Task Labels_are_printed_together_and_the_day_is_closed(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, Look.Desktop with { French = french });
        var merchant = new Merchant(visitor);
        var page = visitor.Page;

        // A print dialog would wait for somebody: the page says instead which document asked for it.
        await visitor.Context.AddInitScriptAsync("window.print = () => { window.top.document.documentElement.dataset.printed = window.location.pathname; }");
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(200m);
        for (int i = 0; i < 3; i++)
        {
            await merchant.OpenAsync("/labels/new");
            await page.WaitForURLAsync("**/labels/new/*");
            await merchant.GetRatesAsync();
            await merchant.BuyLabel.ClickAsync();
            await merchant.BoughtAsync();
        }

        // Three labels in one file, in the order shown.
        await merchant.OpenAsync("/labels");
        var rows = page.GetByTestId("label-row");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        var shown = await page.GetByTestId("tracking-number").AllInnerTextsAsync();
        await page.GetByLabel(merchant.In("Select all on this page", "Choisir toutes celles de cette page")).CheckAsync();
        await merchant.Button("Print selected", "Imprimer la sélection").ClickAsync();
        var frame = merchant.Dialog.Locator("iframe");
        await Assertions.Expect(frame).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync("print-selected");
        string file = (await frame.GetAttributeAsync("src"))!.Split('#')[0];
        byte[] merged = await (await visitor.Context.APIRequest.GetAsync(file)).BodyAsync();
        Assert.Equal(shown, await Pdf.CodesAsync(merged));
        await merchant.Dialog.GetByRole(AriaRole.Button, new() { Name = merchant.In("Close", "Fermer"), Exact = true }).ClickAsync();

        // The day is closed once, and its manifest opens.
        await merchant.OpenAsync("/manifests");
        await Assertions.Expect(page.GetByTestId("open-label")).ToHaveCountAsync(3);
        await visitor.AssertAccessibleAsync("manifests-open");
        await merchant.Button("Close the day", "Fermer la journée").ClickAsync();
        await Assertions.Expect(merchant.Button("Not yet", "Pas encore")).ToBeVisibleAsync();
        await merchant.Button("Close the day", "Fermer la journée").ClickAsync();
        var document = page.GetByTestId("manifest-document");
        await Assertions.Expect(document).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await Assertions.Expect(page.GetByTestId("open-label")).ToHaveCountAsync(0);
        byte[] manifest = await (await visitor.Context.APIRequest.GetAsync((await document.GetAttributeAsync("href"))!)).BodyAsync();
        Assert.Equal("%PDF-", System.Text.Encoding.ASCII.GetString(manifest, 0, 5));
        await visitor.AssertAccessibleAsync("manifests-closed");

        // Each label knows it.
        await page.GetByTestId("manifest-row").Locator("a").First.ClickAsync();
        await Assertions.Expect(page.GetByTestId("manifest-label")).ToHaveCountAsync(3);
        await visitor.AssertAccessibleAsync("manifest");
        await page.GetByTestId("manifest-label").First.Locator("a").ClickAsync();
        await Assertions.Expect(merchant.Heading("Tracking", "Repérage")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText(merchant.In("Refund can be asked for by", "Remboursement à demander jusqu’au"))).ToBeVisibleAsync();
        await visitor.AssertAccessibleAsync("label-manifested");

        // Print opens the print dialog for the document in the frame, Download saves that document.
        string label = new Uri(page.Url).AbsolutePath;
        await merchant.Button("Print", "Imprimer").ClickAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-printed", $"{label}/label.pdf");
        var download = await page.RunAndWaitForDownloadAsync(() => merchant.Link("Download", "Télécharger").ClickAsync());
        Assert.Matches("^label-[0-9A-Z]{11,16}[.]pdf$", download.SuggestedFilename);
        Assert.Equal(await (await visitor.Context.APIRequest.GetAsync($"{label}/label.pdf")).BodyAsync(), await File.ReadAllBytesAsync(await download.PathAsync()));

        // Two weeks on, the carrier has told all: the timeline, the word in the grid and its filters say delivered.
        await app.AdvanceAsync(TimeSpan.FromDays(14));
        await visitor.WithoutListeningAsync(app.SweepAsync);
        await merchant.SignInAsync();
        await visitor.EventuallyAsync(async () =>
        {
            await merchant.OpenAsync("/labels?show=delivered");
            return await rows.CountAsync() == 3;
        });
        await Assertions.Expect(rows.GetByText(merchant.In("Delivered", "Livrée"), new() { Exact = true })).ToHaveCountAsync(3);
        await page.Locator("select[name=show]").SelectOptionAsync("Exception");
        await Assertions.Expect(page.GetByText(merchant.In("No label matches.", "Aucune étiquette ne correspond."))).ToBeVisibleAsync();
        await merchant.OpenAsync(label);
        var events = page.GetByTestId("tracking-events").Locator("li");
        await Assertions.Expect(events.First).ToContainTextAsync("Delivered to recipient's front door");
        await Assertions.Expect(events.Last).ToContainTextAsync("Order information received by the carrier");
        await Assertions.Expect(events).ToHaveCountAsync(6);
        await visitor.AssertAccessibleAsync("label-delivered");
        await visitor.AssertNoHorizontalScrollAsync("label-delivered");
        visitor.AssertNoComplaints();
    }
}
