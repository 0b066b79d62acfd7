using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using OneBalance.Tests.Support;

namespace OneBalance.Tests.Browser;

/// <summary>
/// The published product as a process of its own, so that it can be killed and started again: random loopback ports, a data
/// folder of its own, the Development environment with both emulators. Ports and data stay the same over a restart.
/// </summary>
internal sealed class PublishedApp : IAsyncDisposable
{
    /// <summary>Folder of the published product; empty: the product beside the tests.</summary>
    public const string Variable = "ONEBALANCE_TEST_PUBLISHED";

    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    private PublishedApp(Dictionary<string, string> settings)
    {
        int port = Loopback.FreePort();
        BaseAddress = new Uri($"http://localhost:{port}");
        CanadaPost = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Loopback.FreePort()}") };
        Stripe = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Loopback.FreePort()}") };
        _settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Urls"] = BaseAddress.OriginalString,
            ["DataFolder"] = _folder.Path,
            ["Emulators__CanadaPostUrl"] = CanadaPost.BaseAddress.OriginalString,
            ["Emulators__StripeUrl"] = Stripe.BaseAddress.OriginalString,
        };
        foreach (var (name, value) in settings)
        {
            _settings[name] = value;
        }
    }

    public Uri BaseAddress { get; }

    /// <summary>The emulated carrier, for faults.</summary>
    public HttpClient CanadaPost { get; }

    /// <summary>The emulated card processor, for faults.</summary>
    public HttpClient Stripe { get; }

    /// <summary>All the process has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the product on a fresh SQLite file in its data folder.</summary>
    public static Task<PublishedApp> StartAsync() => StartAsync([]);

    /// <summary>Starts the product on this database.</summary>
    public static Task<PublishedApp> StartAsync(TestDatabase database) => StartAsync(new Dictionary<string, string>
    {
        ["Database__Provider"] = $"{database.Provider}",
        ["Database__ConnectionString"] = database.ConnectionString,
    });

    /// <summary>Starts another process of the product on this database, with the emulators of the first.</summary>
    public static Task<PublishedApp> StartBesideAsync(PublishedApp first, TestDatabase database) => StartAsync(new Dictionary<string, string>
    {
        ["Database__Provider"] = $"{database.Provider}",
        ["Database__ConnectionString"] = database.ConnectionString,
        ["Emulators__Hosted"] = "false",
        ["Emulators__CanadaPostUrl"] = first.CanadaPost.BaseAddress!.OriginalString,
        ["Emulators__StripeUrl"] = first.Stripe.BaseAddress!.OriginalString,
    });

    /// <summary>Sets the product's clock, and both emulators', ahead.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        using var client = new HttpClient { BaseAddress = BaseAddress };
        using var answer = await client.PostAsync($"/dev/clock?seconds={(int)by.TotalSeconds}", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The clock shows the present moment until it is moved.</summary>
    public async Task StopClockAsync()
    {
        using var client = new HttpClient { BaseAddress = BaseAddress };
        using var answer = await client.PostAsync("/dev/clock?stop=true", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends the process and starts it again: each sweep runs at once, whose turn would come minutes later.</summary>
    public async Task SweepAsync()
    {
        await KillAsync();
        await StartAgainAsync();
    }

    /// <summary>Every answer of the emulated carrier takes this much longer.</summary>
    public async Task SlowCarrierAsync(int milliseconds)
    {
        using var answer = await CanadaPost.PostAsJsonAsync("/_control/faults", new { kind = "Latency", times = 0, milliseconds });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends the process at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Starts the process again on the same ports and data.</summary>
    public async Task StartAgainAsync()
    {
        string folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } published ? published : AppContext.BaseDirectory;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "OneBalance.Web.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException($"The product ended before it listened:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await listens.Task.WaitAsync(StartUp);

        void Keep(string? line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            if (line?.StartsWith("OneBalance is running", StringComparison.Ordinal) == true)
            {
                listens.TrySetResult();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        CanadaPost.Dispose();
        Stripe.Dispose();
        await File.WriteAllTextAsync(Artifacts.File($"app-{BaseAddress.Port}.log"), Output);
        _folder.Dispose();
    }

    /// <summary>Starts the product with these settings on top of the usual ones.</summary>
    public static async Task<PublishedApp> StartAsync(Dictionary<string, string> settings)
    {
        var app = new PublishedApp(settings);
        try
        {
            await app.StartAgainAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }
}
