using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>Ends a notice now: it is not shown any more and stops nothing.</summary>
public sealed class WithdrawServiceNotice(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, ServiceNoticeQueries queries, TimeProvider time)
{
    public async Task<WithdrawNoticeOutcome> RunAsync(SupportAccess support, ServiceNoticeId id, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (string.IsNullOrWhiteSpace(reason))
        {
            return WithdrawNoticeOutcome.ReasonMissing;
        }

        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var now = time.GetUtcNow();
            var row = await db.ServiceNotices.FirstOrDefaultAsync(notice => notice.Id == id, ct);
            if (row is null)
            {
                return WithdrawNoticeOutcome.NotFound;
            }

            if (ServiceNoticeRules.PhaseOf(row.Terms(), now) == NoticePhase.Over)
            {
                return WithdrawNoticeOutcome.Withdrawn;
            }

            var before = SaveServiceNotice.Told(row);
            row.WithdrawnAt = now;
            row.UpdatedAt = now;
            row.UpdatedBy = actor.UserId;
            row.Version++;
            trail.Add(db, actor, AuditAction.ServiceNoticeWithdrawn, null, SaveServiceNotice.Subject(id), reason, before, SaveServiceNotice.Told(row));
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Changed or withdrawn in the same moment: look again.
                continue;
            }

            queries.Forget();
            return WithdrawNoticeOutcome.Withdrawn;
        }
    }
}

/// <summary>What came of withdrawing a notice.</summary>
public enum WithdrawNoticeOutcome
{
    /// <summary>It is over: by this, or already.</summary>
    Withdrawn,

    /// <summary>The audit trail wants to know why.</summary>
    ReasonMissing,

    NotFound,
}
