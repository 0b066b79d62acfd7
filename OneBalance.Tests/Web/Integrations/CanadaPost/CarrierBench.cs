using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OneBalance.Web;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Integrations.CanadaPost;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>The client against a running emulator on a free port, over real HTTP.</summary>
public sealed class CarrierBench : IAsyncDisposable
{
    private static readonly Lazy<Contract> Described = new(Contract.Load);

    private readonly string _folder = Directory.CreateTempSubdirectory("carrier-").FullName;
    private readonly TimeProvider _time;
    private readonly Action<CanadaPostOptions> _configure;
    private bool _answersAsDescribed = true;
    private WebApplication? _emulator;
    private ServiceProvider? _client;

    private CarrierBench(TimeProvider time, Action<CanadaPostOptions> configure)
    {
        _time = time;
        _configure = configure;
    }

    public static async Task<CarrierBench> StartAsync(TimeProvider? time = null, Action<CanadaPostOptions>? configure = null)
    {
        var bench = new CarrierBench(time ?? TimeProvider.System, configure ?? (_ => { }));
        await bench.StartEmulatorAsync("http://127.0.0.1:0");
        bench.BuildClient();
        return bench;
    }

    public Uri Address { get; private set; } = null!;

    public string Gateway => new Uri(Address, CanadaPostEmulator.GatewayPath).ToString();

    public HttpClient Control { get; private set; } = null!;

    /// <summary>Every request the client sent with the answer it got, in order.</summary>
    public Recorder Wire { get; } = new();

    public T Get<T>()
        where T : notnull => _client!.GetRequiredService<T>();

    /// <summary>Ends the emulator and starts it again at the same address, over the same state.</summary>
    public async Task RestartEmulatorAsync()
    {
        await _emulator!.StopAsync();
        await _emulator.DisposeAsync();
        await StartEmulatorAsync(Address.ToString());
    }

    public async Task StopEmulatorAsync() => await _emulator!.StopAsync();

    public async Task FaultAsync(object fault)
    {
        _answersAsDescribed = false;
        (await Control.PostAsJsonAsync("/_control/faults", fault)).EnsureSuccessStatusCode();
    }

    public async Task SwitchAsync(object switches) =>
        (await Control.PutAsJsonAsync("/_control/switches", switches)).EnsureSuccessStatusCode();

    /// <summary>Ends it, and checks everything that went over the wire against the contract; answers only as long as none was made wrong on purpose.</summary>
    public async ValueTask DisposeAsync()
    {
        await (_client?.DisposeAsync() ?? ValueTask.CompletedTask);
        Control.Dispose();
        await (_emulator?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
        var findings = Wire.Turns
            .Where(turn => turn.Address.AbsolutePath.StartsWith(CanadaPostEmulator.GatewayPath, StringComparison.Ordinal))
            .SelectMany(turn => Described.Value.Check(turn, CanadaPostEmulator.GatewayPath, _answersAsDescribed && turn.Status is not (0 or 429 or 503)))
            .Distinct()
            .ToList();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    private async Task StartEmulatorAsync(string url)
    {
        _emulator = CanadaPostEmulator.Create(url, Path.Combine(_folder, "carrier.db"), _time);
        await _emulator.StartAsync();
        Address = new Uri(_emulator.Urls.Single());
        Control = new HttpClient { BaseAddress = Address };
    }

    private void BuildClient()
    {
        var builder = WebApplication.CreateSlimBuilder(Settings.Unwatched([]));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_time);
        builder.AddCanadaPost();
        builder.Services.AddHttpClient(CanadaPostGateway.ClientName).AddHttpMessageHandler(() => new Recorder.Handler(Wire));
        builder.Services.Configure<CanadaPostOptions>(options =>
        {
            var account = EmulatedAccount.Platform;
            options.BaseUrl = Gateway;
            options.ClientId = account.ClientId;
            options.ClientSecret = account.ClientSecret;
            options.CustomerNumber = account.CustomerNumber;
            options.ContractId = account.Contracts[0];
            options.ZonosKey = EmulatedAccount.ZonosKey;
            options.RefundEmail = "refunds@example.com";
            options.DocumentWait = TimeSpan.FromMilliseconds(20);
            _configure(options);
        });
        _client = builder.Services.BuildServiceProvider();
    }
}

/// <summary>What went over the wire.</summary>
public sealed class Recorder
{
    private readonly List<Turn> _turns = [];

    public sealed record Turn(HttpMethod Method, Uri Address, HttpRequestMessage Request, byte[] Sent, int Status, string MediaType, byte[] Received);

    public IReadOnlyList<Turn> Turns
    {
        get
        {
            lock (_turns)
            {
                return [.. _turns];
            }
        }
    }

    public sealed class Handler(Recorder recorder) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            byte[] sent = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            int status = 0;
            byte[] received = [];
            string mediaType = "";
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                received = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                status = (int)response.StatusCode;
                mediaType = response.Content.Headers.ContentType?.MediaType ?? "";
                return response;
            }
            finally
            {
                lock (recorder._turns)
                {
                    recorder._turns.Add(new Turn(request.Method, request.RequestUri!, request, sent, status, mediaType, received));
                }
            }
        }
    }
}
