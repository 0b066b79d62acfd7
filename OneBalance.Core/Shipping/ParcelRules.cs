namespace OneBalance.Core.Shipping;

/// <summary>Which measure of a parcel a problem belongs to.</summary>
public enum ParcelField
{
    Weight,
    Length,
    Width,
    Height,
}

/// <summary>What is wrong with a measure: a closed set; the page phrases it.</summary>
public enum ParcelProblem
{
    /// <summary>Must be given, above zero.</summary>
    Missing,

    /// <summary>Above 30 kg.</summary>
    TooHeavy,

    /// <summary>Longer than any service to that destination takes.</summary>
    TooLong,

    /// <summary>The longest side is shorter than any service takes.</summary>
    TooShort,

    /// <summary>Longest side plus the girth around the other two is more than any service takes.</summary>
    GirthTooLarge,
}

public readonly record struct ParcelFinding(ParcelField Field, ParcelProblem Problem);

/// <summary>
/// What no service to a destination would carry, checked before the carrier is asked. A service's own, tighter limits are the
/// carrier's to say: a service that does not fit is simply not quoted.
/// <code>
///                          Canada     United States   elsewhere
/// weight                   30 kg      30 kg           30 kg        (each included)
/// longest side, at most    2 m        2 m             1.5 m
/// longest side, at least   10 cm      10 cm           10 cm
/// length plus girth        3 m        2.74 m          3 m
/// </code>
/// Girth is twice the sum of the two shorter sides. Source: the carrier's size guide; the carrier refuses with 9111.
/// </summary>
public static class ParcelRules
{
    public const int MaximumWeightGrams = 30_000;
    public const int MinimumLengthMm = 100;
    public const int OversizeLongestMm = 1_000;
    public const int OversizeSecondMm = 760;

    public static IReadOnlyList<ParcelFinding> Check(Parcel parcel, Region region)
    {
        var findings = new List<ParcelFinding>();
        if (parcel.WeightGrams <= 0)
        {
            findings.Add(new ParcelFinding(ParcelField.Weight, ParcelProblem.Missing));
        }
        else if (parcel.WeightGrams > MaximumWeightGrams)
        {
            findings.Add(new ParcelFinding(ParcelField.Weight, ParcelProblem.TooHeavy));
        }

        (ParcelField Field, int Mm)[] sides =
        [
            (ParcelField.Length, parcel.LengthMm),
            (ParcelField.Width, parcel.WidthMm),
            (ParcelField.Height, parcel.HeightMm),
        ];
        findings.AddRange(sides.Where(side => side.Mm <= 0).Select(side => new ParcelFinding(side.Field, ParcelProblem.Missing)));
        if (sides.All(side => side.Mm > 0) && SizeProblem(parcel, region) is { } problem)
        {
            findings.Add(new ParcelFinding(sides.MaxBy(side => side.Mm).Field, problem));
        }

        return findings;
    }

    /// <summary>In millimetres, the limit included.</summary>
    public static int MaximumLengthMm(Region region) => region == Region.International ? 1_500 : 2_000;

    /// <summary>Length plus girth in millimetres, the limit included.</summary>
    public static int MaximumGirthMm(Region region) => region == Region.UnitedStates ? 2_740 : 3_000;

    /// <summary>The longest side plus twice the sum of the other two, in millimetres.</summary>
    public static int LengthPlusGirthMm(Parcel parcel)
    {
        int longest = Longest(parcel);
        return longest + 2 * (parcel.LengthMm + parcel.WidthMm + parcel.HeightMm - longest);
    }

    /// <summary>
    /// Carried, but for a surcharge: a longest side above 100 cm, or a second one above 76 cm (either exactly is not). Source: the
    /// carrier's price guide.
    /// </summary>
    public static bool IsOversize(Parcel parcel)
    {
        int[] sides = [.. new[] { parcel.LengthMm, parcel.WidthMm, parcel.HeightMm }.OrderDescending()];
        return sides[0] > OversizeLongestMm || sides[1] > OversizeSecondMm;
    }

    private static ParcelProblem? SizeProblem(Parcel parcel, Region region) =>
        Longest(parcel) > MaximumLengthMm(region) ? ParcelProblem.TooLong
        : Longest(parcel) < MinimumLengthMm ? ParcelProblem.TooShort
        : LengthPlusGirthMm(parcel) > MaximumGirthMm(region) ? ParcelProblem.GirthTooLarge
        : null;

    private static int Longest(Parcel parcel) => Math.Max(parcel.LengthMm, Math.Max(parcel.WidthMm, parcel.HeightMm));
}
