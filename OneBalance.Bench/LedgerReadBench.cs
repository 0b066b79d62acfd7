using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Bench;

/// <summary>The balance page's ledger in a book of a million entries against one of ten thousand, beside a thousand other books.</summary>
internal static class LedgerReadBench
{
    private static readonly MerchantId Large = new(1);
    private static readonly MerchantId Small = new(2);

    public static async Task<int> RunAsync(Options options)
    {
        await using var arena = await Arena.OpenAsync(options);
        int transfers = options.Number("transfers", 750_000);
        Console.WriteLine($"{await arena.VersionAsync()}; a book of {transfers:N0} transfers ({transfers * 4L / 3:N0} entries), one of 7,500 (10,000 entries), 1,000 others");
        await arena.FillAsync(transfers, _ => Large);
        await arena.FillAsync(7_500, _ => Small);
        await arena.FillAsync(transfers, round => new MerchantId(10 + round % 1000));

        var queries = new LedgerQueries(new Contexts(arena), TimeProvider.System);
        var figures = new List<object>();
        bool met = true;
        foreach (var (name, filter, period, deep) in new[]
        {
            ("first page", LedgerFilter.All, LedgerPeriod.All, false),
            ("deep page", LedgerFilter.All, LedgerPeriod.All, true),
            ("first page of a frequent kind", LedgerFilter.Funds, LedgerPeriod.All, false),
            ("deep page of a frequent kind", LedgerFilter.Funds, LedgerPeriod.All, true),
            ("first page of a kind that never occurs", LedgerFilter.Refunds, LedgerPeriod.All, false),
            ("first page of several rare kinds", LedgerFilter.Other, LedgerPeriod.All, false),
            ("a period without lines", LedgerFilter.All, LedgerPeriod.Days30, false),
        })
        {
            var large = new List<double>();
            var small = new List<double>();
            for (int i = 0; i < 120; i++)
            {
                foreach (var (merchant, length, times) in new[] { (Large, transfers, large), (Small, 7_500, small) })
                {
                    // Each deep page is another one, so that no cache answers.
                    long? before = deep ? length / 2 - i * 20 : null;
                    long began = Stopwatch.GetTimestamp();
                    await queries.PageAsync(merchant, filter, period, before, CancellationToken.None);
                    if (i >= 20)
                    {
                        times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    }
                }
            }

            double ratio = Median(large) / Median(small);
            met &= ratio <= 1.5;
            figures.Add(new { name, large = Median(large), small = Median(small), ratio });
            Console.WriteLine($"{name,-42} {Median(large),7:0.00} ms against {Median(small),7:0.00} ms   {ratio:0.00}   {(ratio <= 1.5 ? "<= 1.5 met" : "<= 1.5 MISSED")}");
        }

        string file = options.Text("json", $"ledger-read-{arena.Provider.ToString().ToLowerInvariant()}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { version = await arena.VersionAsync(), transfers, figures }));
        return met ? 0 : 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Contexts(Arena arena) : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext() => arena.NewContext();
    }
}
