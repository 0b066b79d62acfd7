using OneBalance.Core;
using OneBalance.Core.Adjustments;

namespace OneBalance.Web.Data.Model;

/// <summary>A line of the carrier's invoice that is passed on to the merchant; see <see cref="AdjustmentState"/> for its life.</summary>
public sealed class CarrierAdjustment
{
    public MerchantId MerchantId { get; set; }

    /// <summary>Chosen before the attempt: the ledger's keys derive from it.</summary>
    public Guid Id { get; set; }

    /// <summary>The carrier's id of the line: passed on once, whoever enters it again.</summary>
    public required string CarrierLineId { get; set; }

    public LabelId? LabelId { get; set; }

    public AdjustmentKind Kind { get; set; }

    public AdjustmentState State { get; set; }

    public Money Amount { get; set; }

    /// <summary>What the carrier measured or decided, for the merchant to read.</summary>
    public required string Explanation { get; set; }

    public required string EvidenceName { get; set; }

    public required string EvidenceType { get; set; }

    public required byte[] Evidence { get; set; }

    public DateTimeOffset NoticedAt { get; set; }

    public DateTimeOffset? DebitedAt { get; set; }

    public DateTimeOffset? DisputedAt { get; set; }

    /// <summary>The merchant's words.</summary>
    public string? Dispute { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Support's words, for the merchant to read.</summary>
    public string? Decision { get; set; }

    public DateTimeOffset? CreditedAt { get; set; }

    public int Version { get; set; }
}
