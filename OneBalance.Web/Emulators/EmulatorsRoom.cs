using OneBalance.Web.Data;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Emulators.Stripe;

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

    /// <summary>Where the emulated processor delivers webhooks; empty: the product's own address.</summary>
    public string WebhookUrl { get; set; } = "";

    public static bool AreOn(IConfiguration configuration, IHostEnvironment environment) =>
        configuration.GetSection(Section).GetValue<bool?>(nameof(Enabled)) ?? environment.IsDevelopment();
}

/// <summary>Composition: starts the stand-ins of the carrier and the processor on loopback listeners of their own, when switched on.</summary>
public static class EmulatorsRoom
{
    public static void AddEmulators(this WebApplicationBuilder builder)
    {
        if (!EmulatorOptions.AreOn(builder.Configuration, builder.Environment))
        {
            return;
        }

        builder.Services.Configure<EmulatorOptions>(builder.Configuration.GetSection(EmulatorOptions.Section));
        builder.Services.AddHostedService<EmulatorsHost>();
    }

    private sealed class EmulatorsHost(Microsoft.Extensions.Options.IOptions<EmulatorOptions> options, DataFolder folder, TimeProvider time) : IHostedService
    {
        private readonly List<WebApplication> _emulators = [];

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            _emulators.Add(CanadaPostEmulator.Create(options.Value.CanadaPostUrl, folder.File("emulated-canada-post.db"), time));
            _emulators.Add(StripeEmulator.Create(options.Value.StripeUrl, folder.File("emulated-stripe.db"), time));
            foreach (var emulator in _emulators)
            {
                await emulator.StartAsync(cancellationToken);
            }
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            foreach (var emulator in _emulators)
            {
                await emulator.DisposeAsync();
            }
        }
    }
}
