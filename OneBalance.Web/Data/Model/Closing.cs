using OneBalance.Core;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Model;

/// <summary>The cancellation of a merchant's account; see <see cref="ClosingState"/> for its life.</summary>
public sealed class AccountClosing
{
    public MerchantId MerchantId { get; set; }

    public Guid Id { get; set; }

    /// <summary>What merchant and support call it, e.g. <c>CA-7K3M-9QXD</c>.</summary>
    public required string Reference { get; set; }

    public ClosingState State { get; set; }

    /// <summary>In the merchant's words.</summary>
    public required string Reason { get; set; }

    /// <summary>The user's id.</summary>
    public required string RequestedBy { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>The member of support who took it up: the maker.</summary>
    public string? OpenedBy { get; set; }

    public DateTimeOffset? OpenedAt { get; set; }

    /// <summary>The member of support who approved: the checker. Above the limit the database takes nobody but a second person.</summary>
    public string? ApprovedBy { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public string? ApprovalNote { get; set; }

    /// <summary>The remainder as approved.</summary>
    public Money? ApprovedAmount { get; set; }

    /// <summary>Up to this, included, one person was enough at the time.</summary>
    public Money? ApprovalLimit { get; set; }

    /// <summary>When the last approval became void; null once another is given, or while none was void.</summary>
    public DateTimeOffset? VoidedAt { get; set; }

    /// <summary>The remainder of that approval.</summary>
    public Money? VoidedAmount { get; set; }

    /// <summary>The promised window, from approval.</summary>
    public DateOnly? DueFrom { get; set; }

    public DateOnly? DueBy { get; set; }

    /// <summary>What was set aside when the account was closed: all that was left, which is what was approved.</summary>
    public Money? Remainder { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public DateTimeOffset? PaidAt { get; set; }

    public DateTimeOffset? WithdrawnAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Changes with every step of the cancellation and of its payout: of two runners one saves.</summary>
    public int Version { get; set; }
}

/// <summary>A part of a payout; see <see cref="PayoutLotState"/> for its life. Its id is chosen before the first attempt.</summary>
public sealed class PayoutLot
{
    public MerchantId MerchantId { get; set; }

    public Guid Id { get; set; }

    public Guid ClosingId { get; set; }

    /// <summary>From 1, in the order of planning.</summary>
    public int Number { get; set; }

    public PayoutRoute Route { get; set; }

    public PayoutLotState State { get; set; }

    public Money Amount { get; set; }

    /// <summary>The charge that is refunded; null for other ways, as are the card's marks.</summary>
    public TopUpId? TopUpId { get; set; }

    public string? PaymentId { get; set; }

    public string? CardBrand { get; set; }

    public string? CardLastFour { get; set; }

    /// <summary>The processor's refund, once it has one.</summary>
    public string? RefundId { get; set; }

    /// <summary>Why nothing was paid this way, or not yet: the processor's word.</summary>
    public string? FailureCode { get; set; }

    /// <summary>How often the processor has refused the refund for a while; each refusal uses a key up.</summary>
    public int Refusals { get; set; }

    /// <summary>The amount of a failed part has been planned anew.</summary>
    public bool Replanned { get; set; }

    public BankMeans? Means { get; set; }

    /// <summary>The cheque's or transfer's number.</summary>
    public string? BankReference { get; set; }

    public string? Note { get; set; }

    /// <summary>The member of support who sent it.</summary>
    public string? RecordedBy { get; set; }

    public DateOnly DueFrom { get; set; }

    public DateOnly DueBy { get; set; }

    /// <summary>For a credit that arrived after closing.</summary>
    public bool Supplementary { get; set; }

    /// <summary>It came in late and took the sum above the limit: it leaves with an approval of its own.</summary>
    public bool NeedsApproval { get; set; }

    /// <summary>The member of support who approved this part. The database takes nobody who opened the cancellation.</summary>
    public string? ApprovedBy { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public string? ApprovalNote { get; set; }

    public DateTimeOffset PlannedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the processor was last asked to refund it.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>Why a cheque or transfer came back, in support's words.</summary>
    public string? ReturnNote { get; set; }

    /// <summary>When support was reminded that its last day has passed.</summary>
    public DateTimeOffset? OverdueToldAt { get; set; }

    /// <summary>To send it, then to ask how its refund stands.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset NextAttemptAt { get; set; }
}
