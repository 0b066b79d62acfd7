using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Integrations.Stripe;

internal static class StripeRoom
{
    public static void AddStripe(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<StripeOptions>(builder.Configuration.GetSection(StripeOptions.Section));
        builder.Services.AddSingleton<IPaymentProcessor, StripeProcessor>();
    }

    public static void MapStripe(this WebApplication app)
    {
    }
}
