namespace OneBalance.Core.Refunds;

/// <summary>
/// A label that nobody seems to have used: the carrier never scanned it, and no refund was ever asked for.
/// <code>
/// Since the carrier confirmed it            can be voided or claimed      cannot
/// up to, not including, 12 d 00:00:00       nothing                       nothing
/// 12 d 00:00:00 exactly                     tell the merchant             nothing
/// 14 d 00:00:00 exactly                     void by itself, if opted in   nothing
/// 15 d 00:00:00 exactly                     the same                      nothing
/// one second later                          nothing                       nothing
/// </code>
/// </summary>
public static class UnusedLabelPolicy
{
    public static readonly TimeSpan TellAfter = TimeSpan.FromDays(12);

    public static readonly TimeSpan VoidAfter = TimeSpan.FromDays(14);

    /// <param name="asked">A void or refund was asked for at any time, even if it was taken back or refused since.</param>
    public static UnusedLabelStep Decide(RefundFacts label, bool asked, DateTimeOffset now)
    {
        if (asked || label.PurchasedAt is not { } since || RefundPolicy.Decide(label, now) is not (RefundDecision.Void or RefundDecision.AskCarrier))
        {
            return UnusedLabelStep.Nothing;
        }

        return now >= since + VoidAfter ? UnusedLabelStep.Void : now >= since + TellAfter ? UnusedLabelStep.Tell : UnusedLabelStep.Nothing;
    }
}

public enum UnusedLabelStep
{
    Nothing,
    Tell,

    /// <summary>Tell, if that was not done; and void, if the merchant wants it to happen by itself.</summary>
    Void,
}
