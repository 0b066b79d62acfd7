using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Support;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Audit;

internal static class AuditRoom
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddScoped<SignedInActor>();
        builder.Services.AddSingleton<ReadDeskRole>(services =>
        {
            var contexts = services.GetRequiredService<IDbContextFactory<AppDbContext>>();
            return async (user, ct) =>
            {
                await using var db = await contexts.CreateDbContextAsync(ct);
                var held = await db.UserRoles.Where(row => row.UserId == user)
                    .Join(db.Roles, row => row.RoleId, role => role.Id, (row, role) => role.Name)
                    .Where(name => name == Roles.Support || name == Roles.Supervisor)
                    .ToListAsync(ct);
                return held.Contains(Roles.Supervisor) ? DeskRole.Supervisor : held.Count > 0 ? DeskRole.Support : DeskRole.None;
            };
        });
        builder.Services.AddScoped<AuditQueries>();
        builder.Services.AddSingleton<RecordBreach>();
    }

    /// <summary>The trail as a file, for whoever may read it.</summary>
    public static void MapAudit(this WebApplication app) =>
        app.MapGet("/admin/audit.csv", (
            string? from, string? to, string? action, long? merchant, string? who, string? words, AuditQueries queries, HttpContext context, CancellationToken ct) =>
        {
            var filter = AuditAddress.Read(from, to, action, merchant, who, words, older: null);
            var language = PageLanguage.Current;
            return Results.Stream(file => queries.ExportAsync(filter, SignedInActor.SupportOf(context), language, file, ct), "text/csv", "audit.csv");
        }).RequireAuthorization(MerchantClaims.SupportPolicy);
}
