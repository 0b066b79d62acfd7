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

    /// <summary>When the last transfer was recorded.</summary>
    public DateTimeOffset RecordedAt { get; set; }
}

/// <summary>One recorded command of a book: its number, key and place in the hash chain.</summary>
public sealed class LedgerTransferRow
{
    public MerchantId MerchantId { get; set; }

    public long Sequence { get; set; }

    public required string Key { get; set; }

    public LedgerTransferKind Kind { get; set; }

    /// <summary>Cents: the command's amount, a release's reservation, a close's remainder; 0 where nothing moves.</summary>
    public long Amount { get; set; }

    /// <summary>The reservation or transfer it refers to, by key; <c>card</c> or <c>bank</c> for a payout.</summary>
    public string? Reference { get; set; }

    public required byte[] Hash { get; set; }

    public DateTimeOffset RecordedAt { get; set; }

    /// <summary>What can be spent, after this transfer: the running balance.</summary>
    public long AvailableAfter { get; set; }

    /// <summary>What this transfer did to it: a line's signed amount. A reservation takes, a release gives back.</summary>
    public long AvailableChange { get; set; }

    public long PendingAfter { get; set; }
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

    public DateTimeOffset ReservedAt { get; set; }

    public LedgerReservationState State { get; set; }

    public long Captured { get; set; }

    public long Refunded { get; set; }
}
