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
    NotAnAge,
    NotAHandover,
    NotARate,

    /// <summary>Left at the door, and yet signed for, insured above what is included, or with a proof of age.</summary>
    NotAtTheDoor,

    /// <summary>The carrier offers it inside Canada only.</summary>
    OnlyInCanada,
    TooHeavy,
    TooLarge,
    TooSmall,
    OutOfRange,
    HeavierThanParcel,
    AboveValue,

    /// <summary>Against the carrier's rules in another way than those above.</summary>
    NotAllowed,
}

public readonly record struct BatchFinding(LineField Field, BatchProblem Problem);

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
    public static IReadOnlyDictionary<LineField, string> Fields(IReadOnlyList<BatchColumn> columns, IReadOnlyList<string> cells)
    {
        var fields = new Dictionary<LineField, string>();
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

    public static BatchLineReading Read(IReadOnlyDictionary<LineField, string> fields, BatchTerms terms)
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
            Delivery = Delivery(fields, to.Region, findings),
        };

        var unreadable = findings.Select(finding => finding.Field).ToHashSet();
        findings.AddRange(Findings(LabelDraftRules.CheckForPurchase(draft, terms.UsDutiesPrepaid), ItemsOf(fields)).Where(finding => !unreadable.Contains(finding.Field)));
        return new BatchLineReading(draft, [.. findings.Distinct().OrderBy(finding => finding.Field.Item).ThenBy(finding => finding.Field.Field)]);
    }

    private static Address To(IReadOnlyDictionary<LineField, string> fields, BatchPlaces places)
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

    private static Parcel ParcelOf(IReadOnlyDictionary<LineField, string> fields, BatchTerms terms, List<BatchFinding> findings)
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

    private static bool Signature(IReadOnlyDictionary<LineField, string> fields, List<BatchFinding> findings)
    {
        bool? signature = BatchText.YesOrNo(Text(fields, BatchField.Signature));
        if (signature is null)
        {
            findings.Add(new BatchFinding(BatchField.Signature, BatchProblem.NotYesOrNo));
        }

        return signature ?? false;
    }

    private static Money? Coverage(IReadOnlyDictionary<LineField, string> fields, Language language, List<BatchFinding> findings)
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

    /// <summary>A post office's number alone says that the parcel goes there.</summary>
    private static DeliveryWishes Delivery(IReadOnlyDictionary<LineField, string> fields, Region region, List<BatchFinding> findings)
    {
        string office = Text(fields, BatchField.PostOffice);
        var age = AgeOf(Text(fields, BatchField.ProofOfAge));
        var handover = HandoverOf(Text(fields, BatchField.Handover));
        if (age is null)
        {
            findings.Add(new BatchFinding(BatchField.ProofOfAge, BatchProblem.NotAnAge));
        }

        if (handover is null)
        {
            findings.Add(new BatchFinding(BatchField.Handover, BatchProblem.NotAHandover));
        }

        var wishes = new DeliveryWishes(
            age ?? ProofOfAge.None,
            handover is Handover.Usual && office.Length > 0 ? Handover.PostOffice : handover ?? Handover.Usual,
            office,
            Text(fields, BatchField.Email));
        if (region != Region.Domestic)
        {
            // Unsaid, the parcel would be handed over without what was asked for.
            findings.AddRange(new (BatchField Field, bool Wished)[]
            {
                (BatchField.ProofOfAge, wishes.Age != ProofOfAge.None),
                (BatchField.Handover, handover is not (null or Handover.Usual)),
                (BatchField.PostOffice, office.Length > 0),
            }.Where(wish => wish.Wished).Select(wish => new BatchFinding(wish.Field, BatchProblem.OnlyInCanada)));
        }

        return wishes;
    }

    private static Customs CustomsOf(IReadOnlyDictionary<LineField, string> fields, BatchTerms terms, Parcel parcel, Region region, List<BatchFinding> findings)
    {
        var (reason, otherReason) = Reason(Text(fields, BatchField.Reason));
        var nonDelivery = NonDeliveryOf(Text(fields, BatchField.NonDelivery));
        if (nonDelivery is null && region != Region.Domestic)
        {
            findings.Add(new BatchFinding(BatchField.NonDelivery, BatchProblem.NotKnown));
        }

        var (currency, unitsForOneCad) = region == Region.Domestic ? (Currencies.Canadian, null) : CurrencyOf(fields, findings);
        return new Customs(
            reason,
            otherReason,
            nonDelivery ?? NonDelivery.ReturnAtSendersExpense,
            region == Region.Domestic ? [] : Items(fields, terms, parcel, findings),
            Text(fields, BatchField.UsDeclaration))
        {
            Currency = currency,
            UnitsForOneCad = unitsForOneCad,
        };
    }

    private static (string Currency, decimal? UnitsForOneCad) CurrencyOf(IReadOnlyDictionary<LineField, string> fields, List<BatchFinding> findings)
    {
        string currency = Text(fields, BatchField.Currency) is { Length: > 0 } given ? given.ToUpperInvariant() : Currencies.Canadian;
        if (currency == Currencies.Canadian || Text(fields, BatchField.UnitsForOneCad) is not { Length: > 0 } text)
        {
            return (currency, null);
        }

        var rate = Currencies.ReadRate(text);
        if (rate is null)
        {
            findings.Add(new BatchFinding(BatchField.UnitsForOneCad, BatchProblem.NotARate));
        }

        return (currency, rate);
    }

    /// <summary>The numbers of the items that a line says anything of; the first when it says nothing of any.</summary>
    private static IReadOnlyList<int> ItemsOf(IReadOnlyDictionary<LineField, string> fields) =>
        [.. fields.Where(field => LineField.OfItems.Contains(field.Key.Field) && field.Value.Trim().Length > 0).Select(field => field.Key.Item).Distinct().Order().DefaultIfEmpty(1)];

    /// <summary>Without a quantity an item is one. Items without a weight of their own share, piece by piece, what the others leave of the parcel's.</summary>
    private static IReadOnlyList<CustomsItem> Items(IReadOnlyDictionary<LineField, string> fields, BatchTerms terms, Parcel parcel, List<BatchFinding> findings)
    {
        var items = ItemsOf(fields).Select(number => Item(fields, number, terms, findings)).ToList();
        long pieces = items.Where(item => item.Weight is null).Sum(item => (long)Math.Max(item.Item.Quantity, 1));
        long left = parcel.WeightGrams - CustomsRules.TotalWeightGrams([.. items.Select(item => item.Item with { UnitWeightGrams = item.Weight ?? 0 })]);
        int shared = pieces == 0 ? 0 : (int)Math.Max(left / pieces, 1);
        return [.. items.Select(item => item.Item with { UnitWeightGrams = item.Weight ?? shared })];
    }

    /// <summary>Its weight is null when it has none of its own, and zero when it cannot be read.</summary>
    private static (CustomsItem Item, int? Weight) Item(IReadOnlyDictionary<LineField, string> fields, int number, BatchTerms terms, List<BatchFinding> findings)
    {
        string quantityText = Said(BatchField.ItemQuantity);
        int quantity = quantityText.Length == 0 ? 1 : int.TryParse(quantityText, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : 0;
        string valueText = Said(BatchField.ItemValue);
        var value = valueText.Length == 0 ? Money.Zero : AmountText.Read(valueText, terms.Language);
        if (value is null)
        {
            findings.Add(new BatchFinding(new LineField(BatchField.ItemValue, number), BatchProblem.NotAnAmount));
        }

        string weightText = Said(BatchField.ItemWeight);
        int? weight = weightText.Length == 0 ? null : BatchText.Grams(weightText, terms.Units) ?? 0;
        if (weight == 0)
        {
            findings.Add(new BatchFinding(new LineField(BatchField.ItemWeight, number), BatchProblem.NotAMeasure));
        }

        string origin = Said(BatchField.CountryOfOrigin);
        string originCode = origin.Length == 0 ? "" : Country(origin, terms.Places, otherwise: "");
        var item = new CustomsItem(
            quantity,
            Said(BatchField.ItemDescription),
            0,
            value ?? Money.Zero,
            Said(BatchField.HsCode),
            originCode,
            Province(Said(BatchField.ProvinceOfOrigin), originCode, terms.Places));
        return (item, weight);

        string Said(BatchField field) => Text(fields, new LineField(field, number));
    }

    /// <summary>Null for a word that is no age the carrier checks.</summary>
    private static ProofOfAge? AgeOf(string text) => FoldedText.Of(text) switch
    {
        "" or "0" or "no" or "none" or "non" or "aucune" => ProofOfAge.None,
        "18" or "18 years" or "18 ans" or "18 or older" or "18 ans ou plus" or "pa 18" => ProofOfAge.Eighteen,
        "19" or "19 years" or "19 ans" or "19 or older" or "19 ans ou plus" or "pa 19" => ProofOfAge.Nineteen,
        "21" or "21 years" or "21 ans" or "21 or older" or "21 ans ou plus" or "pa 21" => ProofOfAge.TwentyOne,
        _ => null,
    };

    /// <summary>Nothing is as the carrier usually does; null for a word that is none of the four.</summary>
    private static Handover? HandoverOf(string text) => FoldedText.Of(text) switch
    {
        "" or "usual" or "habituel" => Handover.Usual,
        "card" or "card for pickup" or "pickup" or "hold for pickup" or "carte" or "carte pour ramassage" or "hfp" => Handover.CardForPickup,
        "do not safe drop" or "no safe drop" or "ne pas laisser" or "ne pas laisser sans surveillance" or "dns" => Handover.DoNotSafeDrop,
        "leave at door" or "leave at the door" or "laisser a la porte" or "lad" => Handover.LeaveAtDoor,
        "post office" or "deliver to post office" or "bureau de poste" or "livrer au bureau de poste" or "d 2po" => Handover.PostOffice,
        _ => null,
    };

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

    private static string Text(IReadOnlyDictionary<LineField, string> fields, LineField field) => fields.GetValueOrDefault(field, "").Trim();

    /// <param name="items">The numbers of the draft's items, in their order.</param>
    private static IEnumerable<BatchFinding> Findings(DraftFindings found, IReadOnlyList<int> items) =>
    [
        .. found.To.Select(finding => new BatchFinding(FieldOf(finding.Field), ProblemOf(finding.Problem))),
        .. found.Parcel.Select(finding => new BatchFinding(FieldOf(finding.Field), ProblemOf(finding.Problem))),
        .. found.Options.Select(problem => new BatchFinding(FieldOf(problem), ProblemOf(problem))),
        .. found.Customs.Select(finding => new BatchFinding(new LineField(FieldOf(finding.Field), finding.Item is { } index ? items[index] : 1), ProblemOf(finding.Problem))),
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
        OptionProblem.LeaveAtDoorConflicts => BatchField.Handover,
        OptionProblem.PostOfficeMissing or OptionProblem.PostOfficeMalformed => BatchField.PostOffice,
        _ => BatchField.Coverage,
    };

    private static BatchField FieldOf(CustomsField field) => field switch
    {
        CustomsField.OtherReason => BatchField.Reason,
        CustomsField.UsDeclarationId => BatchField.UsDeclaration,
        CustomsField.Currency => BatchField.Currency,
        CustomsField.UnitsForOneCad => BatchField.UnitsForOneCad,
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
        OptionProblem.LeaveAtDoorConflicts => BatchProblem.NotAtTheDoor,
        OptionProblem.EmailMissing or OptionProblem.PostOfficeMissing => BatchProblem.Missing,
        OptionProblem.EmailMalformed or OptionProblem.PostOfficeMalformed => BatchProblem.Malformed,
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
