using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Web.Features.Admin;

/// <summary>Moves an open item on now instead of at its next turn: the same repeatable steps the sweeps run.</summary>
public sealed class RunNow(
    LabelPurchase purchase,
    ResumeTopUp topUp,
    LabelRefund refund,
    ManifestFlow manifest,
    IDbContextFactory<AppDbContext> contexts,
    AuditTrail trail,
    ILogger<RunNow> logger)
{
    public async Task RunAsync(OpenItem item, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        logger.LogInformation("Support user {UserId} runs {Kind} {Id} of merchant {MerchantId} now", actor.UserId, item.Kind, item.Id, item.Merchant);
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            trail.Add(db, actor, AuditAction.FlowRunNow, item.Merchant, $"{item.Kind.ToString().ToLowerInvariant()}/{item.Id:N}", null, new { item.State, item.Since });
            await db.SaveChangesAsync(ct);
        }

        switch (item.Kind)
        {
            case OpenKind.Label:
                await purchase.RunAsync(item.Merchant, new LabelId(item.Id), ct);
                break;
            case OpenKind.TopUp:
                await topUp.RunAsync(MerchantAccess.OfProduct(item.Merchant), new TopUpId(item.Id), ct);
                break;
            case OpenKind.Refund:
                await refund.RunAsync(item.Merchant, new LabelId(item.Id), ct);
                break;
            case OpenKind.Manifest:
                await manifest.RunAsync(item.Merchant, new ManifestId(item.Id), ct);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(item), item.Kind, null);
        }
    }
}
