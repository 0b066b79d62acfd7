using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OneBalance.Web.Emulators.CanadaPost;

// The emulated service's own reading of the contract: on purpose not shared with the client, so that a mistake on one side
// shows on the other. Members that only pass through (they are echoed from the stored body) are not listed.

internal sealed record Link(string Rel, string Href, string MediaType, int? Index = null);

internal sealed record ErrorAnswer(string? Title, string? Detail, IReadOnlyList<ErrorItem> Errors);

internal sealed record ErrorItem(string ErrorCode, string Message);

internal sealed record GatewayError(string HttpCode, string HttpMessage, string MoreInformation);

internal sealed record RateRequest(
    string? CustomerNumber,
    string? ContractId,
    string? PromoCode,
    string? QuoteType,
    string? ExpectedMailingDate,
    IReadOnlyList<Option>? Options,
    ParcelCharacteristics ParcelCharacteristics,
    IReadOnlyList<string>? Services,
    string OriginPostalCode,
    RateDestination Destination);

internal sealed record RateDestination(Domestic? Domestic, UnitedStates? UnitedStates, International? International)
{
    public string Country => Domestic is not null ? "CA" : UnitedStates is not null ? "US" : International!.CountryCode;

    public string PostalCode => Domestic?.PostalCode ?? UnitedStates?.ZipCode ?? International?.PostalCode ?? "";
}

internal sealed record Domestic(string PostalCode);

internal sealed record UnitedStates(string ZipCode);

internal sealed record International(string CountryCode, string? PostalCode);

internal sealed record Option(string OptionCode, decimal? OptionAmount = null, bool? OptionQualifier1 = null, string? OptionQualifier2 = null);

internal sealed record ParcelCharacteristics(decimal Weight, Dimensions? Dimensions, bool? Unpackaged, bool? MailingTube, bool? Oversized);

internal sealed record Dimensions(decimal Length, decimal Width, decimal Height);

internal sealed record PriceQuote(
    string ServiceCode,
    Link ServiceLink,
    string ServiceName,
    PriceDetails PriceDetails,
    WeightDetails WeightDetails,
    ServiceStandard ServiceStandard);

internal sealed record PriceDetails(decimal Base, Taxes Taxes, decimal Due, IReadOnlyList<QuoteOption>? Options, IReadOnlyList<QuoteAdjustment>? Adjustments);

internal sealed record Taxes(TaxAmount Gst, TaxAmount Pst, TaxAmount Hst);

internal sealed record TaxAmount(decimal Amt, decimal Percent);

internal sealed record QuoteOption(string OptionCode, string OptionName, decimal OptionPrice, Qualifier? Qualifier = null);

internal sealed record QuoteAdjustment(string AdjustmentCode, string AdjustmentName, decimal AdjustmentCost, Qualifier? Qualifier = null);

internal sealed record Qualifier(bool? Included = null, decimal? Percent = null);

internal sealed record WeightDetails(decimal? CubedWeight);

internal sealed record ServiceStandard(bool AmDelivery, bool GuaranteedDelivery, int? ExpectedTransitTime, string? ExpectedDeliveryDate);

internal sealed record CreateShipmentRequest(
    string? CustomerRequestId,
    string? GroupId,
    bool? TransmitShipment,
    bool? QuickshipLabelRequested,
    bool? CpcPickupIndicator,
    string? RequestedShippingPoint,
    string? ShippingPointId,
    bool? ProvidePricingInfo,
    bool? ProvideReceiptInfo,
    DeliverySpec DeliverySpec,
    ReturnSpec? ReturnSpec,
    PreAuthorizedPayment? PreAuthorizedPayment,
    bool? CreatePublicKey,
    bool? CreateQrCode);

/// <summary>What a supplier says that its customer's account was charged already.</summary>
internal sealed record PreAuthorizedPayment(decimal ChargeAmount, string AuthCode);

internal sealed record DeliverySpec(
    string ServiceCode,
    Contact Sender,
    Contact Destination,
    IReadOnlyList<Option>? Options,
    ParcelCharacteristics ParcelCharacteristics,
    JsonObject? Notification,
    PrintPreferences? PrintPreferences,
    References? References,
    Customs? Customs,
    SettlementInfo SettlementInfo);

internal sealed record Contact(string? Name, string? Company, string? ContactPhone, string? AdditionalAddressInfo, string? ClientVoiceNumber, AddressDetails AddressDetails);

internal sealed record AddressDetails(string? AddressLine1, string? AddressLine2, string? City, string? ProvState, string? CountryCode, string? PostalZipCode)
{
    [JsonIgnore]
    public string Country => (CountryCode ?? "CA").ToUpperInvariant();
}

internal sealed record PrintPreferences(string? OutputFormat, string? Encoding);

internal sealed record References(string? CostCentre, string? CustomerRef1, string? CustomerRef2);

internal sealed record Customs(
    [property: JsonPropertyName("usdeclarationid")] string? UsDeclarationIdLowerCase,
    string? UsDeclarationId,
    string Currency,
    decimal? ConversionFromCad,
    string ReasonForExport,
    string? OtherReason,
    IReadOnlyList<CustomsItem> SkuList,
    string? InvoiceNumber)
{
    /// <summary>The declaration under either of the two spellings; empty when there is none.</summary>
    [JsonIgnore]
    public string Declaration => UsDeclarationId is { Length: > 0 } id ? id : UsDeclarationIdLowerCase ?? "";
}

internal sealed record CustomsItem(
    int CustomsNumberOfUnits,
    string CustomsDescription,
    string? Sku,
    string? HsTariffCode,
    decimal UnitWeight,
    decimal CustomsValuePerUnit,
    string? CustomsUnitOfMeasure,
    string? CountryOfOrigin,
    string? ProvinceOfOrigin);

internal sealed record SettlementInfo(string? PaidByCustomer, string? ContractId, bool? CifShipment, string IntendedMethodOfPayment, string? PromoCode);

internal sealed record ReturnSpec(string ServiceCode, Contact? ReturnRecipient);

internal sealed record ShipmentInfo(
    string? CustomerRequestId,
    string ShipmentId,
    string ShipmentStatus,
    string? TrackingPin,
    string? ReturnTrackingPin,
    string? PoNumber,
    IReadOnlyList<Link> Links,
    ShipmentPrice? ShipmentPrice = null,
    ShipmentReceipt? ShipmentReceipt = null);

internal sealed record ShipmentPrice(
    string ServiceCode,
    decimal BaseAmount,
    IReadOnlyList<PricedOption>? PricedOptions,
    IReadOnlyList<ShipmentAdjustment>? Adjustments,
    decimal PreTaxAmount,
    decimal GstAmount,
    decimal PstAmount,
    decimal HstAmount,
    decimal DueAmount,
    ServiceStandard ServiceStandard,
    decimal RatedWeight);

internal sealed record PricedOption(string OptionCode, decimal OptionPrice);

internal sealed record ShipmentAdjustment(string AdjustmentCode, decimal AdjustmentAmount);

internal sealed record ShipmentReceipt(CcReceiptDetails? CcReceiptDetails, SupplierAccountReceiptDetails? SupplierAccountReceiptDetails = null);

internal sealed record SupplierAccountReceiptDetails(
    string MerchantName,
    string MerchantUrl,
    string AuthCode,
    string AuthTimestamp,
    string SupplierId,
    decimal? ChargeAmount,
    string Currency,
    string TransactionType);

internal sealed record CcReceiptDetails(
    string MerchantName,
    string MerchantUrl,
    string NameOnCard,
    string AuthCode,
    string AuthTimestamp,
    string CardType,
    decimal? ChargeAmount,
    string Currency,
    string TransactionType);

internal sealed record RefundRequest(string Email);

internal sealed record RefundInfo(string ServiceTicketDate, string ServiceTicketId);

internal sealed record PublicKeyInfo(string ExpiryDate, string Url, string? QrCode);

internal sealed record GroupEntry(string GroupId, Link Link);

internal sealed record TransmitRequest(
    IReadOnlyList<string> GroupIds,
    bool? CpcPickupIndicator,
    string? RequestedShippingPoint,
    string? ShippingPointId,
    bool DetailedManifests,
    string MethodOfPayment,
    JsonObject ManifestAddress,
    string? CustomerReference,
    IReadOnlyList<string>? ExcludedShipments);

internal sealed record ManifestInfo(string PoNumber, IReadOnlyList<Link> Links);

internal sealed record ManifestDetails(
    string PoNumber,
    string FinalShippingPoint,
    string ShippingPointName,
    string ShippingPointId,
    bool? CpcPickupIndicator,
    string MailedByCustomer,
    [property: JsonPropertyName("mailed-on-behalf-of")] string MailedOnBehalfOf,
    string PaidByCustomer,
    string? CustomerRef,
    string ManifestDate,
    string ManifestTime,
    string? ContractId,
    string MethodOfPayment,
    CcReceiptDetails? CcReceiptDetails,
    SupplierAccountReceiptDetails? SupplierAccountReceiptDetails,
    ManifestPricingInfo ManifestPricingInfo,
    JsonObject ManifestAddress);

internal sealed record ManifestPricingInfo(
    decimal BaseCost,
    decimal AutomationDiscount,
    decimal OptionsAndSurcharges,
    decimal Gst,
    decimal Pst,
    decimal Hst,
    decimal TotalDueCpc);

internal sealed record ServiceEntry(string ServiceCode, string ServiceName, Link Link);

internal sealed record ServiceDetail(string ServiceCode, string ServiceName, IReadOnlyList<ServiceOption> Options, Restrictions Restrictions);

internal sealed record ServiceOption(string OptionCode, string OptionName, Link Link, bool Mandatory, bool QualifierRequired, decimal? QualifierMax);

internal sealed record Restrictions(
    NumberRange WeightRestriction,
    DimensionalRestrictions DimensionalRestrictions,
    decimal? DensityFactor,
    bool CanShipInMailingTube,
    bool CanShipUnpackaged,
    bool AllowedAsReturnService);

internal sealed record NumberRange(decimal Min, decimal Max);

internal sealed record DimensionalRestrictions(NumberRange Length, NumberRange Width, NumberRange Height, decimal? LengthPlusGirthMax, decimal? LengthHeightWidthSumMax, decimal? OversizeLimit);

internal sealed record OptionDetail(
    string OptionCode,
    string OptionName,
    string OptionClass,
    bool PrintsOnLabel,
    bool QualifierRequired,
    IReadOnlyList<string> ConflictingOptions,
    IReadOnlyList<string> PrerequisiteOptions);

internal sealed record PinSummary(
    string Pin,
    string? ServiceName = null,
    string? MailedOnDate = null,
    string? ExpectedDeliveryDate = null,
    string? ActualDeliveryDate = null,
    string? DestinationPostalId = null,
    string? DestinationProvince = null,
    string? EventDateTime = null,
    string? EventDescription = null,
    string? EventType = null,
    string? EventLocation = null,
    string? CustomerRef1 = null,
    string? CustomerRef2 = null,
    PinError? Error = null);

internal sealed record PinError(string Code, string DescEn, string DescFr);

internal sealed record TrackingDetails(
    string Pin,
    bool ActiveExists,
    bool ArchiveExists,
    bool SignatureImageExists,
    bool SuppressSignature,
    string? ExpectedDeliveryDate = null,
    string? ChangedExpectedDate = null,
    string? ServiceName = null,
    string? ServiceName2 = null,
    string? DestinationPostalId = null,
    string? CustomerRef1 = null,
    string? CustomerRef2 = null,
    IReadOnlyList<TrackingEvent>? SignificantEvents = null);

internal sealed record TrackingEvent(
    string EventIdentifier,
    string EventDate,
    string EventTime,
    string EventTimeZone,
    string EventDescription,
    string EventSite,
    string EventProvince);

internal sealed record InfoMessage(string MessageType, string MessageText, string FromDatetime, string ToDatetime);
