using Microsoft.Extensions.Options;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Integrations.Stripe;

internal static class StripeRoom
{
    /// <summary>How often the processor's list is compared with the webhooks that came.</summary>
    private static readonly TimeSpan BackfillEvery = TimeSpan.FromMinutes(5);

    public static void AddStripe(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<StripeOptions>(builder.Configuration.GetSection(StripeOptions.Section));
        builder.Services.AddSingleton<StripeConnection>();
        builder.Services.AddSingleton<IPaymentProcessor, StripeProcessor>();
        builder.Services.AddHostedService<KeysArePresent>();
        builder.Services.AddSingleton<EventInbox>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventInbox>());
        builder.Services.AddTransient<WorkProcessorEvents>();
        builder.Services.AddHostedService<ProcessorEventsWorker>();
        builder.AddSweep<BackfillProcessorEvents>(BackfillEvery);
    }

    public static void MapStripe(this WebApplication app) => WebhookEndpoint.Map(app);

    /// <summary>Without a signing secret anybody could write webhooks: the product does not start.</summary>
    private sealed class KeysArePresent(IOptions<StripeOptions> options) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            options.Value is { SecretKey.Length: > 0, WebhookSecret.Length: > 0 }
                ? Task.CompletedTask
                : throw new InvalidOperationException(
                    "Stripe:SecretKey and Stripe:WebhookSecret must be configured, or the emulated services switched on with Emulators:Enabled=true.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
