using OneBalance.Core;
using OneBalance.Core.Refunds;

namespace OneBalance.Web.Data.Model;

/// <summary>A void or refund of a label: one per label, so its key is the label's. See <see cref="RefundFlow"/> for its life.</summary>
public sealed class RefundRequest
{
    public MerchantId MerchantId { get; set; }

    public LabelId LabelId { get; set; }

    public RefundState State { get; set; }

    public RefundKind Kind { get; set; } = RefundKind.Void;

    /// <summary>What was asked for: the whole price.</summary>
    public Money Amount { get; set; }

    public required string RequestedBy { get; set; }

    /// <summary>Nobody asked: the merchant lets labels that were never used void themselves.</summary>
    public bool Automatic { get; set; }

    /// <summary>In which language it was asked for: the carrier's words come back in it.</summary>
    public Language Language { get; set; } = Language.English;

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>While scheduled: it runs from then on, and can be taken back until then.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>When the carrier confirmed the void, or gave the service ticket.</summary>
    public DateTimeOffset? CarrierConfirmedAt { get; set; }

    /// <summary>The number of the carrier's service ticket; null for voids, and before there is one.</summary>
    public string? Ticket { get; set; }

    /// <summary>When a claim's outcome is expected at the latest.</summary>
    public DateTimeOffset? ExpectedBy { get; set; }

    /// <summary>When support was told that the outcome is overdue.</summary>
    public DateTimeOffset? OverdueToldAt { get; set; }

    /// <summary>When the claim's outcome was entered.</summary>
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>What the carrier credits for a claim; null before it does, and for voids: these bring back the whole price.</summary>
    public Money? Granted { get; set; }

    /// <summary>Why a claim was rejected, in words for the merchant; at most <see cref="ClaimRules.MostReason"/> characters.</summary>
    public string? Reason { get; set; }

    public DateTimeOffset? CreditedAt { get; set; }

    /// <summary>The carrier's errors, JSON, when refused.</summary>
    public string? ErrorsJson { get; set; }

    /// <summary>Of a void: whether one sent before may have been carried out; null when none was.</summary>
    public VoidDoubt? Doubt { get; set; }

    /// <summary>Why it was not sent; null in all other states.</summary>
    public NotSentReason? NotSentReason { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>
    /// When the sweep looks at this request if nobody else moved it on; null when nothing is to be done. An ended one has it until the
    /// merchant was told: a decided claim, credited or rejected, and what was refused or not sent while nobody looked.
    /// </summary>
    public DateTimeOffset? NextRunAt { get; set; }

    public int Version { get; set; }
}

/// <summary>What a merchant lets happen by itself.</summary>
public sealed class RefundSettings
{
    public MerchantId MerchantId { get; set; }

    /// <summary>Labels that were never used are voided, or claimed, by themselves before their window ends.</summary>
    public bool VoidUnused { get; set; }

    public int Version { get; set; }
}

/// <summary>A credit file of the carrier as support imported it. Crosses merchants: the carrier credits the platform.</summary>
public sealed class CreditFile
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    public required string ImportedBy { get; set; }

    public DateTimeOffset ImportedAt { get; set; }

    /// <summary>JSON list of what became of each line.</summary>
    public required string ReportJson { get; set; }
}

/// <summary>A line of a credit file that granted a claim. The same line in another file grants nothing more.</summary>
public sealed class CreditLine
{
    /// <summary>As <see cref="CreditFileLine.Key"/> has it.</summary>
    public required string Key { get; set; }

    public Guid FileId { get; set; }

    public MerchantId MerchantId { get; set; }

    public LabelId LabelId { get; set; }

    public Money Amount { get; set; }
}
