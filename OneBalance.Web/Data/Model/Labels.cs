using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Data.Model;

/// <summary>A label from its first typed field to its end; see <see cref="LabelState"/> for its life.</summary>
public sealed class Label
{
    public MerchantId MerchantId { get; set; }

    public LabelId Id { get; set; }

    public LabelState State { get; set; }

    public required PostalAddress From { get; set; }

    public required PostalAddress To { get; set; }

    public int WeightGrams { get; set; }

    public int LengthMm { get; set; }

    public int WidthMm { get; set; }

    public int HeightMm { get; set; }

    /// <summary>The merchant's own reference, printed on the label; at most 35 characters.</summary>
    public string Reference { get; set; } = "";

    /// <summary>How weight and size were typed; stored in grams and millimetres either way.</summary>
    public Units Units { get; set; } = Units.Metric;

    /// <summary>JSON list of <see cref="Features.Carriers.ShipmentOption"/>.</summary>
    public string OptionsJson { get; set; } = "[]";

    /// <summary>The carrier tells the recipient there of shipping, trouble and delivery; empty for nobody. At most 60 characters.</summary>
    public string RecipientEmail { get; set; } = "";

    /// <summary>JSON of <see cref="Customs"/>; null inside Canada.</summary>
    public string? CustomsJson { get; set; }

    /// <summary>JSON list of the last <see cref="Rate"/>s shown: what is bought is what was seen.</summary>
    public string? RatesJson { get; set; }

    /// <summary>Fingerprint of the parcel, places and options that <see cref="RatesJson"/> prices.</summary>
    public string? RatesFor { get; set; }

    public DateTimeOffset? RatedAt { get; set; }

    /// <summary>The chosen service.</summary>
    public string? ServiceCode { get; set; }

    public string? ServiceName { get; set; }

    /// <summary>JSON of the <see cref="Price"/> quoted and agreed to.</summary>
    public string? QuoteJson { get; set; }

    /// <summary>Held for the purchase: the quote's total. Null again once a declined purchase's hold is released.</summary>
    public Money? Reserved { get; set; }

    /// <summary>In which language the buyer asked: the carrier's words come back in it.</summary>
    public Language Language { get; set; } = Language.English;

    /// <summary>The user who bought.</summary>
    public string? RequestedBy { get; set; }

    /// <summary>The carrier's group of this shipment, chosen before the first attempt; at most 32 characters.</summary>
    public string? CarrierGroup { get; set; }

    /// <summary>How the carrier draws the document: chosen before the first attempt, never changed after it.</summary>
    public LabelFormat Format { get; set; } = LabelFormat.ThermalPdf;

    /// <summary>How often the order was, or may have been, sent. A refusal is conclusive only after a single attempt.</summary>
    public int Attempts { get; set; }

    /// <summary>JSON of the final <see cref="Price"/> of the carrier.</summary>
    public string? PriceJson { get; set; }

    /// <summary>The final total, taken from the balance.</summary>
    public Money? Paid { get; set; }

    /// <summary>The part of <see cref="Paid"/> taken from the hold; the rest was debited as a difference.</summary>
    public Money? Captured { get; set; }

    public string? ShipmentId { get; set; }

    public string? TrackingNumber { get; set; }

    /// <summary>Where the carrier keeps the document; a secret address.</summary>
    public string? LabelLink { get; set; }

    /// <summary>Where the carrier keeps the commercial invoice; null where none is due.</summary>
    public string? InvoiceLink { get; set; }

    /// <summary>JSON list of the carrier's errors, when declined for them.</summary>
    public string? ErrorsJson { get; set; }

    public DeclineReason? DeclineReason { get; set; }

    /// <summary>The draft that takes up what this declined label had, so that nothing is typed again.</summary>
    public LabelId? SuccessorId { get; set; }

    /// <summary>When the label's document was stored; null until then.</summary>
    public DateTimeOffset? DocumentStoredAt { get; set; }

    /// <summary>The batch that makes this label; null when it is made by hand.</summary>
    public BatchId? BatchId { get; set; }

    /// <summary>When the commercial invoice was stored; null until then, and where none is due.</summary>
    public DateTimeOffset? InvoiceStoredAt { get; set; }

    /// <summary>When the draft was begun; from the purchase on, when it was asked for and then when the carrier confirmed it.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the purchase was asked for.</summary>
    public DateTimeOffset? RequestedAt { get; set; }

    /// <summary>When the carrier confirmed the label: the refund windows count from here.</summary>
    public DateTimeOffset? PurchasedAt { get; set; }

    /// <summary>The manifest that takes or took this label along; null while it is open.</summary>
    public ManifestId? ManifestId { get; set; }

    /// <summary>When it was transmitted to the carrier: from then on it cannot be voided.</summary>
    public DateTimeOffset? ManifestedAt { get; set; }

    /// <summary>First time the carrier said it does not know our reference; see the settling rule.</summary>
    public DateTimeOffset? AbsentSince { get; set; }

    public DateTimeOffset? VoidedAt { get; set; }

    /// <summary>What search looks in: recipient, city and reference without accents, in lower case; at most 300 characters.</summary>
    public string SearchText { get; set; } = "";

    /// <summary>The merchant was asked to erase this recipient: no longer suggested, and erased as soon as refunds and claims allow.</summary>
    public DateTimeOffset? ErasureAskedAt { get; set; }

    /// <summary>
    /// When the recipient and the stored documents were erased; null while they are kept. Country, province and the first signs of the
    /// postal code stay, as all amounts do.
    /// </summary>
    public DateTimeOffset? RecipientErasedAt { get; set; }

    /// <summary>The carrier asked us to slow down until then; null when it did not, or has answered since.</summary>
    public DateTimeOffset? BusyUntil { get; set; }

    /// <summary>When the sweep looks at this purchase if nobody else moved it on; null when nothing is to be done.</summary>
    public DateTimeOffset? NextRunAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A stored document: reprinted without the carrier, until the label's recipient is erased.</summary>
public sealed class LabelDocument
{
    public MerchantId MerchantId { get; set; }

    public LabelId LabelId { get; set; }

    public LabelDocumentKind Kind { get; set; }

    public required string MediaType { get; set; }

    public required byte[] Content { get; set; }

    public DateTimeOffset StoredAt { get; set; }
}

/// <summary>Persisted: values are frozen.</summary>
public enum LabelDocumentKind
{
    Label = 1,
    CommercialInvoice = 2,
}
