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

    /// <summary>
    /// The shipment created under our reference, or null when the carrier knows none by its search, which may lag, nor by its list
    /// of those that wait in the group or were charged at once. A list that could not be read to its end is never null.
    /// </summary>
    Task<CarrierReply<CarrierShipment?>> FindShipmentAsync(ShipmentSearch search, Language language, CancellationToken ct);

    /// <summary>A document behind one of the carrier's links, e.g. <see cref="CarrierShipment.LabelLink"/>: the same bytes each time.</summary>
    /// <param name="mediaType">As what it was ordered: <c>application/pdf</c> or <c>application/zpl</c>.</param>
    Task<CarrierReply<LabelFile>> GetDocumentAsync(string link, string mediaType, CancellationToken ct);

    /// <summary>
    /// Voids a shipment that was not transmitted. Confirmed when the carrier did it now, or has no such shipment: then it was voided
    /// before, or is another account's.
    /// </summary>
    Task<CarrierReply<VoidConfirmation>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct);

    /// <summary>
    /// Asks for a refund of a transmitted shipment: a service ticket, no money. Asking again is safe: the carrier keeps one ticket a
    /// shipment, and the answer is the one it already gave.
    /// </summary>
    Task<CarrierReply<RefundTicket>> AskRefundAsync(string shipmentId, Language language, CancellationToken ct);

    /// <summary>Ids of the untransmitted shipments of a group; none when the carrier knows no such group.</summary>
    Task<CarrierReply<IReadOnlyList<string>>> ListGroupAsync(string group, CancellationToken ct);

    /// <summary>
    /// Hands a group over: the links of the manifests that are being made, one for each of Canada, the US and abroad. There is
    /// no idempotency: after <see cref="CarrierReply{T}.Unknown"/> look at the group before sending again.
    /// </summary>
    Task<CarrierReply<IReadOnlyList<string>>> TransmitAsync(TransmitOrder order, Language language, CancellationToken ct);

    /// <summary>A manifest behind its link, which confirms it. Refused with <see cref="CarrierManifest.NotReady"/> until it is ready.</summary>
    Task<CarrierReply<CarrierManifest>> GetManifestAsync(string link, Language language, CancellationToken ct);

    /// <summary>Ids of the shipments that a manifest lists.</summary>
    Task<CarrierReply<IReadOnlyList<string>>> ListManifestAsync(CarrierManifest manifest, CancellationToken ct);

    /// <summary>Links of the manifests of the whole platform between two Eastern days, both included.</summary>
    Task<CarrierReply<IReadOnlyList<string>>> ListManifestsAsync(DateOnly from, DateOnly to, CancellationToken ct);

    /// <summary>What happened to a parcel, newest first; no events while the carrier has not heard of it.</summary>
    Task<CarrierReply<CarrierTracking>> GetTrackingAsync(TrackingNumber number, Language language, CancellationToken ct);
}

/// <param name="UsDutiesPrepaid">The platform's account prepays the duties of US parcels; false: each needs a declaration of its own.</param>
/// <param name="Voidable">Labels wait for the day's manifest and can be voided until then; false: each is charged at once, for good.</param>
public sealed record CarrierTerms(bool UsDutiesPrepaid, bool Voidable);

/// <summary>Which shipment is looked for.</summary>
/// <param name="Group">Where it was ordered; empty: in none.</param>
/// <param name="RequestedAt">It cannot be older.</param>
/// <param name="Others">Ids that are known to be other labels' shipments; asked for only before a list is read.</param>
public sealed record ShipmentSearch(LabelId Label, string Group, DateTimeOffset RequestedAt, Func<CancellationToken, Task<IReadOnlySet<string>>> Others);

/// <summary>A group to be handed over.</summary>
/// <param name="ShippingPoint">Postal code as on its labels.</param>
/// <param name="Excluded">Ids of shipments that stay in the group.</param>
/// <param name="Sender">Printed on the manifest.</param>
public sealed record TransmitOrder(string Group, string ShippingPoint, IReadOnlyList<string> Excluded, Address Sender);

/// <summary>A manifest as the carrier confirmed it.</summary>
/// <param name="DocumentLink">Null when it has no document.</param>
/// <param name="ShipmentsLink">Null when it lists no shipments: they were billed before.</param>
/// <param name="Billed">What the carrier bills the platform; null when it could not be read.</param>
public sealed record CarrierManifest(string PoNumber, string? DocumentLink, string? ShipmentsLink, Money? Billed)
{
    /// <summary>The carrier's code for a manifest that is still being prepared.</summary>
    public const string NotReady = "9153";

    /// <summary>The carrier's code for an excluded shipment that is no longer in the group.</summary>
    public const string ExclusionGone = "9119";

    /// <summary>The carrier's code for a group with nothing left to transmit.</summary>
    public const string NothingLeft = "9122";
}

/// <param name="ExpectedDelivery">Local calendar day.</param>
public sealed record CarrierTracking(IReadOnlyList<TrackingEvent> Events, DateOnly? ExpectedDelivery);

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
    string RecipientEmail = "")
{
    /// <summary>How the label is drawn: the carrier draws it once.</summary>
    public LabelFormat Format { get; init; } = LabelFormat.ThermalPdf;
}

/// <summary>A shipment as the carrier has it.</summary>
/// <param name="TrackingNumber">Null for services without tracking.</param>
/// <param name="Price">What the carrier will charge; null when it could not be read this time.</param>
public sealed record CarrierShipment(
    string ShipmentId,
    TrackingNumber? TrackingNumber,
    Price? Price,
    string LabelLink,
    bool Transmitted)
{
    /// <summary>Where its commercial invoice is; null where none is due.</summary>
    public string? InvoiceLink { get; init; }
}

/// <summary>A document of the carrier.</summary>
/// <param name="MediaType"><c>application/pdf</c> or <c>application/zpl</c>.</param>
public sealed record LabelFile(string MediaType, byte[] Content);

/// <param name="Gone">The carrier has no such shipment.</param>
public sealed record VoidConfirmation(bool Gone);

/// <summary>The carrier's service ticket of a refund request.</summary>
/// <param name="Day">The carrier's calendar day; null when it could not be read.</param>
public sealed record RefundTicket(string Number, DateOnly? Day);

/// <summary>One of the carrier's errors: its code and its words, in the language asked for.</summary>
public sealed record CarrierError(string Code, string Message)
{
    /// <summary>The words with their code behind them, or whichever of the two there is: a gateway's page has a status alone.</summary>
    public string InWords() => (Code, Message) switch
    {
        ("", var words) => words,
        (var code, "") => code,
        var (code, words) => $"{words} ({code})",
    };
}

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

    /// <summary>For logs: what came of it, with the carrier's codes but not its words, which may repeat an address.</summary>
    public string InShort() => this switch
    {
        Confirmed => "confirmed",
        Refused(var errors) => $"refused with {string.Join(' ', errors.Select(error => error.Code))}",
        Unreachable(var reason, _) => reason,
        Unknown(var reason) => reason,
        _ => throw new InvalidOperationException($"Unknown reply {GetType().Name}."),
    };
}
