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
