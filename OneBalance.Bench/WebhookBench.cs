using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OneBalance.Web.Emulators.Stripe;

namespace OneBalance.Bench;

/// <summary>
/// How many webhooks the product takes: the published product as a process of its own on a SQLite file, and this process as the
/// processor, which sends at a given rate whatever comes back. A webhook's time runs from the moment it was due, so a queue
/// shows; taken means answered 200, which the product says when the event is on disk. In the end the product is killed, and
/// every event it answered for must be in the file.
/// </summary>
internal static class WebhookBench
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static async Task<int> RunAsync(Options options)
    {
        int rate = options.Number("rate", 1_000);
        int rounds = options.Number("rounds", 3);
        var length = TimeSpan.FromSeconds(options.Number("seconds", 5));
        string machine = $"{Environment.ProcessorCount} x {RuntimeInformation.ProcessArchitecture}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB, {RuntimeInformation.OSDescription.Trim()}, .NET {Environment.Version}";
        string loadBefore = LoadOfTheMachine();
        Console.WriteLine($"{machine}\nload before: {loadBefore}; {rounds} rounds of {length.TotalSeconds:0} s at {rate:N0} webhooks/s");

        string folder = Directory.CreateTempSubdirectory("onebalance-webhooks-").FullName;
        using var product = await Product.StartAsync(folder);
        using var sender = new Sender(product.Address);
        var samples = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        void Add(string name, double value) => (samples.TryGetValue(name, out var list) ? list : samples[name] = []).Add(value);
        async Task<Round> MeasureAsync(string name, int perSecond, string type)
        {
            var round = await sender.SendAsync(perSecond, length, type);
            Add($"{name}, accepted/s", round.AcceptedPerSecond);
            Add($"{name}, p50 ms", round.P50);
            Add($"{name}, p99 ms", round.P99);
            return round;
        }

        // Everything once, unmeasured: compiled code, open connections, a file that has grown.
        await sender.SendAsync(rate, TimeSpan.FromSeconds(3), "balance.available");
        for (int i = 0; i < rounds; i++)
        {
            // Half of what a processor sends is of types the product only stores. About the other half it asks the processor, which
            // knows no such payment here: what an answer then changes in the product is not in these figures.
            var stored = await MeasureAsync("stored only", rate, "balance.available");
            var worked = await MeasureAsync("stored and asked about", rate, "payment_intent.succeeded");
            var twice = await MeasureAsync("stored only, twice the rate", rate * 2, "balance.available");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Round {i + 1}: stored only {stored.AcceptedPerSecond:N0}/s p99 {stored.P99:0.0} ms; asked about too {worked.AcceptedPerSecond:N0}/s p99 {worked.P99:0.0} ms; at {rate * 2:N0}/s {twice.AcceptedPerSecond:N0}/s p99 {twice.P99:0.0} ms"));
        }

        string loadAfter = LoadOfTheMachine();
        product.Kill();
        long missing = sender.Accepted.Count - CountStored(Path.Combine(folder, "onebalance.db"), sender.Accepted);
        var medians = samples.ToDictionary(s => s.Key, s => Median(s.Value));
        Console.WriteLine();
        foreach (var (name, median) in medians)
        {
            Console.WriteLine($"{name,-44} {median,10:N1}   {string.Join("  ", samples[name].Select(v => v.ToString("N1", CultureInfo.InvariantCulture)))}");
        }

        bool met = medians["stored only, accepted/s"] >= rate * 0.99 && medians["stored only, p99 ms"] <= 50;
        Console.WriteLine(
            $"""

            {rate:N0} webhooks/s accepted durably at p99 <= 50 ms: {(met ? "met" : "MISSED")}; not answered 200: {sender.Refused}
            {sender.Accepted.Count:N0} accepted, {missing} of them missing after the product was killed; load after: {loadAfter}
            """);
        await File.WriteAllTextAsync(
            options.Text("json", "webhooks-sqlite.json"),
            JsonSerializer.Serialize(
                new { machine, at = DateTimeOffset.UtcNow, rate, rounds, seconds = length.TotalSeconds, loadBefore, loadAfter, samples, medians, accepted = sender.Accepted.Count, refused = sender.Refused, missing, met }, Json));
        Directory.Delete(folder, recursive: true);
        return missing == 0 && sender.Refused == 0 ? 0 : 1;
    }

    /// <summary>How many of these events are in the file.</summary>
    private static long CountStored(string file, IReadOnlyCollection<string> ids)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM processor_events";
        using var reader = command.ExecuteReader();
        var stored = new HashSet<string>();
        while (reader.Read())
        {
            stored.Add(reader.GetString(0));
        }

        return ids.Count(stored.Contains);
    }

    private static string LoadOfTheMachine() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : "unknown";

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        int middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private sealed record Round(double AcceptedPerSecond, double P50, double P99);

    /// <summary>The processor's side: signed events at a steady rate.</summary>
    private sealed class Sender(Uri address) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64, PooledConnectionLifetime = Timeout.InfiniteTimeSpan }) { Timeout = TimeSpan.FromSeconds(60) };
        private readonly Uri _target = new(address, "/webhooks/stripe");
        private readonly List<string> _accepted = [];
        private int _refused;
        private int _number;

        public IReadOnlyCollection<string> Accepted => _accepted;

        public int Refused => _refused;

        public async Task<Round> SendAsync(int perSecond, TimeSpan length, string type)
        {
            int count = (int)(perSecond * length.TotalSeconds);
            double[] milliseconds = new double[count];
            var sent = new List<Task>(count);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                long due = start + (long)(i * (double)Stopwatch.Frequency / perSecond);
                while (Stopwatch.GetTimestamp() < due)
                {
                    await Task.Delay(1);
                }

                int place = i;
                sent.Add(SendOneAsync(type, due, elapsed => milliseconds[place] = elapsed));
            }

            await Task.WhenAll(sent);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Array.Sort(milliseconds);
            return new Round(count / seconds, milliseconds[count / 2], milliseconds[(int)(count * 0.99)]);
        }

        public void Dispose() => _http.Dispose();

        private async Task SendOneAsync(string type, long due, Action<double> took)
        {
            string id = $"evt_bench_{Interlocked.Increment(ref _number):D9}";
            long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            string body = Body(id, type, now);
            string signature = Convert.ToHexStringLower(HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(StripeEmulatorSettings.DefaultWebhookSecret), Encoding.UTF8.GetBytes($"{now}.{body}")));
            using var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Stripe-Signature", $"t={now},v1={signature}");
            try
            {
                using var answer = await _http.SendAsync(request);
                took(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    lock (_accepted)
                    {
                        _accepted.Add(id);
                    }

                    return;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                took(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            }

            Interlocked.Increment(ref _refused);
        }

        /// <summary>As large as a payment's event, about 2 KB.</summary>
        private static string Body(string id, string type, long now) =>
            $$$"""{"id":"{{{id}}}","object":"event","api_version":"2026-10-28.endive","created":{{{now}}},"type":"{{{type}}}","livemode":false,"pending_webhooks":1,"data":{"object":{"id":"pi_{{{id}}}","object":"payment_intent","amount":5000,"currency":"cad","description":"{{{Padding}}}" } } }""";

        private static readonly string Padding = new('x', 1_700);
    }

    /// <summary>The product beside this program, in the Development environment with its stand-ins, on loopback.</summary>
    private sealed class Product : IDisposable
    {
        private readonly Process _process;

        private Product(Process process, Uri address) => (_process, Address) = (process, address);

        public Uri Address { get; }

        public static async Task<Product> StartAsync(string folder)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}");
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OneBalance.Web.dll")])
            {
                WorkingDirectory = AppContext.BaseDirectory,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            };
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
            start.Environment["Urls"] = address.OriginalString;
            start.Environment["DataFolder"] = folder;
            start.Environment["Emulators__CanadaPostUrl"] = $"http://127.0.0.1:{FreePort()}";
            start.Environment["Emulators__StripeUrl"] = $"http://127.0.0.1:{FreePort()}";
            start.Environment["Logging__LogLevel__Default"] = "Warning";
            start.Environment["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning";
            var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var process = new Process { StartInfo = start, EnableRaisingEvents = true };
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data?.StartsWith("OneBalance is running", StringComparison.Ordinal) == true)
                {
                    listens.TrySetResult();
                }
            };
            process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException("The product ended before it listened."));
            process.Start();
            process.BeginOutputReadLine();
            await listens.Task.WaitAsync(TimeSpan.FromSeconds(60));
            return new Product(process, address);
        }

        /// <summary>At once, as a power cut would.</summary>
        public void Kill()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }

        public void Dispose()
        {
            Kill();
            _process.Dispose();
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
