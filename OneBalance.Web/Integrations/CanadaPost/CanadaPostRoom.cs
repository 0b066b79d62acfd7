using System.Net.Mail;
using Microsoft.Extensions.Options;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Integrations.CanadaPost;

internal static class CanadaPostRoom
{
    public static void AddCanadaPost(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<CanadaPostOptions>(builder.Configuration.GetSection(CanadaPostOptions.Section));
        builder.Services.PostConfigure<CanadaPostOptions>(options => options.RefundEmail = options.RefundEmail.Length > 0 ? options.RefundEmail
            : MailAddress.TryCreate(builder.Configuration["Mail:From"], out var from) ? from.Address : "");
        builder.Services.AddSingleton<IValidateOptions<CanadaPostOptions>, CanadaPostOptions.Validation>();
        builder.Services.AddHttpClient(CanadaPostGateway.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A redirect would carry our token to wherever it points.
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectTimeout = TimeSpan.FromSeconds(10),
            });
        builder.Services.AddSingleton<CanadaPostTokens>();
        builder.Services.AddSingleton<CanadaPostLinks>();
        builder.Services.AddSingleton<CanadaPostGateway>();
        builder.Services.AddSingleton<CanadaPostApi>();
        builder.Services.AddSingleton<PriceCheck>();
        builder.Services.AddSingleton<ICarrier, CanadaPostClient>();
        builder.Services.AddSingleton<ICarrierOutages, CanadaPostOutages>();
        builder.Services.AddSingleton<ICarrierHealth>(services => services.GetRequiredService<CanadaPostGateway>());
        builder.Services.AddHostedService<CheckSettings>();
        builder.Services.AddHostedService<PriceCheckRunner>();
    }

    /// <summary>Says at start-up what is missing, rather than at the first label. Runs after the emulators have filled in their own.</summary>
    private sealed class CheckSettings(IOptions<CanadaPostOptions> options) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = options.Value;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
