using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Integrations.CanadaPost;
using OneBalance.Web.Integrations.Stripe;

namespace OneBalance.Web.Emulators;

/// <summary>Configuration section <c>Emulators</c>.</summary>
public sealed class EmulatorOptions
{
    public const string Section = "Emulators";

    /// <summary>Null: on in Development, off elsewhere. Production needs an explicit true.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Loopback address the emulated carrier listens on; port 0 picks a free one.</summary>
    public string CanadaPostUrl { get; set; } = "http://127.0.0.1:5081";

    public string StripeUrl { get; set; } = "http://127.0.0.1:5082";

    /// <summary>False: they run in another process, at the addresses above.</summary>
    public bool Hosted { get; set; } = true;

    /// <summary>Misbehaviour of the emulated carrier from the start, e.g. a latency for a load test.</summary>
    public List<Fault> CanadaPostFaults { get; set; } = [];

    /// <summary>Where the emulated processor delivers webhooks; empty: the product's own address.</summary>
    public string WebhookUrl { get; set; } = "";

    public static bool AreOn(IConfiguration configuration, IHostEnvironment environment) =>
        configuration.GetSection(Section).GetValue<bool?>(nameof(Enabled)) ?? environment.IsDevelopment();
}

/// <summary>Where the emulated services listen: known from the moment they are started, which is before any hosted service starts.</summary>
public sealed class EmulatorAddresses
{
    private Uri? _canadaPost;
    private Uri? _stripe;

    public Uri CanadaPost
    {
        get => _canadaPost ?? throw new InvalidOperationException("The emulated carrier is not started yet.");
        set => _canadaPost = value;
    }

    public Uri Stripe
    {
        get => _stripe ?? throw new InvalidOperationException("The emulated card processor is not started yet.");
        set => _stripe = value;
    }
}

/// <summary>Composition: starts the stand-ins of the carrier and the processor on loopback listeners of their own, when switched on.</summary>
public static class EmulatorsRoom
{
    public static void AddEmulators(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new Sandbox(EmulatorOptions.AreOn(builder.Configuration, builder.Environment)));
        if (!EmulatorOptions.AreOn(builder.Configuration, builder.Environment))
        {
            return;
        }

        builder.Services.Configure<EmulatorOptions>(builder.Configuration.GetSection(EmulatorOptions.Section));
        builder.Services.AddSingleton<EmulatorAddresses>();
        builder.Services.AddHostedService<EmulatorsHost>();

        // What is not configured otherwise points at the emulators: the real services are a matter of configuration only.
        builder.Services.AddOptions<StripeOptions>().PostConfigure<EmulatorAddresses>((stripe, addresses) =>
        {
            stripe.BaseUrl = stripe.BaseUrl is { Length: > 0 } configured ? configured : addresses.Stripe.ToString();
            stripe.SecretKey = stripe.SecretKey is { Length: > 0 } key ? key : StripeEmulatorSettings.DefaultSecretKey;
            stripe.WebhookSecret = stripe.WebhookSecret is { Length: > 0 } secret ? secret : StripeEmulatorSettings.DefaultWebhookSecret;
        });
        builder.Services.AddOptions<CanadaPostOptions>().PostConfigure<EmulatorAddresses>(PointAtEmulatedCarrier);
    }

    /// <summary>A configured carrier address is left alone with everything that belongs to it.</summary>
    private static void PointAtEmulatedCarrier(CanadaPostOptions carrier, EmulatorAddresses addresses)
    {
        if (carrier.BaseUrl.Length > 0)
        {
            return;
        }

        var account = EmulatedAccount.Platform;
        carrier.BaseUrl = new Uri(addresses.CanadaPost, CanadaPostEmulator.GatewayPath).ToString();
        carrier.ClientId = account.ClientId;
        carrier.ClientSecret = account.ClientSecret;
        carrier.CustomerNumber = account.CustomerNumber;
        carrier.Mobo = account.CustomerNumber;
        carrier.ContractId = account.Contracts[0];

        // Its prices are computed, and a test's faults are for the test's own calls.
        carrier.CheckPrices = false;

        // The carrier takes no address without a domain of its own.
        carrier.RefundEmail = carrier.RefundEmail is "" || carrier.RefundEmail.EndsWith("@localhost", StringComparison.Ordinal) ? "refunds@example.com" : carrier.RefundEmail;
        carrier.ZonosKey = carrier.ZonosKey.Length > 0 ? carrier.ZonosKey : EmulatedAccount.ZonosKey;
    }

    /// <summary>Starts the emulators before any hosted service of the product, so that none meets a service that is not there.</summary>
    private sealed class EmulatorsHost(
        IOptions<EmulatorOptions> options,
        IConfiguration configuration,
        EmulatorAddresses addresses,
        IServer server,
        DataFolder folder,
        TimeProvider time) : IHostedLifecycleService
    {
        private readonly List<WebApplication> _emulators = [];

        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            if (!options.Value.Hosted)
            {
                addresses.CanadaPost = new Uri(options.Value.CanadaPostUrl);
                addresses.Stripe = new Uri(options.Value.StripeUrl);
                return;
            }

            var carrier = CanadaPostEmulator.Create(options.Value.CanadaPostUrl, folder.File("emulated-canada-post.db"), time);
            foreach (var fault in options.Value.CanadaPostFaults)
            {
                carrier.Services.GetRequiredService<Faults>().Add(fault);
            }

            addresses.CanadaPost = await StartAsync(carrier, cancellationToken);
            addresses.Stripe = await StartAsync(
                StripeEmulator.Create(options.Value.StripeUrl, folder.File("emulated-stripe.db"), time, StripeSettings()), cancellationToken);
        }

        public async Task StoppedAsync(CancellationToken cancellationToken)
        {
            foreach (var emulator in _emulators)
            {
                await emulator.StopAsync(cancellationToken);
                await emulator.DisposeAsync();
            }
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private async Task<Uri> StartAsync(WebApplication emulator, CancellationToken ct)
        {
            _emulators.Add(emulator);
            await emulator.StartAsync(ct);
            return new Uri(emulator.Urls.First());
        }

        private StripeEmulatorSettings StripeSettings()
        {
            var configured = configuration.GetSection(StripeOptions.Section).Get<StripeOptions>() ?? new StripeOptions();
            return new StripeEmulatorSettings
            {
                SecretKey = configured.SecretKey is { Length: > 0 } key ? key : StripeEmulatorSettings.DefaultSecretKey,
                WebhookSecret = configured.WebhookSecret is { Length: > 0 } secret ? secret : StripeEmulatorSettings.DefaultWebhookSecret,
                StatementDescriptor = (configuration.GetSection(FundingOptions.Section).Get<FundingOptions>() ?? new FundingOptions()).StatementDescriptor,
                Webhook = WebhookTarget,
            };
        }

        /// <summary>The configured address, else the product's own; null while the product does not listen yet.</summary>
        private Uri? WebhookTarget()
        {
            if (options.Value.WebhookUrl is { Length: > 0 } configured)
            {
                return new Uri(configured);
            }

            return server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } own
                ? new Uri(new Uri(own.Replace("//[::]", "//localhost").Replace("//0.0.0.0", "//localhost").Replace("//+", "//localhost").Replace("//*", "//localhost")), "/webhooks/stripe")
                : null;
        }
    }
}
