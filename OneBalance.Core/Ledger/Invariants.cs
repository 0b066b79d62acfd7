namespace OneBalance.Core.Ledger;

/// <summary>What must hold in every book at every moment. The numbers are those of docs/ledger.md.</summary>
public enum Invariant
{
    /// <summary>The entries of a transfer sum to zero, at most one for each account.</summary>
    EntriesSumToZero = 1,

    /// <summary>A book's totals are the sums of its entries; its running balances are those of its transfers.</summary>
    TotalsAreSumsOfEntries = 2,

    /// <summary>Transfers are numbered from 1 without gaps, and time does not go back.</summary>
    SequenceIsGapless = 3,

    /// <summary>Available less pending is never below zero; nothing is owed while something is free.</summary>
    FreeIsNeverNegative = 4,

    /// <summary>A reservation is captured or released at most once, and never for more than was reserved.</summary>
    ResolvedAtMostOnce = 5,

    /// <summary>What is refunded of a label never exceeds what was captured for it.</summary>
    RefundsWithinCapture = 6,

    /// <summary>A payment of the processor is credited once, in one book.</summary>
    OneCreditAPayment = 7,

    /// <summary>A book is closed at most once, with all that was available, and never pays out more than that.</summary>
    OneClosingPayout = 8,

    /// <summary>Every acknowledged command is recorded. Only who keeps the acknowledgements can check it: the tests do.</summary>
    AcknowledgedIsRecorded = 9,

    /// <summary>Every hash is that of the transfer and the hash before it.</summary>
    HashChainHolds = 10,

    /// <summary>No reservation waits longer than its limit.</summary>
    NothingWaitsTooLong = 11,

    /// <summary>A credited payment has its top-up and the reverse; a captured label its label. Reconciliation goes further.</summary>
    MovementsHaveTheirCause = 12,

    /// <summary>A book is open, closing, closed or paused, and of the moment, that its transfers make it.</summary>
    StateFollowsTransfers = 13,
}

/// <summary>Something that should never be.</summary>
/// <param name="Sequence">The transfer, where it is one.</param>
/// <param name="Key">The transfer's or reservation's key.</param>
public sealed record Offence(Invariant Invariant, MerchantId Merchant, long? Sequence, string? Key, string What)
{
    public override string ToString() =>
        $"merchant {Merchant}{(Sequence is { } s ? $", transfer {s}" : "")}{(Key is { } k ? $", key {k}" : "")}: {What}";
}

/// <summary>Checks one book: give it the transfers in order, then the book as stored.</summary>
/// <param name="before">The book before the first of them; an empty one for a whole book.</param>
public sealed class BookAudit(Book before, Action<Offence> report)
{
    private Book _book = before;

    public void Next(Transfer transfer)
    {
        void Report(Invariant invariant, string what) => report(new Offence(invariant, transfer.Merchant, transfer.Sequence, transfer.Key, what));

        var previous = _book;
        var sum = Money.Zero;
        Account last = 0;
        foreach (var entry in transfer.Entries)
        {
            if (!Enum.IsDefined(entry.Account))
            {
                Report(Invariant.EntriesSumToZero, $"an entry of {entry.Amount} on an account {(int)entry.Account} that does not exist");
                continue;
            }

            sum += entry.Amount;
            _book = _book.Post(entry);
            if (entry.Account <= last || entry.Amount.IsZero)
            {
                Report(Invariant.EntriesSumToZero, $"an entry of {entry.Amount} on {entry.Account} after one on {last}");
            }

            last = entry.Account;
        }

        if (!sum.IsZero)
        {
            Report(Invariant.EntriesSumToZero, $"entries sum to {sum}");
        }

        _book = _book with
        {
            Sequence = transfer.Sequence,
            Hash = transfer.Hash,
            RecordedAt = transfer.RecordedAt,
            Pending = transfer.PendingAfter,
            Status = transfer.Kind switch
            {
                LedgerTransferKind.BeginClose => LedgerBookStatus.Closing,
                LedgerTransferKind.Reopen => LedgerBookStatus.Open,
                LedgerTransferKind.Close => LedgerBookStatus.Closed,
                _ => previous.Status,
            },
            Paused = transfer.Kind switch
            {
                LedgerTransferKind.Pause => true,
                LedgerTransferKind.Resume => false,
                _ => previous.Paused,
            },
        };
        if (transfer.Sequence != previous.Sequence + 1)
        {
            Report(Invariant.SequenceIsGapless, $"follows transfer {previous.Sequence}");
        }

        if (transfer.RecordedAt < previous.RecordedAt)
        {
            Report(Invariant.SequenceIsGapless, $"recorded at {transfer.RecordedAt:O}, before the one it follows");
        }

        if (_book.Free.IsNegative || _book.Pending.IsNegative || _book.Receivable.IsNegative || (_book.Free.IsPositive && _book.Receivable.IsPositive))
        {
            Report(Invariant.FreeIsNeverNegative, $"free {_book.Free}, pending {_book.Pending}, owed {_book.Receivable}");
        }

        if (transfer.FreeAfter != _book.Free || transfer.FreeChange != _book.Free - previous.Free)
        {
            Report(Invariant.TotalsAreSumsOfEntries, $"free {previous.Free} became {_book.Free}, recorded as {transfer.FreeAfter} by {transfer.FreeChange}");
        }

        bool closedBefore = previous.Status == LedgerBookStatus.Closed;
        if (transfer.Kind == LedgerTransferKind.Close && (closedBefore || transfer.Amount != previous.Available || !_book.Available.IsZero))
        {
            Report(Invariant.OneClosingPayout, closedBefore ? "closed a second time" : $"{transfer.Amount} of {previous.Available}");
        }

        if (_book.PayoutClearing.IsNegative)
        {
            Report(Invariant.OneClosingPayout, $"paid out {-_book.PayoutClearing} more than the remainder");
        }

        if (!HashChain.Next(previous.Hash, transfer).AsSpan().SequenceEqual(transfer.Hash))
        {
            Report(Invariant.HashChainHolds, "does not fit the transfer before it");
        }
    }

    /// <summary>Compares the stored book with what its transfers add up to.</summary>
    public void End(Book stored)
    {
        foreach (var account in Enum.GetValues<Account>())
        {
            if (stored[account] != _book[account])
            {
                report(new Offence(Invariant.TotalsAreSumsOfEntries, stored.Merchant, null, null, $"{account} is {stored[account]}, its entries sum to {_book[account]}"));
            }
        }

        if (stored.Pending != _book.Pending)
        {
            report(new Offence(Invariant.TotalsAreSumsOfEntries, stored.Merchant, null, null, $"pending is {stored.Pending}, the last transfer left {_book.Pending}"));
        }

        if (stored.Sequence != _book.Sequence)
        {
            report(new Offence(Invariant.SequenceIsGapless, stored.Merchant, null, null, $"the book says {stored.Sequence} transfers, there are {_book.Sequence}"));
        }

        if (!stored.Hash.AsSpan().SequenceEqual(_book.Hash))
        {
            report(new Offence(Invariant.HashChainHolds, stored.Merchant, _book.Sequence, null, "the book's hash is not that of its last transfer"));
        }

        if (stored.Status != _book.Status || stored.Paused != _book.Paused)
        {
            static string Show(Book book) => $"{book.Status}{(book.Paused ? " and paused" : "")}";
            report(new Offence(Invariant.StateFollowsTransfers, stored.Merchant, null, null, $"the book is {Show(stored)}, its transfers make it {Show(_book)}"));
        }

        if (stored.RecordedAt != _book.RecordedAt)
        {
            report(new Offence(Invariant.StateFollowsTransfers, stored.Merchant, null, null, $"the book is of {stored.RecordedAt:O}, its last transfer of {_book.RecordedAt:O}"));
        }
    }
}

/// <summary>Checks one reservation: give it what happened to it in order, then the reservation as stored.</summary>
public sealed class ReservationAudit(MerchantId merchant, string key, Action<Offence> report)
{
    private Reservation? _made;

    /// <param name="kind">Reserve, capture, release or refund; or the kind of the transfer that a correction reversed.</param>
    public void Next(long sequence, LedgerTransferKind kind, bool reversed, Money amount, DateTimeOffset recordedAt)
    {
        void Report(Invariant invariant, string what) => report(new Offence(invariant, merchant, sequence, key, what));

        if (kind == LedgerTransferKind.Reserve)
        {
            _made = new Reservation(merchant, key, amount, recordedAt, LedgerReservationState.Pending, Money.Zero, Money.Zero);
            return;
        }

        if (_made is null)
        {
            Report(Invariant.ResolvedAtMostOnce, $"{kind} of a reservation that was not made before");
            return;
        }

        bool resolves = kind == LedgerTransferKind.Release || (kind == LedgerTransferKind.Capture && !reversed);
        if (resolves && _made.State != LedgerReservationState.Pending)
        {
            Report(Invariant.ResolvedAtMostOnce, $"{kind} of what was {_made.State} already");
        }

        _made = (kind, reversed) switch
        {
            (LedgerTransferKind.Release, _) => _made with { State = LedgerReservationState.Released },
            (LedgerTransferKind.Capture, false) => _made with { State = LedgerReservationState.Captured, Captured = amount },
            (LedgerTransferKind.Capture, true) => _made with { Refunded = _made.Refunded + amount },
            (LedgerTransferKind.RefundLabel, false) => _made with { Refunded = _made.Refunded + amount },
            (LedgerTransferKind.RefundLabel, true) => _made with { Refunded = _made.Refunded - amount },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        if (_made.Captured > _made.Amount)
        {
            Report(Invariant.ResolvedAtMostOnce, $"captured {_made.Captured} of {_made.Amount}");
        }

        if (_made.Refunded > _made.Captured || _made.Refunded.IsNegative)
        {
            Report(Invariant.RefundsWithinCapture, $"refunded {_made.Refunded} of {_made.Captured}");
        }
    }

    /// <param name="stored">Null when the book has no such reservation.</param>
    /// <param name="oldest">A reservation still pending must have been made after this.</param>
    public void End(Reservation? stored, DateTimeOffset oldest)
    {
        if (stored != _made)
        {
            report(new Offence(Invariant.ResolvedAtMostOnce, merchant, null, key, $"stored as {Show(stored)}, its transfers say {Show(_made)}"));
        }

        if (stored is { State: LedgerReservationState.Pending } && stored.ReservedAt < oldest)
        {
            report(new Offence(Invariant.NothingWaitsTooLong, merchant, null, key, $"{stored.Amount} reserved since {stored.ReservedAt:yyyy-MM-dd HH:mm}Z"));
        }
    }

    private static string Show(Reservation? r) => r is null ? "nothing" : $"{r.State} {r.Captured} of {r.Amount}, {r.Refunded} refunded";
}

/// <summary>An invariant does not hold: a bug, or somebody changed the database.</summary>
public sealed class InvariantBrokenException(Offence offence) : Exception($"{offence.Invariant}: {offence}");
