using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Data.Model;

/// <summary>
/// A balance transaction of the processor that concerns a merchant, and the one transfer of the ledger that it meets.
/// </summary>
public sealed class ProcessorTransaction
{
    /// <summary>The processor's id.</summary>
    public required string Id { get; set; }

    /// <summary>The processor's reporting category, e.g. <c>charge</c>.</summary>
    public required string Category { get; set; }

    /// <summary>The charge, refund or dispute behind it.</summary>
    public required string SourceId { get; set; }

    public string? PaymentId { get; set; }

    /// <summary>Before the fee; negative when it left our account there.</summary>
    public Money Amount { get; set; }

    public Money Fee { get; set; }

    public DateTimeOffset OccurredAt { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Whose it is; null while that is not known.</summary>
    public MerchantId? MerchantId { get; set; }

    /// <summary>The transfer it meets; null until then. A transfer meets one at most.</summary>
    public string? TransferKey { get; set; }

    public DateTimeOffset? MatchedAt { get; set; }
}

/// <summary>One comparison of the processor's account with the ledger.</summary>
public sealed class ReconciliationRun
{
    public Guid Id { get; set; }

    /// <summary>A user of support, or <c>schedule</c>.</summary>
    public required string RequestedBy { get; set; }

    /// <summary>What happened at the processor from here on was looked at.</summary>
    public DateTimeOffset Since { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Null while it runs, and for ever when it was cut off.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Balance transactions seen.</summary>
    public int Seen { get; set; }

    /// <summary>Of them, and of earlier ones, met with a transfer by this run.</summary>
    public int Matched { get; set; }

    /// <summary>Differences open at its end.</summary>
    public int Open { get; set; }

    /// <summary>Why it could not be finished; null when it was.</summary>
    public string? Problem { get; set; }
}

/// <summary>Something that one side has and the other has not. It resolves itself when its counterpart appears.</summary>
public sealed class ReconciliationDifference
{
    public Guid Id { get; set; }

    public ReconciliationDifferenceKind Kind { get; set; }

    /// <summary>What it is about, once: <c>transaction/txn_...</c> or <c>transfer/7/payment/pi_.../fund</c>.</summary>
    public required string Subject { get; set; }

    public MerchantId? MerchantId { get; set; }

    public string? TransactionId { get; set; }

    /// <summary>The processor's reporting category, or the kind of the ledger's transfer.</summary>
    public required string What { get; set; }

    public string? TransferKey { get; set; }

    /// <summary>What the ledger says moved on card_clearing; null when it says nothing.</summary>
    public Money? Ours { get; set; }

    /// <summary>What the processor says moved; null when it says nothing.</summary>
    public Money? Theirs { get; set; }

    /// <summary>When it moved, on the side that has it.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    public DateTimeOffset FirstSeenAt { get; set; }

    /// <summary>When its counterpart was found.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>When support put it aside; why and who is a <see cref="DifferenceClearance"/>.</summary>
    public DateTimeOffset? ClearedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>Why a difference was put aside, by whom. The database refuses to change or remove it.</summary>
public sealed class DifferenceClearance
{
    public Guid DifferenceId { get; set; }

    /// <summary>The user's id.</summary>
    public required string ClearedBy { get; set; }

    public required string Reason { get; set; }

    public DateTimeOffset ClearedAt { get; set; }
}
