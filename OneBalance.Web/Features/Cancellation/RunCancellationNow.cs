using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Moves a cancellation on now instead of at its next turn: the same repeatable steps, after asking the processor how each refund stands.</summary>
public sealed class RunCancellationNow(IDbContextFactory<AppDbContext> contexts, RecordRefund recordRefund, RunCancellation run, AuditTrail audit)
{
    public async Task RunAsync(SupportAccess support, Guid id, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        List<string> sent;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (await db.AccountClosings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } closing)
            {
                return;
            }

            sent = await db.PayoutLots
                .Where(l => l.MerchantId == closing.MerchantId && l.ClosingId == id && l.State == PayoutLotState.Sent && l.RefundId != null)
                .Select(l => l.RefundId!)
                .ToListAsync(ct);
            audit.Add(db, actor, AuditAction.FlowRunNow, closing.MerchantId, $"closing/{id:N}", null, new { closing.State });
            await db.SaveChangesAsync(ct);
        }

        foreach (string refund in sent)
        {
            await recordRefund.RunAsync(refund, ct);
        }

        await run.RunAsync(id, CancellationToken.None);
    }
}
