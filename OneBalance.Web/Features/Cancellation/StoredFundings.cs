using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>A charge that a payout may go back to, with the marks of its card.</summary>
public sealed record ChargedCard(Charge Charge, TopUpId TopUp, string CardBrand, string CardLastFour);

/// <summary>Reads what a cancellation is decided from: what still pends, and what each charge still allows.</summary>
public sealed class StoredFundings(IOptions<CancellationOptions> options, TimeProvider time)
{
    /// <summary>What is not settled, and what would be paid out now.</summary>
    internal async Task<(ClosingFacts Facts, Money Remainder)> StandingAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        int purchases = await db.Labels.CountAsync(
            l => l.MerchantId == merchant && (l.State == LabelState.Reserved || l.State == LabelState.Attempting || l.State == LabelState.Unknown), ct);
        int claims = await db.RefundRequests.CountAsync(
            r => r.MerchantId == merchant && r.State != RefundState.Credited && r.State != RefundState.Refused && r.State != RefundState.Rejected && r.State != RefundState.Withdrawn && r.State != RefundState.NotSent, ct);
        int disputes = await db.CardDisputes.CountAsync(d => d.MerchantId == merchant && d.State == CardDisputeState.Open, ct);
        int topUps = await db.TopUps.CountAsync(t => t.MerchantId == merchant && t.EndedAt == null, ct);
        int adjustments = await db.CarrierAdjustments.CountAsync(
            a => a.MerchantId == merchant && (a.State == AdjustmentState.Noticed || a.State == AdjustmentState.Disputed || a.State == AdjustmentState.CreditDue), ct);
        int actions = await db.SupportActions.CountAsync(a => a.MerchantId == merchant && a.State == SupportActionState.Asked, ct);
        var book = await db.LedgerBooks.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantId == merchant, ct);
        return (
            new ClosingFacts(new Money(book?.Pending ?? 0), new Money(book?.Receivable ?? 0), purchases, claims, disputes, topUps, adjustments, actions),
            new Money((book?.Available ?? 0) - (book?.Pending ?? 0)));
    }

    /// <summary>Every charge of the merchant's, by the processor's payment.</summary>
    internal async Task<Dictionary<string, ChargedCard>> ChargesAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        var topUps = await db.TopUps.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.PaymentId != null && (t.State == TopUpState.Succeeded || t.State == TopUpState.AwaitingPayout))
            .Select(t => new { t.Id, t.PaymentId, t.Amount, t.EndedAt, t.RequestedAt, t.CardBrand, t.CardLastFour })
            .ToListAsync(ct);
        var refunds = await db.CardRefunds.AsNoTracking().Where(r => r.MerchantId == merchant).Select(r => new { r.Id, r.PaymentId, r.Amount, r.State }).ToListAsync(ct);
        var disputed = (await db.CardDisputes.Where(d => d.MerchantId == merchant && d.State != CardDisputeState.Won).Select(d => d.PaymentId).ToListAsync(ct)).ToHashSet();
        var lots = await db.PayoutLots.AsNoTracking()
            .Where(l => l.MerchantId == merchant && l.PaymentId != null)
            .Select(l => new { l.PaymentId, l.State, l.Amount, l.RefundId })
            .ToListAsync(ct);
        var known = refunds.Select(r => r.Id).ToHashSet();
        return topUps.ToDictionary(
            t => t.PaymentId!,
            t => new ChargedCard(
                new Charge(
                    t.PaymentId!,
                    t.Amount,
                    t.EndedAt ?? t.RequestedAt,
                    refunds.Where(r => r.PaymentId == t.PaymentId && (r.State is CardRefundState.Pending or CardRefundState.Succeeded)).Sum(r => r.Amount)
                        + lots.Where(l => l.PaymentId == t.PaymentId && l.State != PayoutLotState.Failed && (l.RefundId is null || !known.Contains(l.RefundId))).Sum(l => l.Amount),
                    disputed.Contains(t.PaymentId!),
                    lots.Exists(l => l.PaymentId == t.PaymentId && l.State == PayoutLotState.Failed)),
                t.Id,
                t.CardBrand,
                t.CardLastFour));
    }

    /// <summary>How an amount would go back now.</summary>
    internal PayoutPlan Plan(Money amount, IEnumerable<ChargedCard> charges) =>
        PayoutPlan.Make(amount, charges.Select(charge => charge.Charge), time.GetUtcNow(), options.Value.Oldest);
}
