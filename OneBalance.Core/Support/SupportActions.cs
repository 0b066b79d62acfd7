using OneBalance.Core.Ledger;

namespace OneBalance.Core.Support;

/// <summary>What support does to an account's money or buying, each with a reason. Persisted: values are frozen.</summary>
public enum SupportActionKind
{
    /// <summary>A credit at the platform's cost.</summary>
    Goodwill = 1,

    /// <summary>The exact reverse of a named transfer.</summary>
    Correction = 2,

    Pause = 3,

    Resume = 4,
}

/// <summary>Asked -> Done | Refused. Persisted: values are frozen.</summary>
public enum SupportActionState
{
    /// <summary>Stored, before the ledger is asked.</summary>
    Asked = 1,

    Done = 2,

    /// <summary>The ledger refused: nothing moved.</summary>
    Refused = 3,
}

/// <summary>
/// Bounds of what support asks for.
/// <code>
/// reason    10 to 500 characters, both included
/// goodwill  0.01 to 500.00, both included
/// </code>
/// </summary>
public static class SupportActionRules
{
    public const int ShortestReason = 10;

    public const int LongestReason = 500;

    public static readonly Money MostGoodwill = new(500_00);

    /// <summary>
    /// What may be reversed from the desk. What moved on the processor's side is settled there, and closing has its own way. The
    /// refund of a label is not among them: its credit note is issued, and only a new charge with a paper of its own could undo it.
    /// </summary>
    public static IReadOnlyList<LedgerTransferKind> Reversible { get; } = [LedgerTransferKind.Capture, LedgerTransferKind.Surcharge, LedgerTransferKind.Credit];

    public static bool IsReason(string reason) => reason.Trim().Length is >= ShortestReason and <= LongestReason;

    /// <summary>
    /// Whether the action adds to a balance. To a closed account nothing is added from the desk: it would leave with the payout,
    /// which others have approved for another amount.
    /// </summary>
    /// <param name="reversed">Kind of the transfer that a correction names.</param>
    public static bool Adds(SupportActionKind kind, LedgerTransferKind? reversed) => kind switch
    {
        SupportActionKind.Goodwill => true,
        SupportActionKind.Correction => reversed is LedgerTransferKind.Capture or LedgerTransferKind.Surcharge,
        SupportActionKind.Pause or SupportActionKind.Resume => false,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
    };

    public static bool IsGoodwill(Money amount) => amount.IsPositive && amount <= MostGoodwill;
}
