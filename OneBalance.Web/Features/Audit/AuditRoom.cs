namespace OneBalance.Web.Features.Audit;

internal static class AuditRoom
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddScoped<SignedInActor>();
    }
}
