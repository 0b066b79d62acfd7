using System.Globalization;
using OneBalance.Core.Billing;
using OneBalance.Core.Shipping;

namespace OneBalance.Core.Batches;

/// <summary>What is wrong with a field of a line: a closed set; the page phrases it with the field's name.</summary>
public enum BatchProblem
{
    Missing,
    TooLong,
    Malformed,
    NotKnown,
    OtherProvince,
    NotAMeasure,
    NotAnAmount,
    NotYesOrNo,
    TooHeavy,
    TooLarge,
    TooSmall,
    OutOfRange,
    HeavierThanParcel,
    AboveValue,

    /// <summary>Against the carrier's rules in another way than those above.</summary>
    NotAllowed,
}

public readonly record struct BatchFinding(BatchField Field, BatchProblem Problem);

/// <summary>What holds for every line of a batch.</summary>
/// <param name="Language">In which the file writes amounts.</param>
/// <param name="Units">Of measures without a unit.</param>
/// <param name="From">Where the parcels come from.</param>
/// <param name="Parcel">Of lines that give no weight or size; null for none.</param>
/// <param name="UsDutiesPrepaid">The platform's account prepays the duties of US parcels; else each needs a declaration of its own.</param>
/// <param name="Places">Codes by the folded names of countries, provinces and states; see <see cref="FoldedText"/>.</param>
public sealed record BatchTerms(Language Language, Units Units, Address From, Parcel? Parcel, bool UsDutiesPrepaid, BatchPlaces Places);

public sealed record BatchPlaces(
    IReadOnlyDictionary<string, string> Countries,
    IReadOnlyDictionary<string, string> Provinces,
    IReadOnlyDictionary<string, string> States)
{
    public static readonly BatchPlaces CodesAlone = new(new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
}

/// <param name="Findings">Empty when the carrier would take it; where the parcels come from is not the line's matter.</param>
public sealed record BatchLineReading(LabelDraft Draft, IReadOnlyList<BatchFinding> Findings);

/// <summary>Turns what a line says into a label's draft, and says what is wrong with it: by the same rules as a label made by hand.</summary>
public static class BatchLineRules
{
    private static readonly Dictionary<string, string> OtherCountryNames = new()
    {
        ["usa"] = "US",
        ["u s a"] = "US",
        ["u s"] = "US",
        ["united states of america"] = "US",
        ["etats unis"] = "US",
        ["etats unis d amerique"] = "US",
        ["e u"] = "US",
        ["can"] = "CA",
        ["uk"] = "GB",
        ["england"] = "GB",
        ["angleterre"] = "GB",
        ["great britain"] = "GB",
    };

    private static readonly Dictionary<string, string> OtherProvinceNames = new()
    {
        ["pq"] = "QC",
        ["que"] = "QC",
        ["ont"] = "ON",
        ["nf"] = "NL",
        ["nfld"] = "NL",
        ["pei"] = "PE",
        ["ipe"] = "PE",
        ["nwt"] = "NT",
        ["alta"] = "AB",
        ["sask"] = "SK",
        ["man"] = "MB",
    };

    /// <summary>What a line's cells say, by field: the header's unit is added to a bare number.</summary>
    public static IReadOnlyDictionary<BatchField, string> Fields(IReadOnlyList<BatchColumn> columns, IReadOnlyList<string> cells)
    {
        var fields = new Dictionary<BatchField, string>();
        foreach (var (column, cell) in columns.Zip(cells))
        {
            string text = cell.Trim();
            if (column.Field is { } field && text.Length > 0)
            {
                fields[field] = column.Unit.Length > 0 && char.IsAsciiDigit(text[^1]) ? $"{text} {column.Unit}" : text;
            }
        }

        return fields;
    }

    public static BatchLineReading Read(IReadOnlyDictionary<BatchField, string> fields, BatchTerms terms)
    {
        var findings = new List<BatchFinding>();
        var to = To(fields, terms.Places);
        var parcel = ParcelOf(fields, terms, findings);
        var draft = new LabelDraft(
            terms.From,
            to,
            parcel,
            terms.Units,
            Signature(fields, findings),
            Coverage(fields, terms.Language, findings),
            Text(fields, BatchField.Reference),
            CustomsOf(fields, terms, parcel, to.Region, findings))
        {
            Delivery = DeliveryWishes.None with { Email = Text(fields, BatchField.Email) },
        };

        var unreadable = findings.Select(finding => finding.Field).ToHashSet();
        findings.AddRange(Findings(LabelDraftRules.CheckForPurchase(draft, terms.UsDutiesPrepaid)).Where(finding => !unreadable.Contains(finding.Field)));
        return new BatchLineReading(draft, [.. findings.Distinct().OrderBy(finding => finding.Field)]);
    }

    private static Address To(IReadOnlyDictionary<BatchField, string> fields, BatchPlaces places)
    {
        string country = Country(Text(fields, BatchField.Country), places, otherwise: "CA");
        return AddressRules.Normalize(new Address(
            Text(fields, BatchField.Name),
            Text(fields, BatchField.Company),
            Text(fields, BatchField.Line1),
            Text(fields, BatchField.Line2),
            Text(fields, BatchField.City),
            Province(Text(fields, BatchField.Province), country, places),
            Text(fields, BatchField.PostalCode),
            country,
            Text(fields, BatchField.Phone)));
    }

    private static Parcel ParcelOf(IReadOnlyDictionary<BatchField, string> fields, BatchTerms terms, List<BatchFinding> findings)
    {
        int? weight = Measure(BatchField.Weight, BatchText.Grams);
        bool sized = Text(fields, BatchField.Length).Length + Text(fields, BatchField.Width).Length + Text(fields, BatchField.Height).Length > 0;
        var size = (
            Length: Measure(BatchField.Length, BatchText.Millimetres),
            Width: Measure(BatchField.Width, BatchText.Millimetres),
            Height: Measure(BatchField.Height, BatchText.Millimetres));
        bool weighed = Text(fields, BatchField.Weight).Length > 0;
        return new Parcel(
            weighed ? weight ?? 0 : terms.Parcel?.WeightGrams ?? 0,
            sized ? size.Length ?? 0 : terms.Parcel?.LengthMm ?? 0,
            sized ? size.Width ?? 0 : terms.Parcel?.WidthMm ?? 0,
            sized ? size.Height ?? 0 : terms.Parcel?.HeightMm ?? 0);

        int? Measure(BatchField field, Func<string, Units, int?> read)
        {
            string text = Text(fields, field);
            int? value = text.Length == 0 ? null : read(text, terms.Units);
            if (text.Length > 0 && value is null)
            {
                findings.Add(new BatchFinding(field, BatchProblem.NotAMeasure));
            }

            return value;
        }
    }

    private static bool Signature(IReadOnlyDictionary<BatchField, string> fields, List<BatchFinding> findings)
    {
        bool? signature = BatchText.YesOrNo(Text(fields, BatchField.Signature));
        if (signature is null)
        {
            findings.Add(new BatchFinding(BatchField.Signature, BatchProblem.NotYesOrNo));
        }

        return signature ?? false;
    }

    private static Money? Coverage(IReadOnlyDictionary<BatchField, string> fields, Language language, List<BatchFinding> findings)
    {
        string text = Text(fields, BatchField.Coverage);
        if (text.Length == 0)
        {
            return null;
        }

        var amount = AmountText.Read(text, language);
        if (amount is null)
        {
            findings.Add(new BatchFinding(BatchField.Coverage, BatchProblem.NotAnAmount));
        }

        // No coverage asked for: what the service includes.
        return amount is { IsZero: true } ? null : amount;
    }

    private static Customs CustomsOf(IReadOnlyDictionary<BatchField, string> fields, BatchTerms terms, Parcel parcel, Region region, List<BatchFinding> findings)
    {
        var (reason, otherReason) = Reason(Text(fields, BatchField.Reason));
        var nonDelivery = NonDeliveryOf(Text(fields, BatchField.NonDelivery));
        if (nonDelivery is null && region != Region.Domestic)
        {
            findings.Add(new BatchFinding(BatchField.NonDelivery, BatchProblem.NotKnown));
        }

        var item = region == Region.Domestic ? null : Item(fields, terms, parcel, findings);
        return new Customs(reason, otherReason, nonDelivery ?? NonDelivery.ReturnAtSendersExpense, item is null ? [] : [item], Text(fields, BatchField.UsDeclaration));
    }

    /// <summary>One item a line. Without a weight of its own it shares the parcel's; without a quantity it is one.</summary>
    private static CustomsItem Item(IReadOnlyDictionary<BatchField, string> fields, BatchTerms terms, Parcel parcel, List<BatchFinding> findings)
    {
        string quantityText = Text(fields, BatchField.ItemQuantity);
        int quantity = quantityText.Length == 0 ? 1 : int.TryParse(quantityText, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : 0;
        string valueText = Text(fields, BatchField.ItemValue);
        var value = valueText.Length == 0 ? Money.Zero : AmountText.Read(valueText, terms.Language);
        if (value is null)
        {
            findings.Add(new BatchFinding(BatchField.ItemValue, BatchProblem.NotAnAmount));
        }

        string weightText = Text(fields, BatchField.ItemWeight);
        int? weight = weightText.Length == 0 ? Math.Max(parcel.WeightGrams / Math.Max(quantity, 1), 1) : BatchText.Grams(weightText, terms.Units);
        if (weight is null)
        {
            findings.Add(new BatchFinding(BatchField.ItemWeight, BatchProblem.NotAMeasure));
        }

        string origin = Text(fields, BatchField.CountryOfOrigin);
        string originCode = origin.Length == 0 ? "" : Country(origin, terms.Places, otherwise: "");
        return new CustomsItem(
            quantity,
            Text(fields, BatchField.ItemDescription),
            weight ?? 0,
            value ?? Money.Zero,
            Text(fields, BatchField.HsCode),
            originCode,
            Province(Text(fields, BatchField.ProvinceOfOrigin), originCode, terms.Places));
    }

    /// <summary>Nothing is back at the sender's expense; null for a word that is none of the three.</summary>
    private static NonDelivery? NonDeliveryOf(string text) => FoldedText.Of(text) switch
    {
        "abandon" or "abandoned" or "abandonner" or "aban" => NonDelivery.Abandon,
        "return to sender" or "retour a l expediteur" or "rts" => NonDelivery.ReturnToSender,
        "" or "return" or "return at sender s expense" or "retour" or "retourner" or "retour aux frais de l expediteur" or "rase" => NonDelivery.ReturnAtSendersExpense,
        _ => null,
    };

    /// <summary>A word the carrier has a code for, or any other reason as it is written.</summary>
    private static (ReasonForExport Reason, string Other) Reason(string text) => FoldedText.Of(text) switch
    {
        "" or "sale" or "sale of goods" or "sog" or "vente" or "vente de marchandises" => (ReasonForExport.SaleOfGoods, ""),
        "document" or "documents" or "doc" => (ReasonForExport.Documents, ""),
        "sample" or "samples" or "sam" or "echantillon" or "echantillons" => (ReasonForExport.Sample, ""),
        "repair" or "warranty" or "repair or warranty" or "rep" or "reparation" or "garantie" or "reparation ou garantie" => (ReasonForExport.RepairOrWarranty, ""),
        _ => (ReasonForExport.Other, text),
    };

    private static string Country(string text, BatchPlaces places, string otherwise)
    {
        string folded = FoldedText.Of(text);
        return folded.Length == 0 ? otherwise
            : text.Length == 2 && Countries.IsKnown(text.ToUpperInvariant()) ? text.ToUpperInvariant()
            : OtherCountryNames.TryGetValue(folded, out string? code) || places.Countries.TryGetValue(folded, out code) ? code
            : text;
    }

    private static string Province(string text, string country, BatchPlaces places)
    {
        string folded = FoldedText.Of(text);
        string letters = folded.Replace(" ", "", StringComparison.Ordinal);
        return country switch
        {
            "CA" when Provinces.IsKnown(letters.ToUpperInvariant()) => letters.ToUpperInvariant(),
            "CA" when places.Provinces.TryGetValue(folded, out string? code) || OtherProvinceNames.TryGetValue(letters, out code) => code,
            "US" when UsStates.IsKnown(letters.ToUpperInvariant()) => letters.ToUpperInvariant(),
            "US" when places.States.TryGetValue(folded, out string? code) => code,
            _ => text,
        };
    }

    private static string Text(IReadOnlyDictionary<BatchField, string> fields, BatchField field) => fields.GetValueOrDefault(field, "").Trim();

    private static IEnumerable<BatchFinding> Findings(DraftFindings found) =>
    [
        .. found.To.Select(finding => new BatchFinding(FieldOf(finding.Field), ProblemOf(finding.Problem))),
        .. found.Parcel.Select(finding => new BatchFinding(FieldOf(finding.Field), ProblemOf(finding.Problem))),
        .. found.Options.Select(problem => new BatchFinding(FieldOf(problem), ProblemOf(problem))),
        .. found.Customs.Select(finding => new BatchFinding(FieldOf(finding.Field), ProblemOf(finding.Problem))),
    ];

    private static BatchField FieldOf(AddressField field) => field switch
    {
        AddressField.Name => BatchField.Name,
        AddressField.Company => BatchField.Company,
        AddressField.Line1 => BatchField.Line1,
        AddressField.Line2 => BatchField.Line2,
        AddressField.City => BatchField.City,
        AddressField.Province => BatchField.Province,
        AddressField.PostalCode => BatchField.PostalCode,
        AddressField.Country => BatchField.Country,
        AddressField.Phone => BatchField.Phone,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private static BatchField FieldOf(ParcelField field) => field switch
    {
        ParcelField.Weight => BatchField.Weight,
        ParcelField.Length => BatchField.Length,
        ParcelField.Width => BatchField.Width,
        ParcelField.Height => BatchField.Height,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private static BatchField FieldOf(OptionProblem problem) => problem switch
    {
        OptionProblem.ReferenceTooLong => BatchField.Reference,
        OptionProblem.EmailMissing or OptionProblem.EmailMalformed => BatchField.Email,
        _ => BatchField.Coverage,
    };

    private static BatchField FieldOf(CustomsField field) => field switch
    {
        CustomsField.OtherReason => BatchField.Reason,
        CustomsField.UsDeclarationId => BatchField.UsDeclaration,
        CustomsField.Quantity => BatchField.ItemQuantity,
        CustomsField.UnitWeight => BatchField.ItemWeight,
        CustomsField.UnitValue => BatchField.ItemValue,
        CustomsField.HsCode => BatchField.HsCode,
        CustomsField.CountryOfOrigin => BatchField.CountryOfOrigin,
        CustomsField.ProvinceOfOrigin => BatchField.ProvinceOfOrigin,
        _ => BatchField.ItemDescription,
    };

    private static BatchProblem ProblemOf(AddressProblem problem) => problem switch
    {
        AddressProblem.Missing => BatchProblem.Missing,
        AddressProblem.TooLong => BatchProblem.TooLong,
        AddressProblem.Malformed => BatchProblem.Malformed,
        AddressProblem.NotKnown => BatchProblem.NotKnown,
        AddressProblem.OtherProvince => BatchProblem.OtherProvince,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };

    private static BatchProblem ProblemOf(ParcelProblem problem) => problem switch
    {
        ParcelProblem.Missing => BatchProblem.Missing,
        ParcelProblem.TooHeavy => BatchProblem.TooHeavy,
        ParcelProblem.TooLong or ParcelProblem.GirthTooLarge => BatchProblem.TooLarge,
        ParcelProblem.TooShort => BatchProblem.TooSmall,
        _ => BatchProblem.NotAllowed,
    };

    private static BatchProblem ProblemOf(OptionProblem problem) => problem switch
    {
        OptionProblem.CoverageTooSmall => BatchProblem.NotAnAmount,
        OptionProblem.CoverageTooLarge => BatchProblem.OutOfRange,
        OptionProblem.CoverageAboveValue => BatchProblem.AboveValue,
        OptionProblem.ReferenceTooLong => BatchProblem.TooLong,
        OptionProblem.EmailMissing => BatchProblem.Missing,
        OptionProblem.EmailMalformed => BatchProblem.Malformed,
        _ => BatchProblem.NotAllowed,
    };

    private static BatchProblem ProblemOf(CustomsProblem problem) => problem switch
    {
        CustomsProblem.Missing => BatchProblem.Missing,
        CustomsProblem.OutOfRange => BatchProblem.OutOfRange,
        CustomsProblem.TooLong => BatchProblem.TooLong,
        CustomsProblem.TooShort or CustomsProblem.Malformed => BatchProblem.Malformed,
        CustomsProblem.NotKnown => BatchProblem.NotKnown,
        CustomsProblem.HeavierThanParcel => BatchProblem.HeavierThanParcel,
        _ => BatchProblem.NotAllowed,
    };
}
