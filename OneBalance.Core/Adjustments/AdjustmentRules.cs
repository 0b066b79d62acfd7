namespace OneBalance.Core.Adjustments;

/// <summary>Why the carrier charges afterwards. Persisted: values are frozen.</summary>
public enum AdjustmentKind
{
    /// <summary>The parcel weighed more than said.</summary>
    Reweigh = 1,

    /// <summary>The parcel was larger than said.</summary>
    Oversize = 2,

    /// <summary>A refund that was credited before the carrier refused it.</summary>
    RefusedClaim = 3,

    Other = 4,
}

/// <summary>Noticed -> Debited -> Disputed -> Upheld | CreditDue -> Credited. Persisted: values are frozen.</summary>
public enum AdjustmentState
{
    /// <summary>The merchant is told; the balance is not debited yet.</summary>
    Noticed = 1,

    Debited = 2,

    /// <summary>The merchant disagrees; support decides.</summary>
    Disputed = 3,

    Upheld = 4,

    Credited = 5,

    /// <summary>Support agreed with the merchant; the ledger has not credited it yet.</summary>
    CreditDue = 6,
}

/// <summary>Whether a merchant may dispute an adjustment: a closed set.</summary>
public abstract record DisputeDecision
{
    private DisputeDecision()
    {
    }

    /// <param name="Until">The last instant, included.</param>
    public sealed record Possible(DateTimeOffset Until) : DisputeDecision;

    public sealed record TooLate(DateTimeOffset Since) : DisputeDecision;

    /// <summary>Disputed before; at most once.</summary>
    public sealed record Before : DisputeDecision;

    /// <summary>The balance is not debited yet.</summary>
    public sealed record NotYet : DisputeDecision;
}

/// <summary>
/// A line of the carrier's invoice: notice with evidence, debit, and 30 days for the merchant to dispute it.
/// <code>
/// state      since the debit        the merchant may dispute
/// Debited    up to 30 d 00:00:00    yes
/// Debited    30 d and a second      too late
/// Noticed                           not yet
/// any other                         was disputed before
/// </code>
/// </summary>
public static class AdjustmentRules
{
    public static readonly TimeSpan DisputeWindow = TimeSpan.FromDays(30);

    /// <summary>An adjustment is from 0.01 to this, both included.</summary>
    public static readonly Money Most = new(2_000_00);

    /// <summary>Characters of an explanation, a dispute or a decision; both bounds are included.</summary>
    public const int ShortestWords = 10;

    public const int LongestWords = 1000;

    /// <summary>Characters of the carrier's line id.</summary>
    public const int LongestLineId = 60;

    /// <summary>Bytes of the evidence.</summary>
    public const int LargestEvidence = 2 * 1024 * 1024;

    public static bool IsAmount(Money amount) => amount.IsPositive && amount <= Most;

    public static bool AreWords(string words) => words.Trim().Length is >= ShortestWords and <= LongestWords;

    public static DisputeDecision Decide(AdjustmentState state, DateTimeOffset? debitedAt, DateTimeOffset now) => (state, debitedAt) switch
    {
        (AdjustmentState.Noticed, _) or (_, null) => new DisputeDecision.NotYet(),
        (AdjustmentState.Debited, { } at) => now <= at + DisputeWindow ? new DisputeDecision.Possible(at + DisputeWindow) : new DisputeDecision.TooLate(at + DisputeWindow),
        _ => new DisputeDecision.Before(),
    };

    /// <summary>What a file is by its first bytes: PDF, PNG or JPEG; null for anything else.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> content) =>
        content.StartsWith("%PDF-"u8) ? "application/pdf"
        : content.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47]) ? "image/png"
        : content.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : null;
}
