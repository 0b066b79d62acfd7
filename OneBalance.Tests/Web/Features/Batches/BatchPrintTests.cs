using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Printing;

namespace OneBalance.Tests.Web.Features.Batches;

/// <summary>Print all labels of a batch: the files, and a word for what is in none of them.</summary>
public sealed class BatchPrintTests
{
    [Theory]
    [InlineData("en-CA", "Open 1 label as a PDF", "1 label is not in the file: its document is no longer kept.")]
    [InlineData("fr-CA", "Ouvrir 1 étiquette en PDF", "1 étiquette n’est pas dans le fichier\u00A0: son document n’est plus conservé.")]
    public async Task What_is_not_in_the_file_is_said_beside_it(string culture, string file, string notKept)
    {
        ComponentRoom.Speak(culture);
        await using var world = await BatchWorld.StartAsync(DatabaseProvider.Sqlite);
        var (context, part) = await BoughtAsync(world, rows => rows[0].RecipientErasedAt = world.Labels.Time.GetUtcNow(), culture);
        await using var _ = context;

        await part.Find("button").ClickAsync(new());

        Assert.Equal(file, part.Find("[data-testid=batch-pdf]").TextContent);
        Assert.Contains(notKept, part.Markup);
    }

    /// <summary>A button that does nothing and says nothing looks broken.</summary>
    [Theory]
    [InlineData(true, "2 labels are not in the file: their documents are no longer kept.")]
    [InlineData(false, "None of these labels has a document to print: they are voided.")]
    public async Task With_nothing_left_to_print_the_button_says_why(bool erased, string expected)
    {
        await using var world = await BatchWorld.StartAsync(DatabaseProvider.Sqlite);
        var (context, part) = await BoughtAsync(world, rows => rows.ForEach(row =>
        {
            row.RecipientErasedAt = erased ? world.Labels.Time.GetUtcNow() : null;
            row.State = erased ? row.State : LabelState.Voided;
        }));
        await using var _ = context;

        await part.Find("button").ClickAsync(new());

        Assert.Contains(expected, part.Markup);
        Assert.Empty(part.FindAll("[data-testid=batch-pdf]"));
    }

    private static async Task<(ComponentRoom Context, IRenderedComponent<BatchPrint> Part)> BoughtAsync(BatchWorld world, Action<List<OneBalance.Web.Data.Model.Label>> change, string culture = "en-CA")
    {
        var batch = await world.ImportAsync(BatchWorld.Lines(2));
        await world.RateAsync(batch);
        await world.BuyAsync(batch);
        await using (var db = await world.Labels.Database.Contexts.CreateDbContextAsync())
        {
            change(await db.Labels.Where(label => label.BatchId == batch).ToListAsync());
            await db.SaveChangesAsync();
        }

        var context = new ComponentRoom(culture);
        context.Services.AddSingleton(world.Queries);
        context.Services.AddSingleton(new PrintLabels(world.Labels.Contexts, world.Labels.Time));
        return (context, context.Render<BatchPrint>(parameters => parameters
            .Add(part => part.Merchant, world.Merchant)
            .Add(part => part.Batch, batch)
            .Add(part => part.Bought, 2)));
    }
}
