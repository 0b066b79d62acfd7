using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Tests.Web.Features.Batches;

/// <summary>A label world with batches: the real databases and ledger, a carrier that does as told, runs run by hand.</summary>
internal sealed class BatchWorld(LabelWorld labels) : IAsyncDisposable
{
    /// <summary>Nobody drains it: runs are run by hand.</summary>
    private readonly BatchRunner _runner = new(new ServiceCollection().BuildServiceProvider(), NullLogger<BatchRunner>.Instance);

    public LabelWorld Labels => labels;

    public MerchantId Merchant => labels.Merchant;

    public ScriptedCarrier Carrier => labels.Carrier;

    public ImportBatch Import => new(labels.Contexts, labels.Start, labels.Carrier, labels.Time);

    public ChangeBatch Change => new(labels.Contexts, labels.Carrier, labels.Time);

    public RateBatch Rate => new(labels.Contexts, _runner, labels.Carrier, labels.Time);

    public BuyBatch Buy => new(labels.Contexts, labels.Database.Ledger, _runner, labels.Carrier, labels.Time);

    public CancelBatch Cancel => new(labels.Contexts, labels.Time);

    public BatchQueries Queries => new(labels.Contexts, labels.Carrier);

    public static async Task<BatchWorld> StartAsync(DatabaseProvider provider, long fundsInCents = 1_000_00) =>
        new(await LabelWorld.StartAsync(provider, fundsInCents));

    /// <summary>A runner as a node has one.</summary>
    public BatchRun Run(int parallelism = 4) => new(
        labels.Contexts, labels.Carrier, labels.Buy, labels.Rates, Options.Create(new BatchOptions { Parallelism = parallelism }), labels.Time, NullLogger<BatchRun>.Instance);

    public Task<BatchId> ImportAsync(string text) => ImportAsync(Encoding.UTF8.GetBytes(text));

    public async Task<BatchId> ImportAsync(byte[] content) =>
        Assert.IsType<ImportOutcome.Imported>(await Import.RunAsync(Merchant, "user", "parcels.csv", content, Language.English, CancellationToken.None)).Batch;

    public async Task<BatchView> ViewAsync(BatchId batch) => (await Queries.ReadAsync(Merchant, batch, CancellationToken.None))!;

    /// <summary>Asks for prices and has them.</summary>
    public async Task RateAsync(BatchId batch)
    {
        Assert.IsType<RateBatchOutcome.Started>(await Rate.RunAsync(Merchant, batch, anew: false, CancellationToken.None));
        Assert.True(await Run().RunAsync(Merchant, batch, CancellationToken.None));
    }

    public async Task<BuyBatchOutcome> AskToBuyAsync(BatchId batch) =>
        await Buy.RunAsync(Merchant, batch, (await ViewAsync(batch)).Total, "user", Language.English, CancellationToken.None);

    public async Task BuyAsync(BatchId batch)
    {
        Assert.IsType<BuyBatchOutcome.Started>(await AskToBuyAsync(batch));
        await Run().RunAsync(Merchant, batch, CancellationToken.None);
    }

    /// <summary>So many correct lines.</summary>
    public static string Lines(int count) =>
        "name,address,city,province,postal code,weight,length,width,height,reference\n"
        + string.Concat(Enumerable.Range(1, count).Select(number => $"Recipient {number},800 Burrard St,Vancouver,BC,V6Z 2J7,1.25,30,20,10,Order {number}\n"));

    /// <summary>Each line has one label and each label at the carrier is a line's: nothing twice, nothing lost.</summary>
    public async Task AssertEachBoughtOnceAsync(BatchId batch, int lines)
    {
        var view = await ViewAsync(batch);
        var bought = view.Rows.Where(row => row.Status == BatchLineStatus.Bought).Select(row => row.Label!.Value).ToList();
        Assert.Equal(lines, bought.Distinct().Count());
        Assert.Equal(bought.Order(Comparer<LabelId>.Create((a, b) => a.Value.CompareTo(b.Value))), Carrier.Shipped.Order(Comparer<LabelId>.Create((a, b) => a.Value.CompareTo(b.Value))));
        await using var db = await labels.Database.Contexts.CreateDbContextAsync();
        Assert.Equal(lines, await db.Labels.CountAsync(label => label.MerchantId == Merchant && label.State == LabelState.Purchased));
    }

    public ValueTask DisposeAsync() => labels.DisposeAsync();
}
