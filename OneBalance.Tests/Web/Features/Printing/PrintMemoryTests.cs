using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Printing;

namespace OneBalance.Tests.Web.Features.Printing;

/// <summary>What a whole file of labels takes of the process's memory. Runs alone: what others do beside it would count.</summary>
[Collection(Alone)]
public sealed class PrintMemoryTests(ITestOutputHelper output)
{
    public const string Alone = "alone";

    /// <summary>As many as go into one file at most, or as <c>ONEBALANCE_PRINT_LABELS</c> says.</summary>
    [Fact]
    public async Task A_days_labels_make_one_small_file_in_bounded_memory()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        int count = Environment.GetEnvironmentVariable("ONEBALANCE_PRINT_LABELS") is { Length: > 0 } said ? int.Parse(said, CultureInfo.InvariantCulture) : PrintOrder.Most;
        var labels = await PrintLabelsTests.StoreAsync(world, count);
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        long parts = await db.LabelDocuments.SumAsync(row => (long)row.Content.Length);
        var print = new PrintLabels(world.Contexts, world.Time);
        var ready = Assert.IsType<PrintOutcome.Ready>(await print.StartAsync(world.Merchant, labels, CancellationToken.None));
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var watching = new CancellationTokenSource();
        var highest = WatchMemoryAsync(watching.Token);
        var clock = Stopwatch.StartNew();

        var file = (await print.OpenAsync(world.Merchant, ready.Job, PrintPart.Labels, CancellationToken.None))!;

        clock.Stop();
        await watching.CancelAsync();
        long grown = await highest - before;
        long size = file.Content.Length;
        output.WriteLine($"{count} labels: {clock.ElapsedMilliseconds} ms, {size / 1000} kB from {parts / 1000} kB, heap grew by at most {grown / 1_000_000} MB");
        Assert.Equal(Enumerable.Range(0, count).Select(number => $"LABEL {number}"), await PrintLabelsTests.PagesAsync(file));
        Assert.True(size < parts, $"{size} bytes merged from {parts}.");
        Assert.True(grown < 128_000_000, $"The heap grew by {grown} bytes.");
    }

    private static async Task<long> WatchMemoryAsync(CancellationToken ct)
    {
        long highest = 0;
        while (!ct.IsCancellationRequested)
        {
            highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: false));
            await Task.Delay(20, CancellationToken.None);
        }

        return highest;
    }
}

[CollectionDefinition(PrintMemoryTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
