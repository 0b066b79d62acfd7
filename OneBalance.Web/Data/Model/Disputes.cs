using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Data.Model;

/// <summary>A card payment that its cardholder disputes at the bank, as the processor last described it.</summary>
public sealed class CardDispute
{
    public MerchantId MerchantId { get; set; }

    /// <summary>The processor's id.</summary>
    public required string Id { get; set; }

    /// <summary>The funding in question.</summary>
    public TopUpId TopUpId { get; set; }

    public CardId CardId { get; set; }

    public required string PaymentId { get; set; }

    /// <summary>What the cardholder disputes; at most the funding's amount.</summary>
    public Money Amount { get; set; }

    /// <summary>The processor's word, e.g. <c>fraudulent</c>.</summary>
    public required string Reason { get; set; }

    public CardDisputeState State { get; set; }

    /// <summary>What the processor withdrew, as booked.</summary>
    public Money Taken { get; set; }

    /// <summary>What of it the processor gave back, as booked.</summary>
    public Money Returned { get; set; }

    /// <summary>Until when evidence may be sent; null when none is wanted any more.</summary>
    public DateTimeOffset? EvidenceDueBy { get; set; }

    public DateTimeOffset OpenedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>Money given back to a card by the processor, as it last described it. Made when an account is closed, or by hand at the processor.</summary>
public sealed class CardRefund
{
    public MerchantId MerchantId { get; set; }

    /// <summary>The processor's id.</summary>
    public required string Id { get; set; }

    public TopUpId TopUpId { get; set; }

    public required string PaymentId { get; set; }

    public Money Amount { get; set; }

    public CardRefundState State { get; set; }

    /// <summary>The processor's word, when failed.</summary>
    public string? FailureReason { get; set; }

    /// <summary>The ledger's transfer that gave the money out; null while there is none, which reconciliation reports.</summary>
    public string? TransferKey { get; set; }

    /// <summary>The ledger's transfer that took it back in after a failure.</summary>
    public string? FailureTransferKey { get; set; }

    public DateTimeOffset RecordedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>Persisted: values are frozen.</summary>
public enum CardRefundState
{
    Pending = 1,
    Succeeded = 2,
    Failed = 3,
    Cancelled = 4,
}
