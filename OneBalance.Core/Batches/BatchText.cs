using System.Text.RegularExpressions;
using OneBalance.Core.Shipping;

namespace OneBalance.Core.Batches;

/// <summary>
/// Reads the measures and words of an imported line.
/// <code>
/// weight   1.25   1,25   1.25 kg   1250 g   2,5 lb   40 oz   1 250 g      without a unit: kg or lb, as the batch says
/// length   30     30,5   30 cm     300 mm   12 in    12 po   12"          without a unit: cm or in
/// yes/no   yes y true 1 x   oui o vrai      no n false 0   non faux, or nothing
/// </code>
/// A point or comma stands before the decimals in either language; rounded up to the next whole gram or millimetre, so that a
/// parcel is never declared lighter or smaller than it was written.
/// </summary>
public static partial class BatchText
{
    private const decimal GramsPerOunce = 28.349523125m;

    /// <summary>Null when it is no weight above zero.</summary>
    public static int? Grams(string text, Units units)
    {
        var match = Measure().Match(text);
        if (!match.Success || Measures.Read(Spaces().Replace(match.Groups["number"].Value, "")) is not { } value)
        {
            return null;
        }

        return match.Groups["unit"].Value.ToLowerInvariant() switch
        {
            "" => Measures.ToGrams(value, units),
            "kg" => Measures.ToGrams(value, Units.Metric),
            "g" => Whole(value),
            "lb" or "lbs" => Measures.ToGrams(value, Units.Imperial),
            "oz" => Whole(value * GramsPerOunce),
            _ => null,
        };
    }

    /// <summary>Null when it is no length above zero.</summary>
    public static int? Millimetres(string text, Units units)
    {
        var match = Measure().Match(text);
        if (!match.Success || Measures.Read(Spaces().Replace(match.Groups["number"].Value, "")) is not { } value)
        {
            return null;
        }

        return match.Groups["unit"].Value.ToLowerInvariant() switch
        {
            "" => Measures.ToMillimetres(value, units),
            "cm" => Measures.ToMillimetres(value, Units.Metric),
            "mm" => Whole(value),
            "in" or "po" or "\"" => Measures.ToMillimetres(value, Units.Imperial),
            _ => null,
        };
    }

    /// <summary>Nothing is no; null when it is neither.</summary>
    public static bool? YesOrNo(string text) => FoldedText.Of(text) switch
    {
        "yes" or "y" or "true" or "1" or "x" or "oui" or "o" or "vrai" => true,
        "" or "no" or "n" or "false" or "0" or "non" or "faux" => false,
        _ => null,
    };

    private static int? Whole(decimal value) => value is > 0m and < 1_000_000m ? (int)decimal.Ceiling(value) : null;

    [GeneratedRegex("""^\s*(?<number>[0-9][0-9\s\u00A0\u202F]*([.,][0-9]+)?)\s*(?<unit>[A-Za-z]*|")\s*$""")]
    private static partial Regex Measure();

    [GeneratedRegex(@"[\s\u00A0\u202F]+")]
    private static partial Regex Spaces();
}
