namespace OneBalance.Core.Ledger;

/// <summary>The state a batch of commands is decided against, and what the decisions make of it. Lives for one batch.</summary>
public sealed class LedgerBatch
{
    private readonly Dictionary<MerchantId, Book> _books = [];
    private readonly Dictionary<(MerchantId, string), Transfer> _transfers = [];
    private readonly Dictionary<(MerchantId, string), Reservation> _reservations = [];
    private readonly HashSet<(MerchantId, string)> _reversed = [];
    private readonly List<Transfer> _newTransfers = [];
    private readonly HashSet<MerchantId> _changedBooks = [];
    private readonly HashSet<(MerchantId, string)> _changedReservations = [];

    /// <summary>A recorded transfer as far as a decision needs it: what tells a replay from a conflict, and what a correction names.</summary>
    public static Transfer Recorded(MerchantId merchant, long sequence, LedgerTransferKind kind, string key, Money amount, string? reference) =>
        new(merchant, sequence, kind, key, amount, reference, DateTimeOffset.UnixEpoch, [], Money.Zero, Money.Zero, Money.Zero, []);

    /// <summary>Loads a book as committed; must be called for every merchant of the batch.</summary>
    public void Load(Book book) => _books[book.Merchant] = book;

    /// <summary>Loads a recorded transfer. Its entries are needed only where a <see cref="Correct"/> names it.</summary>
    public void Load(Transfer transfer) => _transfers[(transfer.Merchant, transfer.Key)] = transfer;

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
                Load(record.Transfer);
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
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private LedgerFacts FactsFor(LedgerCommand command)
    {
        var recorded = _transfers.GetValueOrDefault((command.Merchant, command.Key));
        switch (command)
        {
            case Capture c:
                return new LedgerFacts(recorded, _reservations.GetValueOrDefault((c.Merchant, c.Reservation)));
            case Release c:
                return new LedgerFacts(recorded, _reservations.GetValueOrDefault((c.Merchant, c.Reservation)));
            case RefundLabel c:
                return new LedgerFacts(recorded, _reservations.GetValueOrDefault((c.Merchant, c.Reservation)));
            case Correct c:
                var named = _transfers.GetValueOrDefault((c.Merchant, c.Reversed));
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
