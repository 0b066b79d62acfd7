using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Features.Carriers;

/// <summary>
/// What the product needs of the carrier. One implementation in the product: the real client; what is emulated is the
/// service behind it.
/// </summary>
public interface ICarrier
{
    /// <summary>On which terms the platform ships: known without asking.</summary>
    CarrierTerms Terms { get; }

    /// <summary>Every service the carrier offers for the parcel, commercial and counter price side by side. Harmless to repeat.</summary>
    Task<CarrierReply<IReadOnlyList<Rate>>> GetRatesAsync(RateRequest request, Language language, CancellationToken ct);

    /// <summary>
    /// Buys: creates the shipment in the merchant's open group and reads its price. Sending the same order again is safe:
    /// the carrier recognises its reference and the answer is the shipment it already has.
    /// </summary>
    Task<CarrierReply<CarrierShipment>> CreateShipmentAsync(ShipmentOrder order, Language language, CancellationToken ct);

    /// <summary>The shipment created under our reference, or null when the carrier knows none (its search may lag).</summary>
    Task<CarrierReply<CarrierShipment?>> FindShipmentAsync(LabelId label, Language language, CancellationToken ct);

    /// <summary>The label document behind <see cref="CarrierShipment.LabelLink"/>: the same bytes each time.</summary>
    Task<CarrierReply<LabelFile>> GetLabelFileAsync(string labelLink, CancellationToken ct);

    /// <summary>Voids a shipment that was not transmitted. Confirmed only when the carrier said so; an already voided one counts.</summary>
    Task<CarrierReply<VoidConfirmation>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct);
}

/// <param name="UsDutiesPrepaid">The platform's account prepays the duties of US parcels; false: each needs a declaration of its own.</param>
/// <param name="Voidable">Labels wait for the day's manifest and can be voided until then; false: each is charged at once, for good.</param>
public sealed record CarrierTerms(bool UsDutiesPrepaid, bool Voidable);

/// <summary>A parcel to be priced.</summary>
/// <param name="OriginPostalCode">Normalized: <c>A9A9A9</c>.</param>
/// <param name="DestinationPostalCode">Normalized; may be empty outside Canada and the US.</param>
/// <param name="DestinationCountry">ISO alpha-2, upper case.</param>
/// <param name="Options">Codes with their amounts.</param>
public sealed record RateRequest(
    string OriginPostalCode,
    string DestinationPostalCode,
    string DestinationCountry,
    Parcel Parcel,
    IReadOnlyList<ShipmentOption> Options);

/// <summary>An option by the carrier's code, e.g. SO, COV, DC.</summary>
/// <param name="Amount">For COV the insured value, else null.</param>
/// <param name="Qualifier">For D2PO the number of the post office, else null.</param>
public sealed record ShipmentOption(string Code, Money? Amount = null, string? Qualifier = null);

/// <summary>Everything the carrier needs to make the label.</summary>
/// <param name="Label">Its 32 hex digits are the carrier's request id.</param>
/// <param name="Group">The merchant's open group, at most 32 characters; transmitted at the end of the day.</param>
/// <param name="Customs">Null inside Canada.</param>
/// <param name="RecipientEmail">The carrier writes there of shipping, trouble and delivery; empty for nobody.</param>
public sealed record ShipmentOrder(
    LabelId Label,
    string Group,
    string ServiceCode,
    Address From,
    Address To,
    Parcel Parcel,
    IReadOnlyList<ShipmentOption> Options,
    Customs? Customs,
    string Reference,
    string RecipientEmail = "");

/// <summary>A shipment as the carrier has it.</summary>
/// <param name="TrackingNumber">Null for services without tracking.</param>
/// <param name="Price">What the carrier will charge; null when it could not be read this time.</param>
public sealed record CarrierShipment(
    string ShipmentId,
    TrackingNumber? TrackingNumber,
    Price? Price,
    string LabelLink,
    bool Transmitted);

/// <summary>A document of the carrier.</summary>
/// <param name="MediaType"><c>application/pdf</c> or <c>application/zpl</c>.</param>
public sealed record LabelFile(string MediaType, byte[] Content);

public sealed record VoidConfirmation;

/// <summary>One of the carrier's errors: its code and its words, in the language asked for.</summary>
public sealed record CarrierError(string Code, string Message);

/// <summary>What came of a call to the carrier: a closed set.</summary>
public abstract record CarrierReply<T>
{
    private CarrierReply()
    {
    }

    public sealed record Confirmed(T Value) : CarrierReply<T>;

    /// <summary>The carrier said no; nothing happened there.</summary>
    public sealed record Refused(IReadOnlyList<CarrierError> Errors) : CarrierReply<T>;

    /// <summary>Certain that nothing happened: never sent, throttled, not signed in, or a reading call that failed.</summary>
    /// <param name="RetryAfter">How long to wait, when the carrier said.</param>
    public sealed record Unreachable(string Reason, TimeSpan? RetryAfter = null) : CarrierReply<T>;

    /// <summary>Sent, and no usable answer: it may or may not have happened. Never guess; ask by our reference.</summary>
    public sealed record Unknown(string Reason) : CarrierReply<T>;
}
