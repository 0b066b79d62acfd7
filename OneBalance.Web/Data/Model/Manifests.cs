using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Data.Model;

/// <summary>One group of labels on its way to the carrier; see <see cref="ManifestRules"/> for its life.</summary>
public sealed class Manifest
{
    public MerchantId MerchantId { get; set; }

    public ManifestId Id { get; set; }

    public ManifestState State { get; set; }

    /// <summary>The carrier's group; at most one manifest of a group is under way.</summary>
    public required string CarrierGroup { get; set; }

    /// <summary>Postal code where its parcels are handed over, as on their labels: another one would change their prices.</summary>
    public required string ShippingPoint { get; set; }

    /// <summary>The carrier's words come back in it.</summary>
    public Language Language { get; set; } = Language.English;

    /// <summary>The user who closed the day; null when it closed by itself.</summary>
    public string? RequestedBy { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>How often the transmission was, or may have been, sent. A refusal is conclusive only after a single attempt.</summary>
    public int Attempts { get; set; }

    /// <summary>JSON list of the shipments that stay in the group.</summary>
    public string ExcludedJson { get; set; } = "[]";

    public DateTimeOffset? TransmittedAt { get; set; }

    /// <summary>When it came to its end, good or bad.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>JSON list of the carrier's last errors; null when it gave none.</summary>
    public string? ErrorsJson { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the sweep looks at it if nobody else moved it on; null when nothing is to be done.</summary>
    public DateTimeOffset? NextRunAt { get; set; }

    public int Version { get; set; }
}

/// <summary>One of the carrier's manifests that came of a transmission: one for each of Canada, the US and abroad.</summary>
public sealed class ManifestPart
{
    public MerchantId MerchantId { get; set; }

    public ManifestId ManifestId { get; set; }

    /// <summary>From 1, in the carrier's order.</summary>
    public int Number { get; set; }

    /// <summary>Where the carrier keeps it; a secret address.</summary>
    public required string Link { get; set; }

    /// <summary>Of its labels; null until they are known.</summary>
    public Region? Region { get; set; }

    /// <summary>The carrier's purchase order number; null until the carrier confirmed the manifest.</summary>
    public string? PoNumber { get; set; }

    /// <summary>What the carrier bills the platform for it; null when it did not say.</summary>
    public Money? Billed { get; set; }

    public string? MediaType { get; set; }

    /// <summary>The document, from when it is stored on.</summary>
    public byte[]? Content { get; set; }

    public DateTimeOffset? StoredAt { get; set; }

    /// <summary>JSON list of the carrier's last errors about this one.</summary>
    public string? ErrorsJson { get; set; }
}

/// <summary>A label that was to go with a manifest, and what became of it.</summary>
public sealed class ManifestLabel
{
    public MerchantId MerchantId { get; set; }

    public ManifestId ManifestId { get; set; }

    public LabelId LabelId { get; set; }

    public ManifestLabelState State { get; set; }

    /// <summary>Why it did not go along.</summary>
    public ManifestProblem? Problem { get; set; }

    /// <summary>The <see cref="ManifestPart.Number"/> that lists it.</summary>
    public int? Part { get; set; }
}
