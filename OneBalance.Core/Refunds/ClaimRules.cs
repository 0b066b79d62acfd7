namespace OneBalance.Core.Refunds;

/// <summary>
/// A refund claim at the carrier.
/// <code>
/// expected        within 30 days of the service ticket (the carrier promises no date; this one is ours)
/// overdue         from one second after that on
/// amount granted  nothing or less            TooLittle
///                 up to what was captured    Granted, of the capture alone
///                 up to all that was paid    Granted: the difference taken above the hold, and the rest of the capture
///                 anything above             TooMuch
/// </code>
/// The difference comes back whole or not at all: an amount above the capture and below the difference is TooMuch, with the
/// capture as the most.
/// Money comes back by reversing what was taken for the label, so it never exceeds it.
/// </summary>
public static class ClaimRules
{
    public const int MostReason = 500;

    public static readonly TimeSpan Expected = TimeSpan.FromDays(30);

    /// <summary>The carrier's money is the better evidence: it may come after a rejection.</summary>
    public static bool MayGrant(RefundState state) => state is RefundState.ClaimOpen or RefundState.Rejected;

    public static bool MayReject(RefundState state) => state is RefundState.ClaimOpen;

    public static bool IsOverdue(DateTimeOffset expectedBy, DateTimeOffset now) => now > expectedBy;

    /// <param name="captured">Taken from the hold.</param>
    /// <param name="paid">All that was taken; at least <paramref name="captured"/>.</param>
    public static ClaimGrant Grant(Money amount, Money captured, Money paid) => amount switch
    {
        { IsPositive: false } => new ClaimGrant.TooLittle(),
        _ when amount > paid => new ClaimGrant.TooMuch(paid),
        _ when amount <= captured => new ClaimGrant.Granted(amount, false),
        _ when amount >= paid - captured => new ClaimGrant.Granted(amount - (paid - captured), true),
        _ => new ClaimGrant.TooMuch(captured),
    };
}

/// <summary>A closed set.</summary>
public abstract record ClaimGrant
{
    private ClaimGrant()
    {
    }

    /// <param name="OfCapture">Comes back of what was taken from the hold.</param>
    /// <param name="Difference">What was taken above the hold comes back too.</param>
    public sealed record Granted(Money OfCapture, bool Difference) : ClaimGrant;

    public sealed record TooLittle : ClaimGrant;

    /// <summary>More than can be given back.</summary>
    public sealed record TooMuch(Money Most) : ClaimGrant;
}
