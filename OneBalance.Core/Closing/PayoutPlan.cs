namespace OneBalance.Core.Closing;

/// <summary>A charge to a card, as a payout sees it.</summary>
/// <param name="PaymentId">The processor's.</param>
/// <param name="Amount">What was charged.</param>
/// <param name="Refunded">Given back or on its way back already; failed refunds do not count.</param>
/// <param name="Disputed">Under dispute or lost to one: the processor refuses to refund any of it.</param>
/// <param name="RefusedBefore">A refund to it has failed: it is not tried again.</param>
public sealed record Charge(string PaymentId, Money Amount, DateTimeOffset ChargedAt, Money Refunded, bool Disputed, bool RefusedBefore)
{
    /// <summary>What the charge still allows at that moment. At <paramref name="oldest"/> exactly it still does.</summary>
    public Money Refundable(DateTimeOffset now, TimeSpan oldest) =>
        Disputed || RefusedBefore || now - ChargedAt > oldest ? Money.Zero : Money.Max(Amount - Refunded, Money.Zero);
}

/// <summary>A part that goes back to the card that was charged.</summary>
public sealed record CardPart(string PaymentId, Money Amount);

/// <summary>
/// How a remainder goes back: to the cards it came from, the newest charge first, each within what it still allows; what
/// no charge takes leaves by cheque or transfer. The parts make the remainder, to the cent.
/// </summary>
public sealed record PayoutPlan(IReadOnlyList<CardPart> ToCards, Money ByBank)
{
    /// <param name="oldest">Older charges are not refunded: card issuers refuse them.</param>
    public static PayoutPlan Make(Money remainder, IEnumerable<Charge> charges, DateTimeOffset now, TimeSpan oldest)
    {
        var left = Money.Max(remainder, Money.Zero);
        var parts = new List<CardPart>();
        foreach (var charge in charges.OrderByDescending(c => c.ChargedAt).ThenByDescending(c => c.PaymentId, StringComparer.Ordinal))
        {
            var part = Money.Min(left, charge.Refundable(now, oldest));
            if (part.IsPositive)
            {
                parts.Add(new CardPart(charge.PaymentId, part));
                left -= part;
            }
        }

        return new PayoutPlan(parts, left);
    }
}

/// <summary>
/// When money is promised: 6 to 8 weeks from approval (rule 14), as two days of the product's calendar. The last day is
/// still within the promise; a late credit's window counts from the day it is planned.
/// </summary>
public readonly record struct PayoutWindow(DateOnly From, DateOnly By)
{
    public const int FirstDay = 6 * 7;

    public const int LastDay = 8 * 7;

    public static PayoutWindow Of(DateOnly approved) => new(approved.AddDays(FirstDay), approved.AddDays(LastDay));

    public static bool IsOverdue(DateOnly by, DateOnly today) => today > by;
}
