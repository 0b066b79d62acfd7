using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Adjustments;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Web.Features.Admin;

/// <summary>
/// Moves an open item that runs by itself on now instead of at its next turn: the same repeatable steps the sweeps run. Two lines of the trail tell of
/// it: one before, with the reason, so that none is missing after a crash, and one with what it came to.
/// </summary>
public sealed class RunNow(
    LabelPurchase purchase,
    ResumeTopUp topUp,
    LabelRefund refund,
    ManifestFlow manifest,
    ActOnAccount action,
    AdjustmentFlow adjustment,
    BatchRunner batches,
    IDbContextFactory<AppDbContext> contexts,
    AuditTrail trail,
    ILogger<RunNow> logger)
{
    /// <returns>False when the reason is missing: then nothing was run.</returns>
    public async Task<bool> RunAsync(OpenItem item, string reason, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!SupportActionRules.IsReason(reason))
        {
            return false;
        }

        logger.LogInformation("Support user {UserId} runs {Kind} {Id} of merchant {MerchantId} now", actor.UserId, item.Kind, item.Row.Id, item.Row.Merchant);
        string subject = $"{item.Kind.ToString().ToLowerInvariant()}/{item.Row.Id:N}";
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            trail.Add(db, actor, AuditAction.FlowRunNow, item.Row.Merchant, subject, reason, new { item.Row.State, item.Row.Since });
            await db.SaveChangesAsync(ct);
        }

        string? failed = null;
        try
        {
            await MoveOnAsync(item, ct);
            return true;
        }
        catch (Exception failure)
        {
            failed = failure.GetType().Name;
            throw;
        }
        finally
        {
            await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
            trail.Add(db, actor, AuditAction.FlowRan, item.Row.Merchant, subject, reason, new { item.Row.State }, new { State = await StateAsync(db, item), Failed = failed });
            await db.SaveChangesAsync(CancellationToken.None);
        }
    }

    private static async Task<string?> StateAsync(AppDbContext db, OpenItem item) => item.Kind switch
    {
        OpenKind.Label => $"{await db.Labels.Where(row => row.MerchantId == item.Row.Merchant && row.Id == new LabelId(item.Row.Id)).Select(row => row.State).SingleAsync()}",
        OpenKind.TopUp => $"{await db.TopUps.Where(row => row.MerchantId == item.Row.Merchant && row.Id == new TopUpId(item.Row.Id)).Select(row => row.State).SingleAsync()}",
        OpenKind.Refund => $"{await db.RefundRequests.Where(row => row.MerchantId == item.Row.Merchant && row.LabelId == new LabelId(item.Row.Id)).Select(row => row.State).SingleAsync()}",
        OpenKind.Manifest => $"{await db.Manifests.Where(row => row.MerchantId == item.Row.Merchant && row.Id == new ManifestId(item.Row.Id)).Select(row => row.State).SingleAsync()}",
        OpenKind.SupportAction => $"{await db.SupportActions.Where(row => row.MerchantId == item.Row.Merchant && row.Id == item.Row.Id).Select(row => row.State).SingleAsync()}",
        OpenKind.Adjustment => $"{await db.CarrierAdjustments.Where(row => row.MerchantId == item.Row.Merchant && row.Id == item.Row.Id).Select(row => row.State).SingleAsync()}",
        OpenKind.Batch => $"{await db.Batches.Where(row => row.MerchantId == item.Row.Merchant && row.Id == new BatchId(item.Row.Id)).Select(row => row.State).SingleAsync()}",
        _ => throw new ArgumentOutOfRangeException(nameof(item), item.Kind, null),
    };

    private async Task MoveOnAsync(OpenItem item, CancellationToken ct)
    {
        switch (item.Kind)
        {
            case OpenKind.Label:
                await purchase.RunAsync(item.Row.Merchant, new LabelId(item.Row.Id), ct);
                break;
            case OpenKind.TopUp:
                await topUp.RunAsync(MerchantAccess.OfProduct(item.Row.Merchant), new TopUpId(item.Row.Id), ct);
                break;
            case OpenKind.Refund:
                await refund.RunAsync(item.Row.Merchant, new LabelId(item.Row.Id), ct);
                break;
            case OpenKind.Manifest:
                await manifest.RunAsync(item.Row.Merchant, new ManifestId(item.Row.Id), ct);
                break;
            case OpenKind.SupportAction:
                await action.ResumeAsync(item.Row.Merchant, item.Row.Id, ct);
                break;
            case OpenKind.Adjustment:
                await adjustment.RunAsync(item.Row.Merchant, item.Row.Id, ct);
                break;
            case OpenKind.Batch:
                batches.Wake(item.Row.Merchant, new BatchId(item.Row.Id));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(item), item.Kind, null);
        }
    }
}
