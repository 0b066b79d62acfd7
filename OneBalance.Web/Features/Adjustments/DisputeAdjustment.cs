using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Audit;
using OneBalance.Core.Notices;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Notices;

namespace OneBalance.Web.Features.Adjustments;

/// <summary>The merchant disagrees with an adjustment, within the window of <see cref="AdjustmentRules"/>.</summary>
public sealed class DisputeAdjustment(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, TimeProvider time)
{
    public async Task<DisputeAdjustmentOutcome> RunAsync(MerchantAccess access, AdjustmentId id, string words, Actor actor, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        if (!AdjustmentRules.AreWords(words))
        {
            return new DisputeAdjustmentOutcome.WordsNeeded();
        }

        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            if (await db.CarrierAdjustments.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id.Value, ct) is not { } row)
            {
                return new DisputeAdjustmentOutcome.NotFound();
            }

            var now = time.GetUtcNow();
            switch (AdjustmentRules.Decide(row.State, row.DebitedAt, now))
            {
                case DisputeDecision.Possible:
                    break;
                case DisputeDecision.TooLate(var since):
                    return new DisputeAdjustmentOutcome.TooLate(since);
                case DisputeDecision.Before or DisputeDecision.NotYet:
                    return new DisputeAdjustmentOutcome.NotPossible(row.State);
                default:
                    throw new InvalidOperationException("Unknown decision.");
            }

            row.State = AdjustmentState.Disputed;
            row.DisputedAt = now;
            row.Dispute = words.Trim();
            row.Version++;
            trail.Add(db, actor, AuditAction.AdjustmentDisputed, merchant, $"adjustment/{id}", row.Dispute, new { State = AdjustmentState.Debited }, new { row.State });
            try
            {
                await db.SaveChangesAsync(ct);
                return new DisputeAdjustmentOutcome.Disputed();
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another tab was faster: look again.
            }
        }
    }
}

/// <summary>What came of disputing: a closed set.</summary>
public abstract record DisputeAdjustmentOutcome
{
    private DisputeAdjustmentOutcome()
    {
    }

    public sealed record Disputed : DisputeAdjustmentOutcome;

    public sealed record TooLate(DateTimeOffset Since) : DisputeAdjustmentOutcome;

    /// <summary>Not debited yet, or disputed before.</summary>
    public sealed record NotPossible(AdjustmentState State) : DisputeAdjustmentOutcome;

    public sealed record WordsNeeded : DisputeAdjustmentOutcome;

    public sealed record NotFound : DisputeAdjustmentOutcome;
}

/// <summary>Support decides a dispute: upheld, or credited. Its words reach the merchant.</summary>
public sealed class DecideAdjustment(
    IDbContextFactory<AppDbContext> contexts,
    AdjustmentFlow flow,
    AuditTrail trail,
    NoticeWriter notices,
    IStringLocalizer<AdjustmentTexts> texts,
    TimeProvider time)
{
    /// <param name="credit">True when the merchant is right.</param>
    public async Task<DecideAdjustmentOutcome> RunAsync(MerchantId merchant, AdjustmentId id, bool credit, string words, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!AdjustmentRules.AreWords(words))
        {
            return new DecideAdjustmentOutcome.WordsNeeded();
        }

        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (await db.CarrierAdjustments.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id.Value, ct) is not { } row)
            {
                return new DecideAdjustmentOutcome.NotFound();
            }

            if (row.State != AdjustmentState.Disputed)
            {
                return new DecideAdjustmentOutcome.DecidedBefore(row.State);
            }

            row.State = credit ? AdjustmentState.CreditDue : AdjustmentState.Upheld;
            row.DecidedAt = time.GetUtcNow();
            row.Decision = words.Trim();
            row.Version++;
            trail.Add(
                db,
                actor,
                credit ? AuditAction.AdjustmentCredited : AuditAction.AdjustmentUpheld,
                merchant,
                $"adjustment/{id}",
                row.Decision,
                new { State = AdjustmentState.Disputed, row.Amount },
                new { row.State });
            await notices.AddAsync(
                db,
                merchant,
                NoticeKind.AdjustmentDecided,
                formats => new NoticeWords(
                    texts[credit ? "Mail.Credited.Subject" : "Mail.Upheld.Subject", formats.Money(row.Amount)],
                    [texts[credit ? "Mail.Credited.Text" : "Mail.Upheld.Text", formats.Money(row.Amount)], row.Decision],
                    texts["Mail.Link"],
                    "/balance/adjustments"),
                onlyUser: null,
                ct);
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                await using var again = await contexts.CreateDbContextAsync(ct);
                return new DecideAdjustmentOutcome.DecidedBefore(
                    await again.CarrierAdjustments.Where(other => other.MerchantId == merchant && other.Id == id.Value).Select(other => other.State).SingleAsync(ct));
            }
        }

        notices.Wake();
        await flow.RunAsync(merchant, id.Value, CancellationToken.None);
        return new DecideAdjustmentOutcome.Decided();
    }
}

/// <summary>What came of deciding: a closed set.</summary>
public abstract record DecideAdjustmentOutcome
{
    private DecideAdjustmentOutcome()
    {
    }

    public sealed record Decided : DecideAdjustmentOutcome;

    /// <summary>Not disputed, or somebody else decided.</summary>
    public sealed record DecidedBefore(AdjustmentState State) : DecideAdjustmentOutcome;

    public sealed record WordsNeeded : DecideAdjustmentOutcome;

    public sealed record NotFound : DecideAdjustmentOutcome;
}
