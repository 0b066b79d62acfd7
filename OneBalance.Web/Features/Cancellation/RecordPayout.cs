using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Records that support has sent a part of a payout by cheque or transfer: the whole part, once.</summary>
public sealed class RecordPayout(IDbContextFactory<AppDbContext> contexts, StoredFundings fundings, RunCancellation run, AuditTrail audit, TimeProvider time)
{
    /// <summary>Characters of a cheque's or transfer's number; both bounds are included.</summary>
    public const int ShortestReference = 3;

    public const int LongestReference = 60;

    public async Task<DeskOutcome> RunAsync(SupportAccess support, Guid closingId, Guid lotId, BankMeans means, string reference, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        string number = reference.Trim();
        if (number.Length is < ShortestReference or > LongestReference)
        {
            return new DeskOutcome.ReferenceNeeded();
        }

        if (!DeskReason.Says(reason))
        {
            return new DeskOutcome.ReasonNeeded();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AccountClosings.SingleOrDefaultAsync(c => c.Id == closingId, ct) is not { } closing
            || await db.PayoutLots.SingleOrDefaultAsync(l => l.MerchantId == closing.MerchantId && l.ClosingId == closingId && l.Id == lotId, ct) is not { Route: PayoutRoute.Bank } lot)
        {
            return new DeskOutcome.NotFound();
        }

        if (lot.State != PayoutLotState.Planned)
        {
            return new DeskOutcome.Changed();
        }

        // What the bank may still take, or what is owed, comes first; and a late part waits for its approval.
        var (facts, _) = await fundings.StandingAsync(db, closing.MerchantId, ct);
        if (facts.Disputes > 0 || facts.Owed.IsPositive || lot is { NeedsApproval: true, ApprovedBy: null })
        {
            return new DeskOutcome.Held();
        }

        // The ledger follows; dying here leaves an intent that the sweep takes up.
        var before = new { lot.State, lot.DueFrom, lot.DueBy };
        lot.State = PayoutLotState.Sending;
        lot.Means = means;
        lot.BankReference = number;
        lot.Note = reason.Trim();
        lot.RecordedBy = actor.UserId;
        closing.UpdatedAt = time.GetUtcNow();
        closing.Version++;
        audit.Add(db, actor, AuditAction.PayoutRecorded, closing.MerchantId, $"closing/{closingId:N}", reason, before, new { lot.State, closing.Reference, lot.Number, lot.Amount, Means = means, BankReference = number });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new DeskOutcome.Changed();
        }

        await run.RunAsync(closingId, CancellationToken.None);
        return new DeskOutcome.Done();
    }
}
