using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Refunds;

/// <summary>
/// Enters what the carrier decided of a claim: by support, or by a line of the carrier's credit file. The decision, its line in
/// the audit trail and the file's line are stored together; the money follows from there, once.
/// </summary>
public sealed class DecideClaim(IDbContextFactory<AppDbContext> contexts, LabelRefund refund, AuditTrail audit, TimeProvider time)
{
    /// <param name="reason">On what evidence, for the audit trail; must not be empty.</param>
    public async Task<DecideClaimOutcome> GrantAsync(SupportAccess support, MerchantId merchant, LabelId id, Money amount, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        return reason.Trim().Length == 0 ? new DecideClaimOutcome.NoReason() : await GrantAsync(actor, merchant, id, amount, reason, line: null, ct);
    }

    /// <param name="reason">The carrier's, in words that the merchant reads; must not be empty.</param>
    public async Task<DecideClaimOutcome> RejectAsync(SupportAccess support, MerchantId merchant, LabelId id, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        string words = reason.Trim();
        if (words.Length is 0 or > ClaimRules.MostReason)
        {
            return new DecideClaimOutcome.NoReason();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var request = await db.RefundRequests.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.LabelId == id && row.Kind == RefundKind.Claim, ct);
        if (request is null)
        {
            return new DecideClaimOutcome.NotFound();
        }

        if (!ClaimRules.MayReject(request.State))
        {
            return new DecideClaimOutcome.NotOpen(request.State);
        }

        var now = time.GetUtcNow();
        audit.Add(db, actor, AuditAction.RefundClaimRejected, merchant, $"label/{id}", words, new { request.State, request.Ticket }, new { State = RefundState.Rejected });
        request.State = RefundState.Rejected;
        request.Reason = words;
        request.DecidedAt = now;
        request.UpdatedAt = now;
        request.NextRunAt = now;
        request.Version++;
        return await SaveAsync(db, ct) ? new DecideClaimOutcome.Rejected() : await AgainAsync(merchant, id, ct);
    }

    /// <param name="line">The file's line that says so; null when a person does.</param>
    internal async Task<DecideClaimOutcome> GrantAsync(Actor actor, MerchantId merchant, LabelId id, Money amount, string reason, CreditLine? line, CancellationToken ct)
    {
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            var request = await db.RefundRequests.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.LabelId == id && row.Kind == RefundKind.Claim, ct);
            if (request is null)
            {
                return new DecideClaimOutcome.NotFound();
            }

            if (!ClaimRules.MayGrant(request.State))
            {
                return new DecideClaimOutcome.NotOpen(request.State);
            }

            var label = await db.Labels.AsNoTracking().FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            switch (ClaimRules.Grant(amount, label.Captured ?? Money.Zero, label.Paid ?? Money.Zero))
            {
                case ClaimGrant.Granted:
                    break;
                case ClaimGrant.TooLittle:
                    return new DecideClaimOutcome.NoAmount();
                case ClaimGrant.TooMuch(var most):
                    return new DecideClaimOutcome.TooMuch(most);
                case var other:
                    throw new InvalidOperationException($"Unknown grant {other}.");
            }

            var now = time.GetUtcNow();
            audit.Add(
                db, actor, AuditAction.RefundClaimGranted, merchant, $"label/{id}", reason, new { request.State, request.Ticket }, new { State = RefundState.ClaimGranted, Amount = amount, Line = line?.Key });
            request.State = RefundState.ClaimGranted;
            request.Granted = amount;
            request.Reason = null;
            request.DecidedAt = now;
            request.UpdatedAt = now;
            request.NextRunAt = now + LabelRules.Backoff(now, now);
            request.Version++;
            if (line is not null)
            {
                db.CreditLines.Add(line);
            }

            if (!await SaveAsync(db, ct))
            {
                return await AgainAsync(merchant, id, ct);
            }
        }

        // From here on the sweep would do it too.
        await refund.RunAsync(merchant, id, CancellationToken.None);
        return new DecideClaimOutcome.Granted(amount);
    }

    /// <summary>False when somebody else, or another import, decided at the same moment.</summary>
    private static async Task<bool> SaveAsync(AppDbContext db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private async Task<DecideClaimOutcome> AgainAsync(MerchantId merchant, LabelId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return new DecideClaimOutcome.NotOpen(await db.RefundRequests.Where(row => row.MerchantId == merchant && row.LabelId == id).Select(row => row.State).FirstAsync(ct));
    }
}

/// <summary>What came of entering a decision: a closed set.</summary>
public abstract record DecideClaimOutcome
{
    private DecideClaimOutcome()
    {
    }

    public sealed record Granted(Money Amount) : DecideClaimOutcome;

    public sealed record Rejected : DecideClaimOutcome;

    /// <summary>It was decided before.</summary>
    public sealed record NotOpen(RefundState State) : DecideClaimOutcome;

    /// <summary>More than the <paramref name="Most"/> that can be given back for the label.</summary>
    public sealed record TooMuch(Money Most) : DecideClaimOutcome;

    public sealed record NoAmount : DecideClaimOutcome;

    /// <summary>The reason is missing or too long.</summary>
    public sealed record NoReason : DecideClaimOutcome;

    public sealed record NotFound : DecideClaimOutcome;
}
