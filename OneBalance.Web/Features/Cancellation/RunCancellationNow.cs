using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Moves a cancellation on now instead of at its next turn: the same repeatable steps, after asking the processor how each refund stands.</summary>
public sealed class RunCancellationNow(IDbContextFactory<AppDbContext> contexts, RecordRefund recordRefund, RunCancellation run, AuditTrail audit)
{
    public async Task<DeskOutcome> RunAsync(SupportAccess support, Guid id, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!DeskReason.Says(reason))
        {
            return new DeskOutcome.ReasonNeeded();
        }

        AccountClosing closing;
        List<string> sent;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (await db.AccountClosings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } found)
            {
                return new DeskOutcome.NotFound();
            }

            closing = found;

            sent = await db.PayoutLots
                .Where(l => l.MerchantId == closing.MerchantId && l.ClosingId == id && l.State == PayoutLotState.Sent && l.RefundId != null)
                .Select(l => l.RefundId!)
                .ToListAsync(ct);
            audit.Add(db, actor, AuditAction.FlowRunNow, closing.MerchantId, $"closing/{id:N}", reason, new { closing.State });
            await db.SaveChangesAsync(ct);
        }

        foreach (string refund in sent)
        {
            await recordRefund.RunAsync(refund, ct);
        }

        await run.RunAsync(id, CancellationToken.None);
        await using var later = await contexts.CreateDbContextAsync(CancellationToken.None);
        var state = await later.AccountClosings.Where(c => c.Id == id).Select(c => c.State).SingleAsync(CancellationToken.None);
        audit.Add(later, actor, AuditAction.FlowRan, closing.MerchantId, $"closing/{id:N}", reason, new { closing.State }, new { State = state });
        await later.SaveChangesAsync(CancellationToken.None);
        return new DeskOutcome.Done();
    }
}
