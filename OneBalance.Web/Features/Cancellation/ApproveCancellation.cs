using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Approves a cancellation: the account is closed and the whole remainder goes back. Maker is never checker above the limit.</summary>
public sealed class ApproveCancellation(
    IDbContextFactory<AppDbContext> contexts,
    StoredFundings fundings,
    RunCancellation run,
    AuditTrail audit,
    IOptions<CancellationOptions> options,
    TimeProvider time)
{
    /// <param name="seen">The remainder that the approver was shown.</param>
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

        var (facts, remainder) = await fundings.StandingAsync(db, closing.MerchantId, ct);
        var limit = options.Value.Limit;
        var decision = ClosingRules.Approve(closing.State, facts, remainder, seen, limit, closing.OpenedBy ?? "", actor.UserId);
        if (decision is not ApprovalDecision.Approve)
        {
            return new DeskOutcome.Refused(decision);
        }

        var before = new { closing.State, Available = remainder, closing.VoidedAmount };
        var now = time.GetUtcNow();
        var window = PayoutWindow.Of(EasternDay.Of(now));
        closing.State = ClosingState.Approved;
        closing.ApprovedBy = actor.UserId;
        closing.ApprovedAt = closing.UpdatedAt = now;
        closing.ApprovalNote = reason.Trim();
        closing.ApprovedAmount = remainder;
        closing.ApprovalLimit = limit;
        closing.DueFrom = window.From;
        closing.DueBy = window.By;
        closing.Version++;
        audit.Add(db, actor, AuditAction.CancellationApproved, closing.MerchantId, $"closing/{id:N}", reason, before, new { closing.State, closing.Reference, Remainder = remainder, closing.OpenedBy, closing.DueFrom, closing.DueBy });
        closing.VoidedAt = null;
        closing.VoidedAmount = null;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new DeskOutcome.Changed();
        }

        await run.RunAsync(id, CancellationToken.None);
        return await db.AccountClosings.AsNoTracking().AnyAsync(c => c.Id == id && c.VoidedAt != null, CancellationToken.None) ? new DeskOutcome.Changed() : new DeskOutcome.Done();
    }
}
