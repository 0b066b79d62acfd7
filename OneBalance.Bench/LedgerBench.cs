using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Bench;

/// <summary>
/// The ledger's figures beside what they are compared with, in interleaved rounds: noise of the machine hits both. A caller is a
/// task that submits a command, waits for its durable answer, and submits the next.
/// </summary>
internal static class LedgerBench
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static async Task<int> RunAsync(Options options)
    {
        var whole = Stopwatch.StartNew();
        int rounds = options.Number("rounds", 3);
        var length = TimeSpan.FromSeconds(options.Number("seconds", 2));
        await using var arena = await Arena.OpenAsync(options);
        bool postgres = arena.Provider == DatabaseProvider.Postgres;
        string machine = $"{Environment.ProcessorCount} x {Processor()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB, {RuntimeInformation.OSDescription.Trim()}, .NET {Environment.Version}";
        string version = await arena.VersionAsync();
        Console.WriteLine($"{machine}\n{version}; {rounds} rounds, {length.TotalSeconds:0} s a measurement");

        var samples = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        void Add(string name, double value) => (samples.TryGetValue(name, out var list) ? list : samples[name] = []).Add(value);
        int run = 0;
        async Task MeasureAsync(string name, int callers, int merchants, string synchronous = "FULL")
        {
            await arena.SettleAsync();
            var measured = await LoadAsync(arena, callers, merchants, synchronous, length, $"run{run++}");
            Add(name, measured.Rate);
            Add($"{name}, batch", measured.Batch);
            Add($"{name}, p99 ms", measured.P99);
        }

        if (postgres)
        {
            await Baselines.PreparePgBenchAsync(arena.ConnectionString);
        }

        // Round 0 is not counted: code is compiled, files grow and statements become known, on every side of a comparison.
        for (int round = 0; round <= rounds; round++)
        {
            if (round == 1)
            {
                samples.Clear();
            }

            await arena.SettleAsync();
            Add("fsync", FsyncRate(TimeSpan.FromSeconds(0.5)));
            await MeasureAsync("20 callers", 20, 1000);
            if (postgres)
            {
                Add("pgbench -N, 20 clients", await Baselines.PgBenchAsync(arena.ConnectionString, 20, length));
            }
            else
            {
                int batch = Math.Max(1, (int)Math.Round(samples["20 callers, batch"][^1]));
                await arena.SettleAsync();
                Add("raw ADO, same batch", Baselines.RawAdo(arena.ConnectionString, batch, length, $"raw{round}"));
            }

            await Baselines.RemoveTheirBooksAsync(arena);
            await arena.SettleAsync();
            Add("EF, a SaveChanges a command", await Baselines.EfAsync(arena, 20, length, $"ef{round}"));
            if (!postgres)
            {
                Add("EF behind the product's gate", await Baselines.EfAsync(arena, 20, length, $"gated{round}", gated: true));
            }

            await Baselines.RemoveTheirBooksAsync(arena);
            await MeasureAsync("256 callers", 256, 1000);
            await MeasureAsync("256 callers, 10 hot merchants", 256, 10);
            if (!postgres)
            {
                await MeasureAsync("256 callers, NORMAL", 256, 1000, "NORMAL");
            }

            Console.WriteLine($"Round {round}: 20 callers {samples["20 callers"][^1]:N0}/s, 256 callers {samples["256 callers"][^1]:N0}/s, fsync {samples["fsync"][^1]:N0}/s");
        }

        int transfers = options.Number("transfers", 1_000_000);
        await arena.FillAsync(transfers, round => new MerchantId(10_000 + round % 1000));
        Add("recovery after SIGKILL, s", await RecoveryAsync(arena));
        var audit = await LedgerAudit.RunAsync(arena.Provider, arena.ConnectionString, TimeProvider.System, CancellationToken.None);
        Add($"audit, s", audit.Took.TotalSeconds);
        Add($"audit, transfers", audit.Transfers);

        var medians = samples.ToDictionary(s => s.Key, s => Median(s.Value));
        List<Figure> figures = postgres
            ?
            [
                Figure.Ratio("20 callers / pgbench -N with 20 clients", medians, "20 callers", "pgbench -N, 20 clients", 1.2),
                Figure.Ratio("256 callers / pgbench -N with 20 clients", medians, "256 callers", "pgbench -N, 20 clients", 3),
                Figure.Ratio("20 callers / EF, a SaveChanges a command", medians, "20 callers", "EF, a SaveChanges a command", null),
            ]
            :
            [
                Figure.Ratio("20 callers / the same statements by raw ADO, same batch", medians, "20 callers", "raw ADO, same batch", 0.6),
                Figure.Ratio("20 callers / EF, a SaveChanges a command", medians, "20 callers", "EF, a SaveChanges a command", 12),
                Figure.Ratio("20 callers / EF behind the product's gate", medians, "20 callers", "EF behind the product's gate", null),
                Figure.Ratio("FULL / NORMAL, 256 callers", medians, "256 callers", "256 callers, NORMAL", 0.9),
            ];
        figures.AddRange(
        [
            Figure.Ratio("10 hot merchants / 1,000 uniform, 256 callers", medians, "256 callers, 10 hot merchants", "256 callers", 1.0),
            Figure.AtMost("p99 at 20 callers, ms", medians["20 callers, p99 ms"], 15),
            Figure.AtMost("recovery after SIGKILL, s", medians["recovery after SIGKILL, s"], 3),
            Figure.AtMost($"audit of {audit.Transfers:N0} transfers, s", audit.Took.TotalSeconds, 30),
        ]);

        Console.WriteLine();
        foreach (var (name, median) in medians)
        {
            Console.WriteLine($"{name,-40} {median,12:N1}   {string.Join("  ", samples[name].Select(v => v.ToString("N1", CultureInfo.InvariantCulture)))}");
        }

        Console.WriteLine();
        foreach (var figure in figures)
        {
            Console.WriteLine($"{figure.Name,-56} {figure.Value,8:0.00}   {figure.Target,-8} {(figure.Met is null ? "" : figure.Met.Value ? "met" : "MISSED")}");
        }

        Console.WriteLine($"The audit found the ledger {(audit.IsClean ? "sound" : $"NOT SOUND: {audit.First[0]}")}. {whole.Elapsed.TotalSeconds:0} s in all.");
        string file = options.Text("json", $"ledger-{(postgres ? "postgres" : "sqlite")}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(
            new { machine, version, at = DateTimeOffset.UtcNow, rounds, seconds = length.TotalSeconds, samples, medians, figures }, Json));
        return audit.IsClean ? 0 : 1;
    }

    private sealed record Figure(string Name, double Value, string Target, bool? Met)
    {
        public static Figure Ratio(string name, Dictionary<string, double> medians, string ours, string theirs, double? atLeast)
        {
            double ratio = medians[ours] / medians[theirs];
            return new Figure(name, ratio, atLeast is { } least ? $">= {least:0.0}" : "", atLeast is null ? null : ratio >= atLeast);
        }

        public static Figure AtMost(string name, double value, double most) => new(name, value, $"<= {most:0}", value <= most);
    }

    private static async Task<(double Rate, double Batch, double P99)> LoadAsync(
        Arena arena, int callers, int merchants, string synchronous, TimeSpan length, string run)
    {
        var counting = new CountingStore(arena.NewStore(synchronous));
        await using var ledger = new LedgerBook(
            counting, new NoContexts(), new BalanceFeed(NullLogger<BalanceFeed>.Instance), TimeProvider.System, NullLogger<LedgerBook>.Instance, LedgerRules.Decide);
        var latencies = new ConcurrentBag<List<double>>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var mine = new List<double>();
            var merchant = new MerchantId(1);
            for (long i = 0; clock.Elapsed < length || i % 3 != 0; i++)
            {
                merchant = i % 3 == 0 ? new MerchantId(1 + random.Next(merchants)) : merchant;
                long asked = Stopwatch.GetTimestamp();
                if (await ledger.SubmitAsync(Rounds.At($"{run}/{caller}", i, merchant), CancellationToken.None) is not LedgerReply.Accepted { Replayed: false })
                {
                    throw new InvalidOperationException("A command of the measurement was refused.");
                }

                mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            latencies.Add(mine);
        })));
        double rate = counting.Commands / clock.Elapsed.TotalSeconds;
        var sorted = latencies.SelectMany(l => l).Order().ToList();
        return (rate, (double)counting.Commands / counting.Batches, sorted[(int)(sorted.Count * 0.99)]);
    }

    /// <summary>From the start of a new process's ledger to its first durable answer, after another was killed in full load.</summary>
    /// <summary>
    /// A process is killed while 64 callers submit, and another one started: from its start to its first acknowledgement. Nobody else
    /// has the database open, so that the new one finds the log as the dead one left it.
    /// </summary>
    private static async Task<double> RecoveryAsync(Arena arena)
    {
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        using (var victim = StartLoad(arena, callers: 64, seed: 77))
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < TimeSpan.FromSeconds(2) && await victim.StandardOutput.ReadLineAsync() is not null)
            {
            }

            victim.Kill();
            await victim.WaitForExitAsync();
        }

        var recovery = Stopwatch.StartNew();
        using var next = StartLoad(arena, callers: 1, seed: 78, count: 1);
        if (await next.StandardOutput.ReadLineAsync() is null)
        {
            throw new InvalidOperationException("The process after the killed one acknowledged nothing.");
        }

        double seconds = recovery.Elapsed.TotalSeconds;
        await next.WaitForExitAsync();
        return seconds;
    }

    private static Process StartLoad(Arena arena, int callers, int seed, int? count = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string[] arguments =
        [
            .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(LedgerBench).Assembly.Location] : Array.Empty<string>(),
            "ledger-load", "--database", arena.Provider == DatabaseProvider.Postgres ? "postgres" : "sqlite",
            "--connection", arena.ConnectionString, "--callers", $"{callers}", "--merchants", "1000", "--seed", $"{seed}",
            .. count is { } n ? ["--count", $"{n}"] : Array.Empty<string>(),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>How many syncs of a small write the disk does a second right now.</summary>
    private static double FsyncRate(TimeSpan length)
    {
        string file = Path.GetTempFileName();
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1))
        {
            byte[] page = new byte[4096];
            int syncs = 0;
            var clock = Stopwatch.StartNew();
            for (; clock.Elapsed < length; syncs++)
            {
                stream.Position = syncs % 256 * page.Length;
                stream.Write(page);
                stream.Flush(flushToDisk: true);
            }

            File.Delete(file);
            return syncs / clock.Elapsed.TotalSeconds;
        }
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        int middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 2)..]
            : RuntimeInformation.ProcessArchitecture.ToString();

    private sealed class CountingStore(ILedgerStore inner) : ILedgerStore
    {
        public long Batches { get; private set; }

        public long Commands { get; private set; }

        public Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands)
        {
            Batches++;
            Commands += commands.Count;
            return inner.BeginAsync(commands);
        }

        public Task CommitAsync(LedgerBatch batch) => inner.CommitAsync(batch);

        public Task AbandonAsync() => inner.AbandonAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    internal sealed class NoContexts : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext() => throw new NotSupportedException("Only the writer is used here.");
    }
}
