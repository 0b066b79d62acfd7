using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
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

/// <summary>Moves an open item that runs by itself on now instead of at its next turn: the same repeatable steps the sweeps run.</summary>
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
    public async Task RunAsync(OpenItem item, Actor actor, CancellationToken ct)
    {
        logger.LogInformation("Support user {UserId} runs {Kind} {Id} of merchant {MerchantId} now", actor.UserId, item.Kind, item.Row.Id, item.Row.Merchant);
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            trail.Add(db, actor, AuditAction.FlowRunNow, item.Row.Merchant, $"{item.Kind.ToString().ToLowerInvariant()}/{item.Row.Id:N}", null, new { item.Row.State, item.Row.Since });
            await db.SaveChangesAsync(ct);
        }

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
