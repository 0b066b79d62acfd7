namespace OneBalance.Core.Shipping;

/// <summary>
/// Weights and lengths as merchants type them, to and from grams and millimetres. Pounds and inches are exact by definition
/// (453.59237 g, 25.4 mm) and rounded up to the next whole unit the carrier takes, so that a parcel is never declared lighter
/// or smaller than it was typed.
/// </summary>
public static class Measures
{
    private const decimal GramsPerPound = 453.59237m;
    private const decimal MillimetresPerInch = 25.4m;

    /// <summary>From kg or lb; null when it is not above zero or too large to be a parcel.</summary>
    public static int? ToGrams(decimal value, Units units) => Whole(units == Units.Imperial ? value * GramsPerPound : value * 1000m);

    /// <summary>From cm or in; null when it is not above zero or too large to be a parcel.</summary>
    public static int? ToMillimetres(decimal value, Units units) => Whole(units == Units.Imperial ? value * MillimetresPerInch : value * 10m);

    /// <summary>In kg or lb, three decimals at most; null for none.</summary>
    public static decimal? FromGrams(int grams, Units units) => grams <= 0 ? null
        : units == Units.Imperial ? decimal.Round(grams / GramsPerPound, 2) : grams / 1000m;

    /// <summary>In cm or in, one or two decimals at most; null for none.</summary>
    public static decimal? FromMillimetres(int millimetres, Units units) => millimetres <= 0 ? null
        : units == Units.Imperial ? decimal.Round(millimetres / MillimetresPerInch, 2) : millimetres / 10m;

    /// <summary>
    /// Reads what people type: digits with a point or a comma before the decimals, in either language; null when it is no such
    /// number or has more than three decimals.
    /// </summary>
    public static decimal? Read(string? typed)
    {
        string text = (typed ?? "").Trim().Replace(',', '.');
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return (point < 0 || text.Length - point - 1 <= 3)
            && decimal.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out decimal value)
                ? value
                : null;
    }

    private static int? Whole(decimal value) => value is > 0m and < 1_000_000m ? (int)decimal.Ceiling(value) : null;
}
