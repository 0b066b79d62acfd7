namespace OneBalance.Core.Shipping;

/// <summary>What a price line is. Persisted: values are frozen.</summary>
public enum PriceLineKind
{
    /// <summary>The service's base price.</summary>
    Base = 1,
    /// <summary>An option, e.g. SO (signature) or COV (coverage).</summary>
    Option = 2,
    /// <summary>A surcharge or discount, e.g. FUELSC or AUTDISC; negative for a discount.</summary>
    Adjustment = 3,
    /// <summary>GST, PST (QST) or HST.</summary>
    Tax = 4,
}

/// <summary>One line of the carrier's price.</summary>
/// <param name="Code">The carrier's code: service, option or adjustment code, or GST, PST, HST.</param>
/// <param name="Name">In the language asked for; empty when the carrier gave none.</param>
/// <param name="Percent">For taxes and percentages; null otherwise.</param>
public sealed record PriceLine(PriceLineKind Kind, string Code, string Name, Money Amount, decimal? Percent = null);

/// <summary>A price with all its lines; the lines sum to <see cref="Total"/>.</summary>
public sealed record Price(Money Total, IReadOnlyList<PriceLine> Lines)
{
    public Money Taxes => Lines.Where(line => line.Kind == PriceLineKind.Tax).Sum(line => line.Amount);

    public Money BeforeTax => Total - Taxes;

    /// <summary>False when the carrier's lines do not add up to its total.</summary>
    public bool AddsUp => Lines.Sum(line => line.Amount) == Total;
}

/// <summary>One service's quote for a parcel.</summary>
/// <param name="ServiceCode">The carrier's code, e.g. <c>DOM.EP</c>.</param>
/// <param name="Price">With One Balance (the platform's commercial agreement).</param>
/// <param name="CounterPrice">What the same parcel costs at the counter; null when the carrier quotes none.</param>
/// <param name="TransitDays">Business days; null when the carrier promises none.</param>
/// <param name="ExpectedDelivery">Local calendar day; null when not given.</param>
/// <param name="RatedWeightGrams">
/// The weight that is billed: the higher of the actual and the volumetric one. Null when the service is not billed by volume, so that
/// the actual weight counts.
/// </param>
public sealed record Rate(
    string ServiceCode,
    string ServiceName,
    Price Price,
    Price? CounterPrice,
    int? TransitDays,
    DateOnly? ExpectedDelivery,
    bool Guaranteed,
    int? RatedWeightGrams)
{
    /// <summary>What the parcel's volume counts for, in grams; null when the carrier does not bill the service by volume.</summary>
    public int? VolumetricWeightGrams { get; init; }

    /// <summary>What One Balance saves against the counter; null without a counter price.</summary>
    public Saving? Saving => CounterPrice is { } counter && counter.Total.IsPositive
        ? new Saving(counter.Total - Price.Total, decimal.Round((counter.Total - Price.Total).Dollars * 100m / counter.Total.Dollars, 0))
        : null;
}

/// <summary>Amount and whole percent of the counter price.</summary>
public readonly record struct Saving(Money Amount, decimal Percent);
