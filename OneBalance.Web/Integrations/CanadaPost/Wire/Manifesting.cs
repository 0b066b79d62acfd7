using System.Text.Json.Serialization;

namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <summary>A group with untransmitted shipments, or one emptied within the last day.</summary>
public sealed record GroupEntry(string? GroupId, Link? Link);

/// <summary>Transmits groups and starts billing. There is no idempotency: after a lost answer look before repeating.</summary>
/// <param name="GroupIds">At most 50; advised at most 30 with 5,000 shipments each.</param>
/// <param name="RequestedShippingPoint">As on create, or prices may change; exactly one of this and <paramref name="ShippingPointId"/>.</param>
/// <param name="CustomerReference">At most 12 characters.</param>
/// <param name="ExcludedShipments">Ids that stay in their group; null rather than empty.</param>
public sealed record TransmitRequest(
    IReadOnlyList<string> GroupIds,
    string? RequestedShippingPoint,
    string? ShippingPointId,
    bool DetailedManifests,
    string MethodOfPayment,
    ManifestAddress ManifestAddress,
    string? CustomerReference = null,
    IReadOnlyList<string>? ExcludedShipments = null);

public sealed record ManifestAddress(string ManifestCompany, string? ManifestName, string PhoneNumber, AddressDetails AddressDetails);

/// <summary>A manifest that is ready.</summary>
/// <param name="PoNumber"><c>EMPTY</c> when its shipments were billed before.</param>
/// <param name="Links">self and artifact; details and manifestShipments unless empty.</param>
public sealed record ManifestInfo(string? PoNumber, IReadOnlyList<Link>? Links)
{
    public Link? LinkOf(string rel) => Links?.FirstOrDefault(link => link.Rel == rel && !string.IsNullOrEmpty(link.Href));
}

/// <summary>What a manifest billed.</summary>
/// <param name="MethodOfPayment">Compared without case: the carrier answers <c>creditCard</c> to <c>CreditCard</c>.</param>
/// <param name="ManifestTime">Local, e.g. <c>14:05 EST</c>.</param>
public sealed record ManifestDetails(
    string? PoNumber,
    string? FinalShippingPoint,
    string? ShippingPointName,
    string? ShippingPointId,
    string? MailedByCustomer,
    [property: JsonPropertyName("mailed-on-behalf-of")] string? MailedOnBehalfOf,
    string? PaidByCustomer,
    string? CustomerRef,
    string? ManifestDate,
    string? ManifestTime,
    string? ContractId,
    string? MethodOfPayment,
    ReceiptDetails? CcReceiptDetails,
    ManifestPricingInfo? ManifestPricingInfo);

/// <summary>CAD: <c>totalDueCpc = baseCost + automationDiscount + optionsAndSurcharges + gst + pst + hst</c>.</summary>
public sealed record ManifestPricingInfo(
    decimal? BaseCost,
    decimal? AutomationDiscount,
    decimal? OptionsAndSurcharges,
    decimal? Gst,
    decimal? Pst,
    decimal? Hst,
    decimal? TotalDueCpc);
