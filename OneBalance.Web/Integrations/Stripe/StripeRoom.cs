namespace OneBalance.Web.Integrations.Stripe;

internal static class StripeRoom
{
    public static void AddStripe(this WebApplicationBuilder builder)
    {
    }

    public static void MapStripe(this WebApplication app)
    {
    }
}
