namespace OneBalance.Core.Refunds;

/// <summary>
/// A label that nobody seems to have used: the carrier lately answered that it has not seen the parcel, and no refund was ever
/// asked for. Without such an answer nobody knows, so nothing is said or done; a label without tracking number never has one.
/// <code>
/// Since the carrier confirmed it            can be voided or claimed, not seen as of now      cannot
/// up to, not including, 12 d 00:00:00       nothing                                           nothing
/// 12 d 00:00:00 exactly                     tell the merchant                                 nothing
/// 14 d 00:00:00 exactly                     void by itself, if opted in                       nothing
/// 15 d 00:00:00 exactly                     the same                                          nothing
/// one second later                          nothing                                           nothing
///
/// The answer is                             good enough to
/// up to 1 hour old, that moment included    void, tell
/// up to 36 hours old, that included         tell
/// older, or missing                         nothing
/// </code>
/// </summary>
public static class UnusedLabelPolicy
{
    /// <summary>From here on the carrier is asked for parcels that it does not follow yet: those that were never manifested.</summary>
    public static readonly TimeSpan AskAfter = TimeSpan.FromDays(11);

    public static readonly TimeSpan TellAfter = TimeSpan.FromDays(12);

    public static readonly TimeSpan VoidAfter = TimeSpan.FromDays(14);

    /// <summary>How old an answer may be to tell by: the carrier is asked at least once a day.</summary>
    public static readonly TimeSpan GoodToTell = TimeSpan.FromHours(36);

    /// <summary>How old an answer may be to void by: it is asked for just before.</summary>
    public static readonly TimeSpan GoodToVoid = TimeSpan.FromHours(1);

    /// <param name="asked">A void or refund was asked for at any time, even if it was taken back or refused since.</param>
    /// <param name="answeredAt">When the carrier last answered whether it has seen the parcel; null when it never did.</param>
    public static UnusedLabelStep Decide(RefundFacts label, bool asked, DateTimeOffset? answeredAt, DateTimeOffset now)
    {
        if (asked || !label.Tracked || label.PurchasedAt is not { } since || RefundPolicy.Decide(label, now) is not (RefundDecision.Void or RefundDecision.AskCarrier))
        {
            return UnusedLabelStep.Nothing;
        }

        return answeredAt switch
        {
            { } at when now >= since + VoidAfter && now <= at + GoodToVoid => UnusedLabelStep.Void,
            { } at when now >= since + TellAfter && now <= at + GoodToTell => UnusedLabelStep.Tell,
            _ => UnusedLabelStep.Nothing,
        };
    }
}

public enum UnusedLabelStep
{
    Nothing,
    Tell,

    /// <summary>Tell, if that was not done; and void, if the merchant wants it to happen by itself.</summary>
    Void,
}
