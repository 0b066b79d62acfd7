using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Approves what came in after closing and took the sum above the limit: all parts that wait for it, by a second person.</summary>
public sealed class ApproveSupplement(IDbContextFactory<AppDbContext> contexts, RunCancellation run, AuditTrail audit, IOptions<CancellationOptions> options, TimeProvider time)
{
    /// <param name="seen">The sum of the parts that the approver was shown.</param>
    public async Task<DeskOutcome> RunAsync(SupportAccess support, Guid id, Money seen, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!DeskReason.Says(reason))
        {
            return new DeskOutcome.ReasonNeeded();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AccountClosings.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } closing)
        {
            return new DeskOutcome.NotFound();
        }

        var waiting = await db.PayoutLots
            .Where(l => l.MerchantId == closing.MerchantId && l.ClosingId == id && l.State == PayoutLotState.Planned && l.NeedsApproval && l.ApprovedBy == null)
            .ToListAsync(ct);
        var sum = waiting.Sum(l => l.Amount);
        var decision = ClosingRules.ApproveSupplement(sum, seen, options.Value.Limit, closing.OpenedBy ?? "", actor.UserId);
        if (decision is not ApprovalDecision.Approve)
        {
            return new DeskOutcome.Refused(decision);
        }

        var now = time.GetUtcNow();
        foreach (var lot in waiting)
        {
            lot.ApprovedBy = actor.UserId;
            lot.ApprovedAt = now;
            lot.ApprovalNote = reason.Trim();
        }

        closing.UpdatedAt = now;
        closing.Version++;
        audit.Add(db, actor, AuditAction.SupplementApproved, closing.MerchantId, $"closing/{id:N}", reason, new { Waiting = sum }, new { Waiting = Money.Zero, closing.Reference, Supplement = sum, closing.OpenedBy });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new DeskOutcome.Changed();
        }

        await run.RunAsync(id, CancellationToken.None);
        return new DeskOutcome.Done();
    }
}
