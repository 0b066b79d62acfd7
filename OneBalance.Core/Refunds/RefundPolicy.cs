namespace OneBalance.Core.Refunds;

/// <summary>
/// When a label can be voided and its money returns to the balance.
/// <code>
/// Since the carrier confirmed the label   un-manifested            manifested
/// 0:00:00 up to, not including, 60:00     NotYet (until 60:00)     AskCarrier
/// 60:00 exactly                           Void                     AskCarrier
/// 15 d 00:00:00 exactly                   Void                     AskCarrier
/// one second later                        TooLate                  TooLate
/// voided, or a request under way          AlreadyDone              AlreadyDone
/// not bought                              NothingToVoid            NothingToVoid
/// </code>
/// All windows count elapsed time, so daylight saving changes nothing. Source: product rules 11 to 13.
/// </summary>
public static class RefundPolicy
{
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(60);

    public static readonly TimeSpan Window = TimeSpan.FromDays(15);

    public static RefundDecision Decide(RefundFacts label, DateTimeOffset now) => label switch
    {
        { PurchasedAt: null } => new RefundDecision.NothingToVoid(),
        { RefundRequested: true } => new RefundDecision.AlreadyDone(),
        { PurchasedAt: { } since } when now > since + Window => new RefundDecision.TooLate(since + Window),
        { Manifested: true } => new RefundDecision.AskCarrier(),
        { PurchasedAt: { } since } when now < since + Wait => new RefundDecision.NotYet(since + Wait),
        _ => new RefundDecision.Void(),
    };
}

/// <summary>What <see cref="RefundPolicy"/> needs to know of a label.</summary>
/// <param name="PurchasedAt">When the carrier confirmed the label; null while it has not.</param>
/// <param name="Manifested">Transmitted to the carrier at the end of a day, or bought without a manifest.</param>
/// <param name="RefundRequested">A void or refund was made or is under way.</param>
public sealed record RefundFacts(DateTimeOffset? PurchasedAt, bool Manifested, bool RefundRequested);

public abstract record RefundDecision
{
    private RefundDecision()
    {
    }

    /// <summary>Void at the carrier now; the whole price returns to the balance.</summary>
    public sealed record Void : RefundDecision;

    /// <summary>Manifested: open a refund claim at the carrier.</summary>
    public sealed record AskCarrier : RefundDecision;

    /// <summary>The 60-minute wait runs; allowed from <paramref name="Until"/> on, that moment included.</summary>
    public sealed record NotYet(DateTimeOffset Until) : RefundDecision;

    /// <summary>The window ended at <paramref name="Since"/>, which was the last allowed moment.</summary>
    public sealed record TooLate(DateTimeOffset Since) : RefundDecision;

    public sealed record AlreadyDone : RefundDecision;

    public sealed record NothingToVoid : RefundDecision;
}
