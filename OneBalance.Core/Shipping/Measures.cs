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

    /// <summary>To be read: in kg with three decimals or lb with two, rounded to the nearest; null for none.</summary>
    public static decimal? FromGrams(int grams, Units units) => grams <= 0 ? null
        : units == Units.Imperial ? decimal.Round(grams / GramsPerPound, 2) : grams / 1000m;

    /// <summary>To be read: in cm with one decimal or in with two, rounded to the nearest; null for none.</summary>
    public static decimal? FromMillimetres(int millimetres, Units units) => millimetres <= 0 ? null
        : units == Units.Imperial ? decimal.Round(millimetres / MillimetresPerInch, 2) : millimetres / 10m;

    /// <summary>
    /// As a field shows kg or lb to be typed on: read again it is the same weight to the gram, so that neither a reload nor a
    /// change of units makes a parcel heavier or lighter. Null for none.
    /// </summary>
    public static decimal? TypedFromGrams(int grams, Units units) => grams <= 0 ? null
        : units == Units.Imperial ? Typed(grams, grams / GramsPerPound, value => ToGrams(value, units)) : grams / 1000m;

    /// <summary>As <see cref="TypedFromGrams"/>, in cm or in.</summary>
    public static decimal? TypedFromMillimetres(int millimetres, Units units) => millimetres <= 0 ? null
        : units == Units.Imperial ? Typed(millimetres, millimetres / MillimetresPerInch, value => ToMillimetres(value, units)) : millimetres / 10m;

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

    /// <summary>
    /// Two decimals where they say it, else three, cut off: what is cut off is less than a whole unit, and reading rounds up.
    /// </summary>
    private static decimal Typed(int whole, decimal value, Func<decimal, int?> read) =>
        new[] { decimal.Round(value, 2), decimal.Floor(value * 100m) / 100m }.Where(shown => read(shown) == whole).Select(shown => (decimal?)shown).FirstOrDefault()
        ?? decimal.Floor(value * 1000m) / 1000m;

    private static int? Whole(decimal value) => value is > 0m and < 1_000_000m ? (int)decimal.Ceiling(value) : null;
}
