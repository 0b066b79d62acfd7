namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <param name="CustomerNumber">Required for commercial quotes, forbidden for counter quotes.</param>
/// <param name="QuoteType"><c>commercial</c> or <c>counter</c>.</param>
/// <param name="Services">Up to 20 codes; null for all.</param>
/// <param name="PromoCode">At most 10 characters.</param>
/// <param name="ExpectedMailingDate">Prices and dates of this local day, <c>yyyy-MM-dd</c>; null for today.</param>
public sealed record RateRequest(
    string? CustomerNumber,
    string? ContractId,
    string QuoteType,
    IReadOnlyList<RateOption>? Options,
    ParcelCharacteristics ParcelCharacteristics,
    IReadOnlyList<string>? Services,
    string OriginPostalCode,
    RateDestination Destination,
    string? PromoCode = null,
    string? ExpectedMailingDate = null);

/// <param name="OptionAmount">CAD, for COV and COD.</param>
public sealed record RateOption(string OptionCode, decimal? OptionAmount);

/// <summary>Exactly one member.</summary>
public sealed record RateDestination(DomesticDestination? Domestic = null, UnitedStatesDestination? UnitedStates = null, InternationalDestination? International = null);

public sealed record DomesticDestination(string PostalCode);

public sealed record UnitedStatesDestination(string ZipCode);

/// <param name="PostalCode">Gives a guaranteed date for some countries.</param>
public sealed record InternationalDestination(string CountryCode, string? PostalCode);

/// <summary>One service's quote. <c>due = base + options + adjustments + taxes</c>.</summary>
public sealed record PriceQuote(
    string? ServiceCode,
    string? ServiceName,
    Link? ServiceLink,
    PriceDetails? PriceDetails,
    WeightDetails? WeightDetails,
    ServiceStandard? ServiceStandard);

/// <summary>Amounts in CAD.</summary>
public sealed record PriceDetails(
    decimal? Base,
    QuoteTaxes? Taxes,
    decimal? Due,
    IReadOnlyList<QuoteOption>? Options,
    IReadOnlyList<QuoteAdjustment>? Adjustments);

public sealed record QuoteTaxes(TaxAmount? Gst, TaxAmount? Pst, TaxAmount? Hst);

public sealed record TaxAmount(decimal? Amt, decimal? Percent);

/// <param name="IncludedAmount">CAD of coverage that cost nothing more.</param>
/// <param name="MaxValue">CAD: the highest amount the option takes.</param>
public sealed record QuoteOption(
    string? OptionCode,
    string? OptionName,
    decimal? OptionPrice,
    QuoteOptionQualifier? Qualifier = null,
    decimal? IncludedAmount = null,
    decimal? MaxValue = null);

/// <param name="Included">Part of the service, without being asked for.</param>
public sealed record QuoteOptionQualifier(bool? Included, decimal? Percent = null);

/// <param name="AdjustmentCost">Negative for a discount.</param>
public sealed record QuoteAdjustment(string? AdjustmentCode, string? AdjustmentName, decimal? AdjustmentCost, QuoteQualifier? Qualifier);

public sealed record QuoteQualifier(decimal? Percent);

/// <param name="CubedWeight">Weight by volume in kg; absent when the service is not rated by volume.</param>
public sealed record WeightDetails(decimal? CubedWeight);

/// <param name="ExpectedTransitTime">Business days.</param>
/// <param name="ExpectedDeliveryDate">A local day; sometimes dressed up as a UTC midnight, so only its first ten characters count.</param>
public sealed record ServiceStandard(bool? AmDelivery, bool? GuaranteedDelivery, int? ExpectedTransitTime, string? ExpectedDeliveryDate);

/// <summary>An entry of the list of services.</summary>
public sealed record ServiceEntry(string? ServiceCode, string? ServiceName, Link? Link, Link? ServiceLink);

/// <summary>Limits and options of one service.</summary>
public sealed record ServiceDetail(string? ServiceCode, string? ServiceName, string? Comment, IReadOnlyList<ServiceOption>? Options, Restrictions? Restrictions);

/// <param name="QualifierMax">For COV the highest insured value in CAD.</param>
public sealed record ServiceOption(string? OptionCode, string? OptionName, Link? Link, bool? Mandatory, bool? QualifierRequired, decimal? QualifierMax);

/// <param name="WeightRestriction">Grams.</param>
/// <param name="DensityFactor">cm³ a kilogram.</param>
public sealed record Restrictions(
    NumberRange? WeightRestriction,
    DimensionalRestrictions? DimensionalRestrictions,
    decimal? DensityFactor,
    bool? CanShipInMailingTube,
    bool? CanShipUnpackaged,
    bool? AllowedAsReturnService);

public sealed record NumberRange(decimal? Min, decimal? Max);

/// <summary>Centimetres.</summary>
public sealed record DimensionalRestrictions(
    NumberRange? Length,
    NumberRange? Width,
    NumberRange? Height,
    decimal? LengthPlusGirthMax,
    decimal? LengthHeightWidthSumMax,
    decimal? OversizeLimit);

/// <param name="OptionClass">FEAT feature, DI delivery instruction, NDI non-delivery instruction.</param>
public sealed record OptionDetail(
    string? OptionCode,
    string? OptionName,
    string? OptionClass,
    bool? PrintsOnLabel,
    bool? QualifierRequired,
    IReadOnlyList<OptionCodeRef>? ConflictingOptions,
    IReadOnlyList<OptionCodeRef>? PrerequisiteOptions);
