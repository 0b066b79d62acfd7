using System.Text.RegularExpressions;

namespace OneBalance.Core.Shipping;

/// <summary>Which field of the customs form a problem belongs to.</summary>
public enum CustomsField
{
    Items,
    OtherReason,
    UsDeclarationId,
    Currency,
    UnitsForOneCad,
    Quantity,
    Description,
    UnitWeight,
    UnitValue,
    HsCode,
    CountryOfOrigin,
    ProvinceOfOrigin,
}

public enum CustomsProblem
{
    /// <summary>Must be given.</summary>
    Missing,

    /// <summary>Outside the carrier's range.</summary>
    OutOfRange,

    /// <summary>Longer than the carrier takes.</summary>
    TooLong,

    /// <summary>Shorter than the carrier takes.</summary>
    TooShort,

    /// <summary>Not in the form the carrier takes.</summary>
    Malformed,

    /// <summary>Not a country or province the carrier knows.</summary>
    NotKnown,

    /// <summary>The items together weigh more than the parcel (the carrier's error 2700).</summary>
    HeavierThanParcel,
}

/// <param name="Item">Index of the line, from 0; null for the form as a whole.</param>
public readonly record struct CustomsFinding(int? Item, CustomsField Field, CustomsProblem Problem);

/// <summary>
/// What the carrier checks of a customs form, checked before money moves.
/// <code>
/// items              1 to 500
/// quantity           1 to 9,999
/// description        1 to 45 characters
/// unit weight        above zero; all items together not above the parcel's weight (2700)
/// unit value         0.01 to 99,999.99 CAD
/// HS code            empty, or 4, 6, 8 or 10 digits: dddd, dddd.dd, dddd.dd.dd, dddd.dd.dd.dd; the dots are put in
/// country of origin  empty, or known; CA needs the province
/// other reason       4 to 44 characters, when the reason is Other
/// US declaration     up to 30 letters and digits; required where the platform does not prepay the duties
/// currency           CAD, or one of the list with its rate: above zero, up to 9,999.999999 for one CAD, six decimals
/// </code>
/// Source: the carrier's shipping contract, customs section.
/// </summary>
public static partial class CustomsRules
{
    public const int MostItems = 500;
    public const int MostUnits = 9_999;
    public const int DescriptionLength = 45;
    public const int OtherReasonLength = 44;
    public const int DeclarationLength = 30;

    public const decimal MostUnitsForOneCad = 9_999.999999m;

    private static readonly Money MostValue = new(99_999_99);

    /// <param name="declarationNeeded">A US parcel whose duties nobody prepays for it: it needs a declaration of its own.</param>
    public static IReadOnlyList<CustomsFinding> Check(Customs customs, int parcelWeightGrams, bool declarationNeeded = false)
    {
        var findings = new List<CustomsFinding>();
        if (customs.Items.Count is 0 or > MostItems)
        {
            findings.Add(new CustomsFinding(null, CustomsField.Items, customs.Items.Count == 0 ? CustomsProblem.Missing : CustomsProblem.OutOfRange));
        }

        if (customs.Reason == ReasonForExport.Other && OtherReason(customs.OtherReason.Trim()) is { } other)
        {
            findings.Add(new CustomsFinding(null, CustomsField.OtherReason, other));
        }

        if (customs.UsDeclarationId.Trim() is { Length: > 0 } declaration && !Declaration().IsMatch(declaration))
        {
            findings.Add(new CustomsFinding(null, CustomsField.UsDeclarationId, declaration.Length > DeclarationLength ? CustomsProblem.TooLong : CustomsProblem.Malformed));
        }
        else if (declarationNeeded && customs.UsDeclarationId.Trim().Length == 0)
        {
            findings.Add(new CustomsFinding(null, CustomsField.UsDeclarationId, CustomsProblem.Missing));
        }

        if (!Currencies.All.Contains(customs.Currency))
        {
            findings.Add(new CustomsFinding(null, CustomsField.Currency, CustomsProblem.NotKnown));
        }
        else if (customs.Currency != Currencies.Canadian && Conversion(customs.UnitsForOneCad) is { } conversion)
        {
            findings.Add(new CustomsFinding(null, CustomsField.UnitsForOneCad, conversion));
        }

        findings.AddRange(customs.Items.SelectMany((item, index) => CheckItem(item).Select(finding => finding with { Item = index })));
        if (parcelWeightGrams > 0 && TotalWeightGrams(customs.Items) > parcelWeightGrams)
        {
            findings.Add(new CustomsFinding(null, CustomsField.UnitWeight, CustomsProblem.HeavierThanParcel));
        }

        return findings;
    }

    public static long TotalWeightGrams(IReadOnlyList<CustomsItem> items) =>
        items.Sum(item => (long)Math.Max(item.Quantity, 0) * Math.Max(item.UnitWeightGrams, 0));

    public static Money TotalValue(IReadOnlyList<CustomsItem> items) =>
        items.Sum(item => new Money(Math.Max(item.Quantity, 0) * item.UnitValue.Cents));

    /// <summary>The form the carrier takes: trimmed, codes upper case, the province only beside CA.</summary>
    public static Customs Normalize(Customs customs) => customs with
    {
        OtherReason = customs.Reason == ReasonForExport.Other ? customs.OtherReason.Trim() : "",
        UsDeclarationId = customs.UsDeclarationId.Trim(),
        UnitsForOneCad = customs.Currency == Currencies.Canadian ? null : customs.UnitsForOneCad,
        Items = [.. customs.Items.Select(NormalizeItem)],
    };

    /// <summary>With its dots, whether or not they were typed: <c>611594</c> is <c>6115.94</c>. Anything else stays as it is.</summary>
    public static string TariffCode(string typed)
    {
        string given = typed.Trim();
        string digits = given.Replace(" ", "", StringComparison.Ordinal);
        return digits.Length is 6 or 8 or 10 && digits.All(char.IsAsciiDigit)
            ? digits[..4] + string.Concat(digits[4..].Chunk(2).Select(pair => "." + new string(pair)))
            : given;
    }

    private static CustomsProblem? Conversion(decimal? units) => units switch
    {
        null => CustomsProblem.Missing,
        <= 0m or > MostUnitsForOneCad => CustomsProblem.OutOfRange,
        { } rate when decimal.Round(rate, 6) != rate => CustomsProblem.OutOfRange,
        _ => null,
    };

    private static CustomsItem NormalizeItem(CustomsItem item)
    {
        string country = item.CountryOfOrigin.Trim().ToUpperInvariant();
        return item with
        {
            Description = item.Description.Trim(),
            HsCode = TariffCode(item.HsCode),
            CountryOfOrigin = country,
            ProvinceOfOrigin = country == "CA" ? item.ProvinceOfOrigin.Trim().ToUpperInvariant() : "",
        };
    }

    private static IEnumerable<CustomsFinding> CheckItem(CustomsItem given)
    {
        var item = NormalizeItem(given);
        if (item.Quantity is < 1 or > MostUnits)
        {
            yield return new CustomsFinding(null, CustomsField.Quantity, CustomsProblem.OutOfRange);
        }

        if (item.Description.Length == 0)
        {
            yield return new CustomsFinding(null, CustomsField.Description, CustomsProblem.Missing);
        }
        else if (item.Description.Length > DescriptionLength)
        {
            yield return new CustomsFinding(null, CustomsField.Description, CustomsProblem.TooLong);
        }

        if (item.UnitWeightGrams <= 0)
        {
            yield return new CustomsFinding(null, CustomsField.UnitWeight, CustomsProblem.Missing);
        }

        if (!item.UnitValue.IsPositive)
        {
            yield return new CustomsFinding(null, CustomsField.UnitValue, CustomsProblem.Missing);
        }
        else if (item.UnitValue > MostValue)
        {
            yield return new CustomsFinding(null, CustomsField.UnitValue, CustomsProblem.OutOfRange);
        }

        if (item.HsCode.Length > 0 && !Tariff().IsMatch(item.HsCode))
        {
            yield return new CustomsFinding(null, CustomsField.HsCode, CustomsProblem.Malformed);
        }

        if (item.CountryOfOrigin.Length > 0 && !Countries.IsKnown(item.CountryOfOrigin))
        {
            yield return new CustomsFinding(null, CustomsField.CountryOfOrigin, CustomsProblem.NotKnown);
        }

        if (item.CountryOfOrigin == "CA" && !Provinces.IsKnown(item.ProvinceOfOrigin))
        {
            yield return new CustomsFinding(null, CustomsField.ProvinceOfOrigin, item.ProvinceOfOrigin.Length == 0 ? CustomsProblem.Missing : CustomsProblem.NotKnown);
        }
    }

    private static CustomsProblem? OtherReason(string reason) => reason.Length switch
    {
        0 => CustomsProblem.Missing,
        < 4 => CustomsProblem.TooShort,
        > OtherReasonLength => CustomsProblem.TooLong,
        _ => null,
    };

    [GeneratedRegex(@"^[0-9]{4}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?)?$")]
    private static partial Regex Tariff();

    [GeneratedRegex("^[0-9A-Za-z_-]{1,30}$")]
    private static partial Regex Declaration();
}
