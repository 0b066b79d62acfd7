using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Records that a cheque or transfer came back, e.g. undeliverable: the part is taken back in and planned anew, with the days promised first.</summary>
public sealed class ReturnPayout(IDbContextFactory<AppDbContext> contexts, RunCancellation run, AuditTrail audit, TimeProvider time)
{
    public async Task<DeskOutcome> RunAsync(SupportAccess support, Guid closingId, Guid lotId, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
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

        if (lot.State != PayoutLotState.Paid)
        {
            return new DeskOutcome.Changed();
        }

        // The ledger follows; dying here leaves an intent that the sweep takes up, which is why a paid one pays out again from here.
        var before = new { lot.State, Cancellation = closing.State };
        lot.State = PayoutLotState.Returning;
        lot.ReturnNote = reason.Trim();
        closing.State = ClosingState.PayingOut;
        closing.PaidAt = null;
        closing.UpdatedAt = time.GetUtcNow();
        closing.Version++;
        audit.Add(db, actor, AuditAction.PayoutReturned, closing.MerchantId, $"closing/{closingId:N}", reason, before, new { lot.State, Cancellation = closing.State, closing.Reference, lot.Number, lot.Amount, lot.Means, lot.BankReference });
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
