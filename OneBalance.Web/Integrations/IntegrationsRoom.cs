using OneBalance.Web.Integrations.CanadaPost;
using OneBalance.Web.Integrations.Email;
using OneBalance.Web.Integrations.Stripe;

namespace OneBalance.Web.Integrations;

/// <summary>Composition of what talks to the outside: one line each.</summary>
public static class IntegrationsRoom
{
    public static void AddIntegrations(this WebApplicationBuilder builder)
    {
        builder.AddCanadaPost();
        builder.AddStripe();
        builder.AddEmail();
    }

    public static void MapIntegrations(this WebApplication app) => app.MapStripe();
}
