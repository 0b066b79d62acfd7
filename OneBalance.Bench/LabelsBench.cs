using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OneBalance.Bench;

/// <summary>
/// Buys a file of labels through the product with a slow carrier: how many a second and what of each purchase's time is our
/// own; then once more, killed in the middle and started again. Each run is a process of its own (<see cref="LabelsNode"/>).
/// </summary>
internal static class LabelsBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(Options options)
    {
        int lines = options.Number("lines", 500);
        Console.WriteLine($"{lines} labels, {options.Number("latency", 300)} ms carrier latency, {options.Number("parallelism", 16)} at once, after {options.Number("warm-up", 200)} that are not measured, {options.Database}, {Environment.ProcessorCount} processors.");

        await using (var ground = await Ground.OpenAsync(options))
        {
            using var node = Node.Start(ground, options, warmUp: options.Number("warm-up", 200));
            var run = await node.ResultAsync();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Bought {run.Bought} of {run.Lines} in {run.Seconds:0.0} s: {run.Bought / run.Seconds:0.0} labels/s. Our own share of a purchase: median {run.OwnMedian:0.0} ms, p95 {run.OwnP95:0.0} ms. The carrier's: median {run.CarrierMedian:0.0} ms. Processor time a label, the emulated carrier's included: {run.ProcessorMilliseconds:0.0} ms."));
            Judge(run, lines);
        }

        await using (var ground = await Ground.OpenAsync(options))
        {
            int killedAt;
            using (var doomed = Node.Start(ground, options))
            {
                killedAt = await doomed.KillAtAsync(lines / 3);
            }

            using var second = Node.Start(ground, options);
            var run = await second.ResultAsync();
            Console.WriteLine($"Killed after {killedAt} labels and started again: {run.Bought} bought, {run.AtCarrier} shipments at the carrier, ledger {(run.LedgerClean ? "clean" : "BROKEN")}.");
            Judge(run, lines);
        }

        return 0;
    }

    private static void Judge(LabelsResult run, int lines)
    {
        if (run.Bought != lines || run.AtCarrier != lines || run.LabelsOfLines != lines || !run.LedgerClean || run.Held != 0 || run.SpentCents != run.PaidCents)
        {
            throw new InvalidOperationException($"Not each line bought once, or the ledger is not clean: {JsonSerializer.Serialize(run)}");
        }
    }

    /// <summary>A data folder and, for PostgreSQL, a private server: they outlive a node that is killed.</summary>
    private sealed class Ground(string folder, PrivatePostgres? server) : IAsyncDisposable
    {
        public string Folder => folder;

        public string? ConnectionString => server?.ConnectionString;

        public static async Task<Ground> OpenAsync(Options options) => new(
            Directory.CreateTempSubdirectory("onebalance-labels-").FullName,
            options.Database == Web.Data.DatabaseProvider.Postgres ? await PrivatePostgres.StartAsync() : null);

        public ValueTask DisposeAsync()
        {
            server?.Dispose();
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Node(Process process) : IDisposable
    {
        public static Node Start(Ground ground, Options options, int warmUp = 0)
        {
            List<string> arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "OneBalance.Bench.dll"), "labels-node",
                "--folder", ground.Folder,
                "--database", options.Text("database", "sqlite"),
                "--lines", options.Text("lines", "500"),
                "--latency", options.Text("latency", "300"),
                "--parallelism", options.Text("parallelism", "16"),
                "--warm-up", $"{warmUp}",
            ];
            if (ground.ConnectionString is { } connection)
            {
                arguments.AddRange(["--connection", connection]);
            }

            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            arguments.ForEach(start.ArgumentList.Add);
            return new Node(Process.Start(start)!);
        }

        public async Task<LabelsResult> ResultAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("result ", StringComparison.Ordinal))
                {
                    await process.WaitForExitAsync(patience.Token);
                    return JsonSerializer.Deserialize<LabelsResult>(line["result ".Length..])!;
                }

                if (!line.StartsWith("bought ", StringComparison.Ordinal))
                {
                    Console.WriteLine(line);
                }
            }

            throw new InvalidOperationException("The node ended without a result.");
        }

        /// <summary>Ends the process at once, as a power cut would, when it has bought so many.</summary>
        public async Task<int> KillAtAsync(int bought)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("bought ", StringComparison.Ordinal) && int.Parse(line["bought ".Length..], CultureInfo.InvariantCulture) is var now && now >= bought)
                {
                    process.Kill(entireProcessTree: true);
                    await process.WaitForExitAsync(patience.Token);
                    return now;
                }
            }

            throw new InvalidOperationException("The node ended before it could be killed.");
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }
    }
}

/// <param name="LabelsOfLines">Different labels that the lines have.</param>
/// <param name="AtCarrier">Shipments the emulated carrier has.</param>
/// <param name="ProcessorMilliseconds">Processor time a label, of the whole process: says what a busy machine hides.</param>
/// <param name="OwnP95">Milliseconds of a purchase, the time of the carrier's calls taken out; 0 when too few were measured.</param>
internal sealed record LabelsResult(
    int Lines,
    int Bought,
    int LabelsOfLines,
    int AtCarrier,
    double Seconds,
    double ProcessorMilliseconds,
    double OwnMedian,
    double OwnP95,
    double CarrierMedian,
    bool LedgerClean,
    long Held,
    long SpentCents,
    long PaidCents);
