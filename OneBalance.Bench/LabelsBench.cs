using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OneBalance.Bench;

/// <summary>
/// Buys a file of labels through the product with a slow carrier: how many a second and what of each purchase's time is our
/// own; then once more, killed in the middle and started again. The product and its carrier are processes of their own
/// (<see cref="LabelsNode"/>, <see cref="LabelsCarrier"/>). Speed is said to be met or missed; only what is wrong fails.
/// </summary>
internal static class LabelsBench
{
    private const double WantedASecond = 40;

    private const double WantedOwnP95 = 25;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(Options options)
    {
        int lines = options.Number("lines", 500);
        Console.WriteLine($"{lines} labels, {options.Number("latency", 300)} ms carrier latency, {options.Number("parallelism", 16)} at once, after {options.Number("warm-up", 200)} that are not measured, {options.Database}, {Environment.ProcessorCount} processors.");

        LabelsResult measured;
        await using (var ground = await Ground.OpenAsync(options))
        {
            using var node = Node.Start(ground, options, warmUp: options.Number("warm-up", 200));
            var run = await node.ResultAsync();
            measured = run;
            Print($"Bought {run.Bought} of {run.Lines} in {run.Seconds:0.0} s: {run.PerSecond:0.0} labels/s, wanted {WantedASecond}: {Met(run.PerSecond >= WantedASecond)}");
            Print($"Our own share of a purchase: median {run.OwnMedian:0.0} ms, p95 {run.OwnP95:0.0} ms, wanted {WantedOwnP95}: {Met(run.OwnP95 <= WantedOwnP95)}. The carrier's: median {run.CarrierMedian:0.0} ms");
            Print($"Processor time a label: {run.OwnProcessor:0.0} ms of the product, {run.CarrierProcessor:0.0} ms of the emulated carrier. Load average {Load()}");
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

        await File.WriteAllTextAsync(options.Text("json", $"labels-{options.Text("database", "sqlite")}.json"), JsonSerializer.Serialize(measured, Indented));

        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Met(bool met) => met ? "met" : "MISSED";

    /// <summary>Of the last minute; what else the machine does makes the figures worse.</summary>
    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "not known";

    private static void Judge(LabelsResult run, int lines)
    {
        if (run.Bought != lines || run.AtCarrier != lines || run.LabelsOfLines != lines || !run.LedgerClean || run.Held != 0 || run.SpentCents != run.PaidCents)
        {
            throw new InvalidOperationException($"Not each line bought once, or the ledger is not clean: {JsonSerializer.Serialize(run)}");
        }
    }

    /// <summary>A data folder, the carrier and, for PostgreSQL, a private server: they outlive a node that is killed.</summary>
    private sealed class Ground(string folder, PrivatePostgres? server, Process carrier, string[] addresses) : IAsyncDisposable
    {
        public string Folder => folder;

        public string? ConnectionString => server?.ConnectionString;

        public int Carrier => carrier.Id;

        public string CarrierAddress => addresses[0];

        public string ProcessorAddress => addresses[1];

        public static async Task<Ground> OpenAsync(Options options)
        {
            string folder = Directory.CreateTempSubdirectory("onebalance-labels-").FullName;
            var carrier = Run("labels-carrier", "--folder", folder, "--latency", options.Text("latency", "300"));
            using var patience = new CancellationTokenSource(Patience);
            string? line;
            while ((line = await carrier.StandardOutput.ReadLineAsync(patience.Token))?.StartsWith("carrier ", StringComparison.Ordinal) == false)
            {
                Console.WriteLine(line);
            }

            return new Ground(
                folder,
                options.Database == Web.Data.DatabaseProvider.Postgres ? await PrivatePostgres.StartAsync() : null,
                carrier,
                line?.Split(' ')[1..] ?? throw new InvalidOperationException("The emulated carrier did not start."));
        }

        public ValueTask DisposeAsync()
        {
            carrier.Kill();
            carrier.WaitForExit();
            carrier.Dispose();
            server?.Dispose();
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Another verb of this program, in a process of its own.</summary>
    private static Process Run(params IReadOnlyList<string> arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OneBalance.Bench.dll"), .. arguments]) { RedirectStandardOutput = true })!;

    private sealed class Node(Process process) : IDisposable
    {
        public static Node Start(Ground ground, Options options, int warmUp = 0)
        {
            List<string> arguments =
            [
                "labels-node",
                "--carrier", ground.CarrierAddress,
                "--processor", ground.ProcessorAddress,
                "--carrier-process", $"{ground.Carrier}",
                "--folder", ground.Folder,
                "--database", options.Text("database", "sqlite"),
                "--lines", options.Text("lines", "500"),
                "--parallelism", options.Text("parallelism", "16"),
                "--warm-up", $"{warmUp}",
            ];
            if (ground.ConnectionString is { } connection)
            {
                arguments.AddRange(["--connection", connection]);
            }

            return new Node(Run([.. arguments]));
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
/// <param name="OwnProcessor">Milliseconds of processor time a label, of the product's process: says what a busy machine hides.</param>
/// <param name="CarrierProcessor">The same of the emulated carrier's process.</param>
/// <param name="OwnP95">Milliseconds of a purchase in which no exchange with the carrier was under way.</param>
internal sealed record LabelsResult(
    int Lines,
    int Bought,
    int LabelsOfLines,
    int AtCarrier,
    double Seconds,
    double OwnProcessor,
    double CarrierProcessor,
    double OwnMedian,
    double OwnP95,
    double CarrierMedian,
    bool LedgerClean,
    long Held,
    long SpentCents,
    long PaidCents)
{
    public double PerSecond => Bought / Seconds;
}
