namespace OneBalance.Core.Tax;

/// <summary>The sales taxes on postage. Persisted: values are frozen.</summary>
public enum TaxKind
{
    /// <summary>Goods and services tax, federal.</summary>
    Gst = 1,

    /// <summary>Quebec sales tax; the carrier's price lines call it PST.</summary>
    Qst = 2,

    /// <summary>Harmonized sales tax.</summary>
    Hst = 3,
}

/// <param name="Percent">13 for 13 %.</param>
public sealed record TaxRate(TaxKind Kind, decimal Percent);

/// <summary>
/// Rates of tax on postage. They are data with the day they took effect, and a new rate is a new row: what was charged under an
/// old one stays explainable. The carrier's own tax lines are what is charged; these check their plausibility.
/// </summary>
public static class TaxRates
{
    /// <param name="From">First day of the rate, that day included.</param>
    private sealed record Row(string Province, DateOnly From, TaxKind Kind, decimal Percent);

    private static readonly DateOnly Always = new(2016, 10, 1);

    private static readonly Row[] Rows =
    [
        new("ON", Always, TaxKind.Hst, 13m),
        new("NB", Always, TaxKind.Hst, 15m),
        new("NL", Always, TaxKind.Hst, 15m),
        new("PE", Always, TaxKind.Hst, 15m),
        new("NS", Always, TaxKind.Hst, 15m),
        new("NS", new DateOnly(2025, 4, 1), TaxKind.Hst, 14m),
        new("AB", Always, TaxKind.Gst, 5m),
        new("BC", Always, TaxKind.Gst, 5m),
        new("MB", Always, TaxKind.Gst, 5m),
        new("NT", Always, TaxKind.Gst, 5m),
        new("NU", Always, TaxKind.Gst, 5m),
        new("SK", Always, TaxKind.Gst, 5m),
        new("YT", Always, TaxKind.Gst, 5m),
        new("QC", Always, TaxKind.Gst, 5m),
        new("QC", Always, TaxKind.Qst, 9.975m),
    ];

    /// <summary>The rates on a day; empty when zero-rated.</summary>
    /// <exception cref="ArgumentException">The province has no rate on that day: an unknown code, or a day before 2016-10-01.</exception>
    public static IReadOnlyList<TaxRate> On(DateOnly day, PlaceOfSupply place) => place switch
    {
        PlaceOfSupply.ZeroRated => [],
        PlaceOfSupply.InCanada inCanada => InForce(day, inCanada),
        _ => throw new ArgumentOutOfRangeException(nameof(place), place, null),
    };

    /// <summary>Each tax on the amount, rounded by itself, halves away from zero.</summary>
    public static IReadOnlyList<(TaxKind Kind, Money Amount)> Taxes(Money beforeTax, DateOnly day, PlaceOfSupply place) =>
        [.. On(day, place).Select(rate => (rate.Kind, beforeTax.Percent(rate.Percent)))];

    private static List<TaxRate> InForce(DateOnly day, PlaceOfSupply.InCanada place)
    {
        var rates = Rows
            .Where(row => row.Province == place.Province && row.From <= day)
            .GroupBy(row => row.Kind)
            .Select(rows => rows.MaxBy(row => row.From)!)
            .Where(row => row.Kind != TaxKind.Qst || place.Origin == "QC")
            .Select(row => new TaxRate(row.Kind, row.Percent))
            .ToList();
        return rates.Count > 0 ? rates : throw new ArgumentException($"No tax rate is known for {place.Province} on {day:yyyy-MM-dd}.", nameof(place));
    }
}
