namespace OneBalance.Core.Ledger;

/// <summary>What the ledger answers to a command. An acceptance is recorded for ever under the command's key.</summary>
public abstract record LedgerReply
{
    private LedgerReply()
    {
    }

    /// <summary>Done, now or earlier under the same key.</summary>
    /// <param name="Sequence">The transfer's number in the merchant's book, from 1, without gaps.</param>
    /// <param name="Replayed">True when the key was recorded before: nothing moved this time.</param>
    public sealed record Accepted(long Sequence, bool Replayed) : LedgerReply;

    /// <summary>Nothing moved, for this reason. A refusal is not recorded: the same key may be tried again.</summary>
    public sealed record Refused(LedgerRefusal Reason) : LedgerReply;
}

/// <summary>Why the ledger refused: a closed set.</summary>
public abstract record LedgerRefusal
{
    private LedgerRefusal()
    {
    }

    public sealed record InsufficientFunds(Money Available, Money Needed) : LedgerRefusal
    {
        public Money Missing => Needed - Available;
    }

    /// <summary>The merchant owes money (receivable above zero): buying stops until it is paid.</summary>
    public sealed record Owing(Money Owed) : LedgerRefusal;

    public sealed record Paused : LedgerRefusal;

    public sealed record NotPaused : LedgerRefusal;

    public sealed record AccountClosing : LedgerRefusal;

    public sealed record AccountClosed : LedgerRefusal;

    public sealed record NotClosing : LedgerRefusal;

    /// <summary>A close is refused while reservations are pending.</summary>
    public sealed record FundsPending(Money Pending) : LedgerRefusal;

    /// <summary>The remainder is not the approved one.</summary>
    public sealed record RemainderChanged(Money Remainder) : LedgerRefusal;

    public sealed record UnknownReservation(string Reservation) : LedgerRefusal;

    public sealed record AlreadyResolved(string Reservation) : LedgerRefusal;

    public sealed record MoreThanReserved(Money Reserved, Money Asked) : LedgerRefusal;

    public sealed record MoreThanCaptured(Money Refundable, Money Asked) : LedgerRefusal;

    public sealed record MoreThanRemainder(Money Remainder, Money Asked) : LedgerRefusal;

    public sealed record MoreThanOwed(Money Owed, Money Asked) : LedgerRefusal;

    public sealed record UnknownTransfer(string Transfer) : LedgerRefusal;

    public sealed record AlreadyReversed(string Transfer) : LedgerRefusal;

    /// <summary>It moved no money, or is itself a correction: there is nothing to reverse.</summary>
    public sealed record NotReversible(string Transfer) : LedgerRefusal;

    /// <summary>The same key was used before with other content: a bug in the caller.</summary>
    public sealed record KeyConflict(string Key) : LedgerRefusal;
}
