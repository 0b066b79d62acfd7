using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Adjustments;

internal static class AdjustmentsRoom
{
    public static void AddAdjustments(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<NoticeAdjustment>();
        builder.Services.AddScoped<DisputeAdjustment>();
        builder.Services.AddScoped<DecideAdjustment>();
        builder.Services.AddSingleton<AdjustmentFlow>();
        builder.Services.AddSingleton<AdjustmentQueries>();
        builder.AddSweep<AdjustmentSweep>(TimeSpan.FromMinutes(1));
        builder.AddOpenFlow(OpenKind.Adjustment, async (db, asked, ct) => (await db.CarrierAdjustments
            .Where(row => row.State == AdjustmentState.Noticed || row.State == AdjustmentState.CreditDue || row.State == AdjustmentState.Disputed)
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.DisputedAt ?? row.NoticedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, Since = row.DisputedAt ?? row.NoticedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id, row.State.ToString(), row.Since)
            {
                Waits = row.State == AdjustmentState.Disputed,
                Path = row.State == AdjustmentState.Disputed ? "/admin/adjustments" : null,
            }));
        builder.AddAccountSearch((db, typed) => db.CarrierAdjustments.Where(row => row.CarrierLineId.ToUpper() == typed.ToUpperInvariant()).Select(row => row.MerchantId));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.AdjustmentsDisputed,
            "/admin/adjustments",
            (db, _) => db.CarrierAdjustments.Where(row => row.State == AdjustmentState.Disputed).Select(row => row.DisputedAt!.Value)));
    }

    /// <summary>The evidence of an adjustment, for its merchant. Saved, never shown in the page: it came from outside.</summary>
    public static void MapAdjustments(this WebApplication app) =>
        app.MapGet("/balance/adjustments/{id:guid}/evidence", async (Guid id, AdjustmentQueries queries, HttpContext context, CancellationToken ct) =>
            await SignedIn.OfAsync(context) is { } signedIn && await queries.EvidenceAsync(signedIn.Merchant, new AdjustmentId(id), ct) is { } file
                ? Results.File(file.Content, file.MediaType, file.Name)
                : Results.NotFound()).RequireAuthorization(MerchantClaims.MerchantPolicy);
}
