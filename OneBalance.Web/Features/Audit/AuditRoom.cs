using OneBalance.Web.Components;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Audit;

internal static class AuditRoom
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddScoped<SignedInActor>();
        builder.Services.AddScoped<AuditQueries>();
        builder.Services.AddSingleton<RecordBreach>();
    }

    /// <summary>The trail as a file, for whoever may read it.</summary>
    public static void MapAudit(this WebApplication app) =>
        app.MapGet("/admin/audit.csv", async (
            string? from, string? to, string? action, long? merchant, string? who, string? words, AuditQueries queries, HttpContext context, CancellationToken ct) =>
        {
            var actor = SignedInActor.From(context.User, context.Connection.RemoteIpAddress?.ToString()) ?? throw new InvalidOperationException("Nobody is signed in.");
            byte[] file = await queries.ExportAsync(AuditAddress.Read(from, to, action, merchant, who, words, older: null), actor, PageLanguage.Current, ct);
            return Results.File(file, "text/csv", "audit.csv");
        }).RequireAuthorization(MerchantClaims.SupportPolicy);
}
