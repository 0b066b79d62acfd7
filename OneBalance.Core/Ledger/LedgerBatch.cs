using System.Diagnostics;

namespace OneBalance.Core.Ledger;

/// <summary>The state a batch of commands is decided against, and what the decisions make of it. Lives for one batch.</summary>
public sealed class LedgerBatch
{
    private readonly Dictionary<MerchantId, Book> _loaded = [];
    private readonly Dictionary<MerchantId, Book> _books = [];
    private readonly Dictionary<(MerchantId, string), Transfer> _recorded = [];
    private readonly Dictionary<(MerchantId, string), Transfer> _named = [];
    private readonly Dictionary<(MerchantId, string), Reservation> _reservations = [];
    private readonly HashSet<(MerchantId, string)> _reversed = [];
    private readonly List<Transfer> _newTransfers = [];
    private readonly HashSet<MerchantId> _changedBooks = [];
    private readonly HashSet<(MerchantId, string)> _changedReservations = [];

    /// <summary>A recorded transfer as far as a decision needs it: what tells a repetition from a conflict.</summary>
    public static Transfer Recorded(MerchantId merchant, long sequence, LedgerTransferKind kind, string key, Money amount, string? reference) =>
        new(merchant, sequence, kind, key, amount, reference, DateTimeOffset.UnixEpoch, [], Money.Zero, Money.Zero, Money.Zero, []);

    /// <summary>Loads a book as committed; must be called for every merchant of the batch.</summary>
    public void Load(Book book)
    {
        _loaded[book.Merchant] = book;
        _books[book.Merchant] = book;
    }


    /// <summary>Loads what was recorded under a command's own key; entries are not needed.</summary>
    public void LoadRecorded(Transfer transfer) => _recorded[(transfer.Merchant, transfer.Key)] = transfer;

    /// <summary>Loads the transfer that a <see cref="Correct"/> names, with its entries.</summary>
    public void LoadNamed(Transfer transfer) => _named[(transfer.Merchant, transfer.Key)] = transfer;

    public void Load(Reservation reservation) => _reservations[(reservation.Merchant, reservation.Key)] = reservation;

    /// <summary>Notes that the transfer of this key was reversed before.</summary>
    public void LoadReversed(MerchantId merchant, string key) => _reversed.Add((merchant, key));

    public IReadOnlyList<Transfer> NewTransfers => _newTransfers;

    /// <summary>Each changed book once, as it is after the batch, in key order.</summary>
    public IEnumerable<Book> ChangedBooks => _changedBooks.OrderBy(m => m.Value).Select(m => _books[m]);

    /// <summary>Each new or changed reservation once, as it is after the batch.</summary>
    public IEnumerable<Reservation> ChangedReservations => _changedReservations.Select(key => _reservations[key]);

    /// <summary>Decides one command against the state the commands before it left.</summary>
    /// <param name="decide">The rules: <see cref="LedgerRules.Decide"/>.</param>
    public LedgerReply Run(LedgerCommand command, DateTimeOffset now, DecideCommand decide)
    {
        switch (decide(_books[command.Merchant], command, FactsFor(command), now))
        {
            case LedgerDecision.Record record:
                _books[command.Merchant] = record.Book;
                _changedBooks.Add(command.Merchant);
                _newTransfers.Add(record.Transfer);
                LoadRecorded(record.Transfer);
                LoadNamed(record.Transfer);
                if (record.Reservation is { } reservation)
                {
                    Load(reservation);
                    _changedReservations.Add((reservation.Merchant, reservation.Key));
                }

                if (command is Correct correct)
                {
                    LoadReversed(command.Merchant, correct.Reversed);
                }

                return new LedgerReply.Accepted(record.Transfer.Sequence, Replayed: false);
            case LedgerDecision.Answered answered:
                return new LedgerReply.Accepted(answered.Sequence, Replayed: true);
            case LedgerDecision.Refuse refuse:
                return new LedgerReply.Refused(refuse.Reason);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Checks the invariants on what this batch would write: whatever breaks one is never committed.</summary>
    /// <exception cref="InvariantBrokenException">The first offence.</exception>
    public void Check()
    {
        static void Fail(Offence offence) => throw new InvariantBrokenException(offence);

        foreach (var transfers in _newTransfers.GroupBy(t => t.Merchant))
        {
            var audit = new BookAudit(_loaded[transfers.Key], Fail);
            foreach (var transfer in transfers)
            {
                audit.Next(transfer);
            }

            audit.End(_books[transfers.Key]);
        }

        foreach (var r in ChangedReservations)
        {
            if (r.Captured > r.Amount || r.Captured.IsNegative)
            {
                Fail(new Offence(Invariant.ResolvedAtMostOnce, r.Merchant, null, r.Key, $"captured {r.Captured} of {r.Amount}"));
            }

            if (r.Refunded > r.Captured || r.Refunded.IsNegative)
            {
                Fail(new Offence(Invariant.RefundsWithinCapture, r.Merchant, null, r.Key, $"refunded {r.Refunded} of {r.Captured}"));
            }
        }
    }

    private LedgerFacts FactsFor(LedgerCommand command)
    {
        var recorded = _recorded.GetValueOrDefault((command.Merchant, command.Key));
        switch (command)
        {
            case Capture c:
                return new LedgerFacts(recorded, _reservations.GetValueOrDefault((c.Merchant, c.Reservation)));
            case Release c:
                return new LedgerFacts(recorded, _reservations.GetValueOrDefault((c.Merchant, c.Reservation)));
            case RefundLabel c:
                return new LedgerFacts(recorded, _reservations.GetValueOrDefault((c.Merchant, c.Reservation)));
            case Correct c:
                var named = _named.GetValueOrDefault((c.Merchant, c.Reversed));
                var reservation = named is { Kind: LedgerTransferKind.Capture or LedgerTransferKind.RefundLabel, Reference: { } key }
                    ? _reservations.GetValueOrDefault((c.Merchant, key))
                    : null;
                return new LedgerFacts(recorded, reservation, named, _reversed.Contains((c.Merchant, c.Reversed)));
            default:
                return new LedgerFacts(recorded);
        }
    }
}

/// <summary>The shape of <see cref="LedgerRules.Decide"/>.</summary>
public delegate LedgerDecision DecideCommand(Book book, LedgerCommand command, LedgerFacts facts, DateTimeOffset now);
