using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Printing;
using UglyToad.PdfPig;
using Drawn = OneBalance.Web.Emulators.CanadaPost.Documents.LabelDocument;
using DrawnFacts = OneBalance.Web.Emulators.CanadaPost.Documents.LabelFacts;

namespace OneBalance.Tests.Web.Features.Printing;

/// <summary>Several labels as one document, from the store alone.</summary>
public sealed class PrintLabelsTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task The_pages_come_in_the_order_chosen_at_the_size_of_a_label(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var labels = await StoreAsync(world, 3);
        var print = new PrintLabels(world.Contexts, world.Time);

        var ready = Assert.IsType<PrintOutcome.Ready>(await print.StartAsync(world.Merchant, [labels[2], labels[0], labels[1], labels[0]], CancellationToken.None));
        Assert.Equal(new PrintOutcome.Ready(ready.Job, 3, 0, 0, 0, 0), ready);
        var file = await print.OpenAsync(world.Merchant, ready.Job, PrintPart.Labels, CancellationToken.None);

        Assert.Equal(["LABEL 2", "LABEL 0", "LABEL 1"], await PagesAsync(file!));
        Assert.Null(await print.OpenAsync(new MerchantId(world.Merchant.Value + 1), ready.Job, PrintPart.Labels, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Zpl_comes_in_a_file_of_its_own_and_what_cannot_be_printed_is_counted(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var labels = await StoreAsync(world, 4);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            var zpl = labels[1];
            await db.Labels.Where(row => row.Id == zpl).ExecuteUpdateAsync(set => set.SetProperty(row => row.Format, LabelFormat.ThermalZpl));
            await db.LabelDocuments.Where(row => row.LabelId == zpl).ExecuteUpdateAsync(set => set.SetProperty(row => row.Content, "^XA one ^XZ"u8.ToArray()));
            var voided = labels[2];
            await db.Labels.Where(row => row.Id == voided).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, LabelState.Voided));
            var pending = labels[3];
            await db.Labels.Where(row => row.Id == pending).ExecuteUpdateAsync(set => set.SetProperty(row => row.DocumentStoredAt, (DateTimeOffset?)null));
        }

        var print = new PrintLabels(world.Contexts, world.Time);
        var ready = Assert.IsType<PrintOutcome.Ready>(await print.StartAsync(world.Merchant, labels, CancellationToken.None));

        Assert.Equal(new PrintOutcome.Ready(ready.Job, 1, 1, 0, 1, 1), ready);
        Assert.Equal(["LABEL 0"], await PagesAsync((await print.OpenAsync(world.Merchant, ready.Job, PrintPart.Labels, CancellationToken.None))!));
        var text = (await print.OpenAsync(world.Merchant, ready.Job, PrintPart.Zpl, CancellationToken.None))!;
        using var reader = new StreamReader(text.Content);
        Assert.Equal("^XA one ^XZ\n", await reader.ReadToEndAsync());
        Assert.Null(await print.OpenAsync(world.Merchant, ready.Job, PrintPart.Invoices, CancellationToken.None));
        Assert.IsType<PrintOutcome.NothingToPrint>(await print.StartAsync(world.Merchant, [labels[2]], CancellationToken.None));
    }

    /// <summary>The name on each page, which tells the labels apart; each page must have the size of a label.</summary>
    internal static async Task<IReadOnlyList<string>> PagesAsync(PrintFile file)
    {
        await using var content = file.Content;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        using var pdf = PdfDocument.Open(copy.ToArray());
        return [.. pdf.GetPages().Select(page =>
        {
            Assert.Equal((288, 432), (page.Width, page.Height));
            var words = page.GetWords().Select(word => word.Text).ToList();
            return $"LABEL {words[words.IndexOf("LABEL") + 1]}";
        })];
    }

    /// <summary>Labels bought, each with a document of its own as the emulated carrier draws it.</summary>
    internal static async Task<IReadOnlyList<LabelId>> StoreAsync(LabelWorld world, int count)
    {
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        var ids = new List<LabelId>();
        for (int number = 0; number < count; number++)
        {
            var id = new LabelId(Guid.CreateVersion7());
            ids.Add(id);
            db.Labels.Add(new Label
            {
                MerchantId = world.Merchant,
                Id = id,
                State = LabelState.Purchased,
                From = PostalAddress.From(LabelWorld.Draft.From),
                To = PostalAddress.From(LabelWorld.Draft.To),
                CreatedAt = world.Time.GetUtcNow(),
                UpdatedAt = world.Time.GetUtcNow(),
                PurchasedAt = world.Time.GetUtcNow(),
                DocumentStoredAt = world.Time.GetUtcNow(),
            });
            db.LabelDocuments.Add(new LabelDocument
            {
                MerchantId = world.Merchant,
                LabelId = id,
                Kind = LabelDocumentKind.Label,
                MediaType = "application/pdf",
                Content = LabelDocument4x6(number, world.Time.GetUtcNow()),
                StoredAt = world.Time.GetUtcNow(),
            });
        }

        await db.SaveChangesAsync();
        return ids;
    }

    private static byte[] LabelDocument4x6(int number, DateTimeOffset now) => Drawn.Thermal(new DrawnFacts(
        "DOM.EP",
        "Expedited Parcel",
        "Colis accélérés",
        [$"LABEL {number}", $"{100 + number} Wellington Street", "Ottawa ON K1A 0A9"],
        "K1A 0A9",
        ["Maple Parcels", "111 Wellington St", "Ottawa ON K1A 0A9"],
        $"7023210{number:000000000}",
        "1.250 KG",
        "30x20x10cm",
        true,
        "0007023210",
        true,
        "",
        "",
        now,
        new DateOnly(2026, 11, 2)));
}
