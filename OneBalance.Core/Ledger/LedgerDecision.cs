namespace OneBalance.Core.Ledger;

/// <summary>What the rules need to know beside the book: everything the command's keys name.</summary>
/// <param name="Recorded">The transfer recorded under the command's own key.</param>
/// <param name="Reservation">The reservation the command names; for <see cref="Correct"/> the one of the named transfer.</param>
/// <param name="Named">For <see cref="Correct"/>: the transfer to reverse.</param>
/// <param name="NamedIsReversed">For <see cref="Correct"/>: whether another correction reversed it before.</param>
public readonly record struct LedgerFacts(
    Transfer? Recorded = null,
    Reservation? Reservation = null,
    Transfer? Named = null,
    bool NamedIsReversed = false);

/// <summary>What the rules say to a command: a closed set.</summary>
public abstract record LedgerDecision
{
    private LedgerDecision()
    {
    }

    /// <summary>Record this transfer.</summary>
    /// <param name="Book">The book after it.</param>
    /// <param name="Reservation">The reservation it made or changed.</param>
    public sealed record Record(Transfer Transfer, Book Book, Reservation? Reservation) : LedgerDecision;

    /// <summary>Recorded before, with the same content: answer what was answered then.</summary>
    public sealed record Answered(long Sequence) : LedgerDecision;

    public sealed record Refuse(LedgerRefusal Reason) : LedgerDecision;
}
