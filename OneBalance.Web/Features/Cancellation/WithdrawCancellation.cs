using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Takes the merchant's request back, until it is approved; buying is possible again.</summary>
public sealed class WithdrawCancellation(IDbContextFactory<AppDbContext> contexts, RunCancellation run, CancellationMails mails, AuditTrail audit, TimeProvider time)
{
    public async Task<WithdrawCancellationOutcome> RunAsync(MerchantAccess access, Actor by, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            if (await db.AccountClosings.SingleOrDefaultAsync(c => c.MerchantId == merchant && c.State != ClosingState.Withdrawn, ct) is not { } closing)
            {
                return new WithdrawCancellationOutcome.Withdrawn();
            }

            if (closing.State != ClosingState.Withdrawing)
            {
                if (!ClosingRules.MayWithdraw(closing.State))
                {
                    return new WithdrawCancellationOutcome.TooLate();
                }

                var (now, before) = (time.GetUtcNow(), closing.State);
                if (closing.State == ClosingState.Requested)
                {
                    closing.State = ClosingState.Withdrawn;
                    closing.WithdrawnAt = now;
                    await mails.WithdrawnAsync(db, closing, ct);
                }
                else
                {
                    closing.State = ClosingState.Withdrawing;
                }

                closing.UpdatedAt = now;
                closing.Version++;
                audit.Add(db, by, AuditAction.CancellationWithdrawn, merchant, $"closing/{closing.Id:N}", null, new { State = before }, new { closing.State, closing.Reference });
                try
                {
                    await db.SaveChangesAsync(ct);
                }
                catch (DbUpdateConcurrencyException)
                {
                    // Support or a sweep was at it: look again at what it left.
                    continue;
                }
            }

            mails.Wake();
            await run.RunAsync(closing.Id, CancellationToken.None);
            return new WithdrawCancellationOutcome.Withdrawn();
        }
    }
}

/// <summary>What came of taking a request back: a closed set.</summary>
public abstract record WithdrawCancellationOutcome
{
    private WithdrawCancellationOutcome()
    {
    }

    /// <summary>Now or before.</summary>
    public sealed record Withdrawn : WithdrawCancellationOutcome;

    /// <summary>It has been approved.</summary>
    public sealed record TooLate : WithdrawCancellationOutcome;
}
