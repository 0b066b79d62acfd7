namespace OneBalance.Core.Refunds;

/// <summary>
/// When a label can be voided, or refunded by the carrier, and its money returns to the balance.
/// <code>
/// Since the carrier confirmed the label   un-manifested            manifested     manifested, untracked
/// 0:00:00 up to, not including, 60:00     NotYet (until 60:00)     AskCarrier     Untracked
/// 60:00 exactly                           Void                     AskCarrier     Untracked
/// 15 d 00:00:00 exactly                   Void                     AskCarrier     Untracked
/// one second later                        TooLate                  TooLate        TooLate
/// the carrier scanned the parcel          Used                     Used           (never scanned)
/// voided, or a request under way          AlreadyDone              AlreadyDone    AlreadyDone
/// not bought                              NothingToVoid            NothingToVoid  NothingToVoid
/// </code>
/// All windows count elapsed time, so daylight saving changes nothing. Source: product rules 11 to 13.
/// </summary>
public static class RefundPolicy
{
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(60);

    public static readonly TimeSpan Window = TimeSpan.FromDays(15);

    /// <summary>How long a request is kept before anything is sent, so that it can be taken back.</summary>
    public static readonly TimeSpan TakeBack = TimeSpan.FromSeconds(10);

    public static RefundDecision Decide(RefundFacts label, DateTimeOffset now) => label switch
    {
        { PurchasedAt: null } => new RefundDecision.NothingToVoid(),
        { RefundRequested: true } => new RefundDecision.AlreadyDone(),
        { Scanned: true } => new RefundDecision.Used(),
        { PurchasedAt: { } since } when now > since + Window => new RefundDecision.TooLate(since + Window),
        { Manifested: true, Tracked: false } => new RefundDecision.Untracked(),
        { Manifested: true } => new RefundDecision.AskCarrier(),
        { PurchasedAt: { } since } when now < since + Wait => new RefundDecision.NotYet(since + Wait),
        _ => new RefundDecision.Void(),
    };

    /// <summary>
    /// The same when a stored request is about to be sent: one made within the 15 days stays in time, whatever kept it from
    /// being sent since.
    /// </summary>
    public static RefundDecision DecideAgain(RefundFacts label, DateTimeOffset askedAt, DateTimeOffset now) =>
        Decide(label, label.PurchasedAt + Window is { } end && askedAt <= end && now > end ? end : now);
}

/// <summary>What <see cref="RefundPolicy"/> needs to know of a label.</summary>
/// <param name="PurchasedAt">When the carrier confirmed the label; null while it has not.</param>
/// <param name="Manifested">Transmitted to the carrier at the end of a day, or bought without a manifest.</param>
/// <param name="RefundRequested">A void or refund was made or is under way.</param>
/// <param name="Tracked">False for a service without tracking number: the carrier cannot show that it was never used.</param>
/// <param name="Scanned">The carrier has seen the parcel.</param>
public sealed record RefundFacts(DateTimeOffset? PurchasedAt, bool Manifested, bool RefundRequested, bool Tracked = true, bool Scanned = false);

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

    /// <summary>Manifested and without a tracking number: the carrier refunds none of these.</summary>
    public sealed record Untracked : RefundDecision;

    /// <summary>The carrier scanned the parcel: the label was used.</summary>
    public sealed record Used : RefundDecision;

    public sealed record AlreadyDone : RefundDecision;

    public sealed record NothingToVoid : RefundDecision;
}
