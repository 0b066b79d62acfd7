using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Web.Features.Adjustments;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Admin;

internal static class AdminRoom
{
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AdminQueries>();
        builder.Services.AddScoped<PlatformHealth>();
        builder.Services.AddScoped<RunNow>();
        builder.Services.AddSingleton<AccountQueries>();
        builder.Services.AddSingleton<OpenAccount>();
        builder.Services.AddSingleton<ActOnAccount>();
        builder.Services.AddSingleton<SupportRoleQueries>();
        builder.Services.AddScoped<GrantRole>();
        builder.Services.AddScoped<ViewAsMerchant>();
        builder.Services.AddHostedService<FillSearchTexts>();
        builder.AddSweep<SupportActionSweep>(TimeSpan.FromMinutes(1));
        foreach (var way in AccountWays.All)
        {
            builder.AddAccountSearch(way.Find);
        }

        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.UnknownPurchases, $"/admin?open={OpenKind.Label}#open", (db, _) => db.Labels.Where(label => label.State == LabelState.Unknown).Select(label => label.RequestedAt ?? label.CreatedAt)));
        builder.AddOpenFlow(OpenKind.SupportAction, async (db, asked, ct) => (await db.SupportActions
            .Where(row => row.State == SupportActionState.Asked && (asked.Only == null || row.MerchantId == asked.Only))
            .OrderBy(row => row.AskedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, row.AskedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id, row.State.ToString(), row.AskedAt)));
    }

    /// <summary>The evidence of an adjustment, for support.</summary>
    public static void MapAdmin(this WebApplication app) =>
        app.MapGet("/admin/accounts/{merchant:long}/adjustments/{id:guid}/evidence", async (long merchant, Guid id, AdjustmentQueries queries, HttpContext context, CancellationToken ct) =>
            await queries.EvidenceForSupportAsync(SignedInActor.SupportOf(context), new MerchantId(merchant), new AdjustmentId(id), ct) is { } file
                ? Results.File(file.Content, file.MediaType, file.Name)
                : Results.NotFound()).RequireAuthorization(MerchantClaims.SupportPolicy);
}
