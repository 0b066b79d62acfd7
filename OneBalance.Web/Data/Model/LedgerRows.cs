using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Model;

// Read-only to everything but the ledger's writer (Data/Ledger), which speaks SQL to these tables.

/// <summary>A merchant's book: totals after its last transfer.</summary>
public sealed class LedgerBookRow
{
    public MerchantId MerchantId { get; set; }

    /// <summary>Number of the last transfer; 0 for an empty book.</summary>
    public long Sequence { get; set; }

    /// <summary>Hash of the last transfer; 32 zero bytes for an empty book.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Account totals on their normal side, in cents (Adjustment: credit side).</summary>
    public long Available { get; set; }
    public long Pending { get; set; }
    public long CardClearing { get; set; }
    public long CarrierPayable { get; set; }
    public long Receivable { get; set; }
    public long PayoutClearing { get; set; }
    public long Bank { get; set; }
    public long ProcessingFees { get; set; }
    public long Adjustment { get; set; }

    public LedgerBookStatus Status { get; set; }

    public bool Paused { get; set; }
}

/// <summary>Persisted: values are frozen.</summary>
public enum LedgerBookStatus
{
    Open = 1,
    Closing = 2,
    Closed = 3,
}

/// <summary>One recorded command of a book: its number, key and place in the hash chain.</summary>
public sealed class LedgerTransferRow
{
    public MerchantId MerchantId { get; set; }

    public long Sequence { get; set; }

    public required string Key { get; set; }

    public LedgerTransferKind Kind { get; set; }

    /// <summary>The command's amount in cents; 0 where nothing moves.</summary>
    public long Amount { get; set; }

    /// <summary>The reservation or transfer it refers to, by key.</summary>
    public string? Reference { get; set; }

    /// <summary>SHA-256 of the command's content: the same key with other content is a conflict.</summary>
    public required byte[] ContentHash { get; set; }

    public required byte[] Hash { get; set; }

    public DateTimeOffset RecordedAt { get; set; }

    /// <summary>Available account less pending, after this transfer: the running balance.</summary>
    public long AvailableAfter { get; set; }

    public long PendingAfter { get; set; }
}

/// <summary>Which command made a transfer. Persisted: values are frozen.</summary>
public enum LedgerTransferKind
{
    Fund = 1,
    Reserve = 2,
    Capture = 3,
    Release = 4,
    RefundLabel = 5,
    Surcharge = 6,
    Credit = 7,
    Correct = 8,
    Dispute = 9,
    Reinstate = 10,
    RecordFee = 11,
    Pause = 12,
    Resume = 13,
    BeginClose = 14,
    Reopen = 15,
    Close = 16,
    PayOut = 17,
}

/// <summary>One side of a transfer.</summary>
public sealed class LedgerEntryRow
{
    public MerchantId MerchantId { get; set; }

    public long Sequence { get; set; }

    public Account Account { get; set; }

    /// <summary>Cents; a debit is positive, a credit negative; the entries of a transfer sum to zero.</summary>
    public long Amount { get; set; }
}

/// <summary>A reservation and what became of it.</summary>
public sealed class LedgerReservationRow
{
    public MerchantId MerchantId { get; set; }

    public required string Key { get; set; }

    public long Amount { get; set; }

    public LedgerReservationState State { get; set; }

    public long Captured { get; set; }

    public long Refunded { get; set; }
}

/// <summary>Persisted: values are frozen.</summary>
public enum LedgerReservationState
{
    Pending = 1,
    Captured = 2,
    Released = 3,
}
