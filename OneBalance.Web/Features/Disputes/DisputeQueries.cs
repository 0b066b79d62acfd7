using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Disputes;

/// <summary>A dispute as its merchant sees it.</summary>
/// <param name="Funded">What the funding in question added.</param>
public sealed record DisputeView(
    string Id,
    CardDisputeState State,
    TopUpId TopUp,
    Money Funded,
    DateTimeOffset FundedAt,
    string CardBrand,
    string CardLastFour,
    Money Disputed,
    Money Taken,
    Money Returned,
    string Reason,
    DateTimeOffset OpenedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Withdrawn and not given back.</summary>
    public Money Held => Taken - Returned;
}

/// <summary>A dispute as support sees it.</summary>
/// <param name="Overdue">Evidence was wanted by a moment that has passed.</param>
/// <param name="Owed">What the merchant owes now.</param>
public sealed record DisputeRow(
    string Id,
    MerchantId Merchant,
    string BusinessName,
    CardDisputeState State,
    Money Disputed,
    Money Taken,
    Money Returned,
    string Reason,
    string PaymentId,
    DateTimeOffset OpenedAt,
    DateTimeOffset? EvidenceDueBy,
    DateTimeOffset? EndedAt,
    bool Overdue,
    Money Owed);

/// <summary>Disputes, for their merchant and for support.</summary>
public sealed class DisputeQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>Most shown at once; a merchant with more has other troubles.</summary>
    public const int Most = 100;

    /// <summary>The merchant's, open ones first, then newest first.</summary>
    public async Task<IReadOnlyList<DisputeView>> OfMerchantAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db.CardDisputes
            .Where(d => d.MerchantId == merchant)
            .OrderBy(d => d.State == CardDisputeState.Open ? 0 : 1).ThenByDescending(d => d.OpenedAt)
            .Take(Most)
            .Join(
                db.TopUps.Where(t => t.MerchantId == merchant),
                d => d.TopUpId,
                t => t.Id,
                (d, t) => new { Dispute = d, t.Amount, t.RequestedAt, t.CardBrand, t.CardLastFour })
            .AsNoTracking()
            .ToListAsync(ct);
        return
        [
            .. rows
                .Select(row => new DisputeView(
                    row.Dispute.Id,
                    row.Dispute.State,
                    row.Dispute.TopUpId,
                    row.Amount,
                    row.RequestedAt,
                    row.CardBrand,
                    row.CardLastFour,
                    row.Dispute.Amount,
                    row.Dispute.Taken,
                    row.Dispute.Returned,
                    row.Dispute.Reason,
                    row.Dispute.OpenedAt,
                    row.Dispute.EndedAt))
                .OrderBy(view => view.State == CardDisputeState.Open ? 0 : 1).ThenByDescending(view => view.OpenedAt),
        ];
    }

    /// <summary>
    /// For support only: crosses merchants. Open ones first, and of them the one whose evidence is due first in front, so that
    /// overdue ones lead; ended ones after them, the newest first.
    /// </summary>
    public async Task<IReadOnlyList<DisputeRow>> AllAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await db.CardDisputes.AsNoTracking()
            .Where(d => d.State == CardDisputeState.Open)
            .OrderBy(d => d.EvidenceDueBy == null ? 1 : 0).ThenBy(d => d.EvidenceDueBy).ThenBy(d => d.OpenedAt)
            .Take(Most)
            .ToListAsync(ct);
        var ended = await db.CardDisputes.AsNoTracking()
            .Where(d => d.State != CardDisputeState.Open)
            .OrderByDescending(d => d.EndedAt)
            .Take(Most)
            .ToListAsync(ct);
        var all = open.Concat(ended).ToList();
        var merchants = all.Select(d => d.MerchantId).Distinct().ToList();
        var names = await db.Merchants.Where(m => merchants.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.BusinessName, ct);
        var owed = await db.LedgerBooks.Where(b => merchants.Contains(b.MerchantId)).ToDictionaryAsync(b => b.MerchantId, b => b.Receivable, ct);
        return
        [
            .. all.Select(d => new DisputeRow(
                d.Id,
                d.MerchantId,
                names[d.MerchantId],
                d.State,
                d.Amount,
                d.Taken,
                d.Returned,
                d.Reason,
                d.PaymentId,
                d.OpenedAt,
                d.EvidenceDueBy,
                d.EndedAt,
                d.State == CardDisputeState.Open && d.EvidenceDueBy < now,
                new Money(owed.GetValueOrDefault(d.MerchantId)))),
        ];
    }
}
