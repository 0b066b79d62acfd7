namespace OneBalance.Core.Ledger;

/// <summary>
/// One merchant's book after its last transfer. Account totals are on their normal side (<see cref="Adjustment"/>: credit side).
/// </summary>
public sealed record Book(MerchantId Merchant)
{
    /// <summary>Number of the last transfer; 0 for an empty book.</summary>
    public long Sequence { get; init; }

    /// <summary>Hash of the last transfer.</summary>
    public byte[] Hash { get; init; } = HashChain.Start;

    /// <summary>When the last transfer was recorded: time never goes back within a book, whatever a node's clock says.</summary>
    public DateTimeOffset RecordedAt { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The account's total, including what is <see cref="Pending"/>.</summary>
    public Money Available { get; init; }

    /// <summary>Reserved and neither captured nor released.</summary>
    public Money Pending { get; init; }

    public Money CardClearing { get; init; }

    public Money CarrierPayable { get; init; }

    public Money Receivable { get; init; }

    public Money PayoutClearing { get; init; }

    public Money Bank { get; init; }

    public Money ProcessingFees { get; init; }

    public Money Adjustment { get; init; }

    public LedgerBookStatus Status { get; init; } = LedgerBookStatus.Open;

    public bool Paused { get; init; }

    /// <summary>What can be spent now. Never below zero.</summary>
    public Money Free => Available - Pending;

    public Balance Balance => new(Free, Pending, Receivable);

    /// <summary>The account's total on its normal side.</summary>
    public Money this[Account account] => account switch
    {
        Account.Available => Available,
        Account.CardClearing => CardClearing,
        Account.CarrierPayable => CarrierPayable,
        Account.Receivable => Receivable,
        Account.PayoutClearing => PayoutClearing,
        Account.Bank => Bank,
        Account.ProcessingFees => ProcessingFees,
        Account.Adjustment => Adjustment,
        _ => throw new ArgumentOutOfRangeException(nameof(account), account, null),
    };

    /// <summary>The book with one more entry on its totals.</summary>
    public Book Post(Entry entry) => entry.Account switch
    {
        Account.Available => this with { Available = Available - entry.Amount },
        Account.CardClearing => this with { CardClearing = CardClearing + entry.Amount },
        Account.CarrierPayable => this with { CarrierPayable = CarrierPayable - entry.Amount },
        Account.Receivable => this with { Receivable = Receivable + entry.Amount },
        Account.PayoutClearing => this with { PayoutClearing = PayoutClearing - entry.Amount },
        Account.Bank => this with { Bank = Bank - entry.Amount },
        Account.ProcessingFees => this with { ProcessingFees = ProcessingFees + entry.Amount },
        Account.Adjustment => this with { Adjustment = Adjustment - entry.Amount },
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Account, null),
    };
}

/// <summary>Persisted: values are frozen.</summary>
public enum LedgerBookStatus
{
    Open = 1,
    Closing = 2,
    Closed = 3,
}

/// <summary>A reservation and what became of it; its key is that of its <see cref="Reserve"/>.</summary>
/// <param name="Captured">What was posted of it; zero until captured.</param>
/// <param name="Refunded">What of the capture was given back; never above <paramref name="Captured"/>.</param>
public sealed record Reservation(
    MerchantId Merchant,
    string Key,
    Money Amount,
    DateTimeOffset ReservedAt,
    LedgerReservationState State,
    Money Captured,
    Money Refunded);

/// <summary>Persisted: values are frozen.</summary>
public enum LedgerReservationState
{
    Pending = 1,
    Captured = 2,
    Released = 3,
}
