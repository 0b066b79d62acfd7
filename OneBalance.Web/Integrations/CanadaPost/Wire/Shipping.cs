using System.Text.Json.Serialization;

namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <summary>
/// The body of a create. Closed at this level: the carrier refuses an unknown member here, and silently loses one in a nested
/// object. Exactly one of <paramref name="GroupId"/> and <paramref name="TransmitShipment"/>; the switches are only ever true.
/// </summary>
/// <param name="CustomerRequestId">Unique for ever; at most 32 characters, because the search takes no more.</param>
/// <param name="GroupId">1 to 32 characters; made on first use.</param>
/// <param name="TransmitShipment">Charged at once and never voided.</param>
/// <param name="RequestedShippingPoint">Postal code of the handover; exactly one of this and <paramref name="ShippingPointId"/>.</param>
/// <param name="QuickshipLabelRequested">Inside Canada a country and a postal code suffice then; the rest is written by hand.</param>
/// <param name="CpcPickupIndicator">The carrier collects the parcel; only with <paramref name="RequestedShippingPoint"/>.</param>
/// <param name="ExpectedMailingDate">A local day, <c>yyyy-MM-dd</c>; null for today.</param>
/// <param name="PreAuthorizedPayment">A charge that was authorized before; only with <paramref name="TransmitShipment"/>.</param>
/// <param name="ProvidePricingInfo">Inline the price; legal only with <paramref name="TransmitShipment"/>.</param>
public sealed record CreateShipmentRequest(
    string CustomerRequestId,
    string? GroupId,
    bool? TransmitShipment,
    string? RequestedShippingPoint,
    string? ShippingPointId,
    bool? ProvidePricingInfo,
    bool? ProvideReceiptInfo,
    DeliverySpec DeliverySpec,
    ReturnSpec? ReturnSpec = null,
    bool? CreatePublicKey = null,
    bool? CreateQrCode = null,
    bool? QuickshipLabelRequested = null,
    bool? CpcPickupIndicator = null,
    string? ExpectedMailingDate = null,
    PreAuthorizedPayment? PreAuthorizedPayment = null);

/// <param name="ChargeAmount">CAD.</param>
public sealed record PreAuthorizedPayment(string AccountNumber, string AuthCode, string AuthTimestamp, decimal ChargeAmount);

public sealed record DeliverySpec(
    string ServiceCode,
    Contact Sender,
    Contact Destination,
    IReadOnlyList<ShipmentOption>? Options,
    ParcelCharacteristics ParcelCharacteristics,
    Notification? Notification,
    PrintPreferences PrintPreferences,
    Preferences Preferences,
    References? References,
    Customs? Customs,
    SettlementInfo SettlementInfo);

/// <param name="ContactPhone">The sender's, at most 25 characters.</param>
/// <param name="ClientVoiceNumber">The recipient's, at most 25 characters; required abroad.</param>
public sealed record Contact(
    string? Name,
    string? Company,
    string? ContactPhone,
    string? AdditionalAddressInfo,
    string? ClientVoiceNumber,
    AddressDetails? AddressDetails);

/// <summary>Lines up to 44 characters, city 40; Canadian postal codes in capitals without a space.</summary>
public sealed record AddressDetails(string? AddressLine1, string? AddressLine2, string? City, string? ProvState, string? CountryCode, string? PostalZipCode);

/// <param name="OptionQualifier1">COV abroad: insure for the maximum. COD: add the postage.</param>
/// <param name="OptionQualifier2">D2PO: the post office.</param>
public sealed record ShipmentOption(string OptionCode, decimal? OptionAmount = null, bool? OptionQualifier1 = null, string? OptionQualifier2 = null);

public sealed record Notification(string Email, bool OnShipment, bool OnException, bool OnDelivery);

/// <param name="OutputFormat"><c>4x6</c> or <c>8.5x11</c>.</param>
/// <param name="Encoding"><c>PDF</c>, or <c>ZPL</c> on 4x6 only.</param>
public sealed record PrintPreferences(string OutputFormat, string Encoding);

public sealed record Preferences(bool ShowPackingInstructions, bool? ShowPostageRate, bool? ShowInsuredValue);

/// <param name="CustomerRef1">At most 35 characters, printed on the label.</param>
public sealed record References(string? CostCentre, string? CustomerRef1, string? CustomerRef2);

/// <summary>
/// The customs form. The official schema declares the US declaration id under two spellings and does not say which is read:
/// both are sent with the same value.
/// </summary>
/// <param name="ConversionFromCad">Foreign units for one CAD; required unless the currency is CAD.</param>
/// <param name="ReasonForExport">DOC, SAM, REP, SOG or OTH.</param>
/// <param name="CertificateNumber">At most 10 characters, as the two numbers after it.</param>
/// <param name="IossId">Of the sender, for parcels to the European Union: at most 13 characters.</param>
public sealed record Customs(
    [property: JsonPropertyName("usdeclarationid")] string? UsDeclarationIdLowerCase,
    string? UsDeclarationId,
    string Currency,
    decimal? ConversionFromCad,
    string ReasonForExport,
    string? OtherReason,
    IReadOnlyList<CustomsItem> SkuList,
    string? CertificateNumber = null,
    string? LicenseNumber = null,
    string? InvoiceNumber = null,
    string? IossId = null);

/// <param name="HsTariffCode"><c>dddd[.dd[.dd[.dd]]]</c>, with the dots.</param>
/// <param name="UnitWeight">Kilograms, three decimals.</param>
/// <param name="CustomsValuePerUnit">CAD.</param>
public sealed record CustomsItem(
    int CustomsNumberOfUnits,
    string CustomsDescription,
    string? Sku,
    string? HsTariffCode,
    decimal UnitWeight,
    decimal CustomsValuePerUnit,
    string CustomsUnitOfMeasure,
    string? CountryOfOrigin,
    string? ProvinceOfOrigin);

/// <param name="IntendedMethodOfPayment"><c>CreditCard</c>, <c>Account</c> (needs a contract) or <c>SupplierAccount</c>.</param>
/// <param name="CifShipment">Charged when the carrier first scans it; never together with a shipment that is transmitted at once.</param>
public sealed record SettlementInfo(string? PaidByCustomer, string? ContractId, string IntendedMethodOfPayment, string? PromoCode = null, bool? CifShipment = null);

public sealed record ReturnSpec(string ServiceCode, Contact ReturnRecipient, string? ReturnNotification = null);

/// <summary>A shipment as created or read again; price and receipt only when they were asked to be inlined.</summary>
/// <param name="ShipmentStatus">created, transmitted or suspended.</param>
/// <param name="TrackingPin">Missing for small packets.</param>
public sealed record ShipmentInfo(
    string? CustomerRequestId,
    string? ShipmentId,
    string? ShipmentStatus,
    string? TrackingPin,
    string? ReturnTrackingPin,
    string? PoNumber,
    IReadOnlyList<Link>? Links,
    ShipmentPrice? ShipmentPrice,
    ShipmentReceipt? ShipmentReceipt)
{
    /// <summary>The first link of this kind.</summary>
    public Link? LinkOf(string rel) => Links?.FirstOrDefault(link => link.Rel == rel && !string.IsNullOrEmpty(link.Href));
}

/// <summary>What a shipment costs, CAD. Other member names than in a quote.</summary>
/// <param name="RatedWeight">Kilograms.</param>
public sealed record ShipmentPrice(
    string? ServiceCode,
    decimal? BaseAmount,
    IReadOnlyList<PricedOption>? PricedOptions,
    IReadOnlyList<PricedAdjustment>? Adjustments,
    decimal? PreTaxAmount,
    decimal? GstAmount,
    decimal? PstAmount,
    decimal? HstAmount,
    decimal? DueAmount,
    ServiceStandard? ServiceStandard,
    decimal? RatedWeight);

public sealed record PricedOption(string? OptionCode, decimal? OptionPrice);

public sealed record PricedAdjustment(string? AdjustmentCode, decimal? AdjustmentAmount);

/// <summary>What a card was charged for a shipment without a manifest.</summary>
public sealed record ShipmentReceipt(ReceiptDetails? CcReceiptDetails, ReceiptDetails? SupplierAccountReceiptDetails);

/// <param name="ChargeAmount">CAD: what was really paid, to be booked rather than the quote.</param>
public sealed record ReceiptDetails(
    string? MerchantName,
    string? MerchantUrl,
    string? AuthCode,
    string? AuthTimestamp,
    string? CardType,
    decimal? ChargeAmount,
    string? Currency,
    string? TransactionType,
    string? NameOnCard = null,
    string? SupplierId = null);

/// <summary>What was asked for, echoed, with what became of it.</summary>
public sealed record ShipmentDetails(
    string? CustomerRequestId,
    string? ShipmentStatus,
    string? FinalShippingPoint,
    string? ShippingPointId,
    string? TrackingPin,
    string? PoNumber,
    ShipmentDetail? ShipmentDetail);

public sealed record ShipmentDetail(string? GroupId, bool? TransmitShipment, DeliverySpecEcho? DeliverySpec, RefundInfo? RefundRequestInfo);

/// <param name="Recipient">The real recipient when the parcel goes to a post office.</param>
public sealed record DeliverySpecEcho(string? ServiceCode, Contact? Sender, Contact? Destination, Contact? Recipient, ParcelCharacteristics? ParcelCharacteristics);

public sealed record RefundRequest(string Email);

/// <summary>The service ticket of a refund request: no money has moved.</summary>
public sealed record RefundInfo(string? ServiceTicketDate, string? ServiceTicketId);

/// <param name="Url">Opens the label without signing in: a secret.</param>
/// <param name="QrCode">Base64 image, when asked for.</param>
public sealed record PublicKeyInfo(string? ExpiryDate, string? Url, string? QrCode);
