namespace OneBalance.Core.Shipping;

/// <summary>Everything a merchant says about a label, as typed so far.</summary>
/// <param name="Coverage">Insured for this much; null for what the service includes.</param>
/// <param name="Reference">The merchant's own, printed on the label; at most 35 characters.</param>
/// <param name="Customs">Kept while typed; it counts only outside Canada.</param>
public sealed record LabelDraft(
    Address From,
    Address To,
    Parcel Parcel,
    Units Units,
    bool Signature,
    Money? Coverage,
    string Reference,
    Customs Customs)
{
    public Region Region => To.Region;

    /// <summary>The customs form when the parcel leaves Canada, null otherwise.</summary>
    public Customs? CustomsInForce => Region == Region.Domestic ? null : Customs;
}

/// <summary>What is wrong with the options.</summary>
public enum OptionProblem
{
    /// <summary>Coverage must be above zero.</summary>
    CoverageTooSmall,

    /// <summary>Above what the carrier insures for that destination.</summary>
    CoverageTooLarge,

    /// <summary>Above the declared value of the goods (the carrier's error 1719).</summary>
    CoverageAboveValue,

    /// <summary>More than 35 characters.</summary>
    ReferenceTooLong,
}

/// <summary>All that stands in the way, by the part of the form it belongs to.</summary>
public sealed record DraftFindings(
    IReadOnlyList<AddressFinding> From,
    IReadOnlyList<AddressFinding> To,
    IReadOnlyList<ParcelFinding> Parcel,
    IReadOnlyList<OptionProblem> Options,
    IReadOnlyList<CustomsFinding> Customs)
{
    public static readonly DraftFindings None = new([], [], [], [], []);

    public bool IsEmpty => From.Count == 0 && To.Count == 0 && Parcel.Count == 0 && Options.Count == 0 && Customs.Count == 0;
}

/// <summary>What a draft needs before rates can be asked for, and before it can be bought.</summary>
public static class LabelDraftRules
{
    public const int ReferenceLength = 35;

    /// <summary>Where from, where to, how heavy, how large: a price needs no names.</summary>
    public static DraftFindings CheckForRates(LabelDraft draft) => new(
        [.. AddressRules.CheckSender(draft.From).Where(IsAboutPlace)],
        [.. AddressRules.CheckDestination(draft.To).Where(IsAboutPlace)],
        ParcelRules.Check(draft.Parcel, draft.Region),
        CheckOptions(draft),
        []);

    public static DraftFindings CheckForPurchase(LabelDraft draft) => new(
        AddressRules.CheckSender(draft.From),
        AddressRules.CheckDestination(draft.To),
        ParcelRules.Check(draft.Parcel, draft.Region),
        CheckOptions(draft),
        draft.CustomsInForce is { } customs ? CustomsRules.Check(customs, draft.Parcel.WeightGrams) : []);

    /// <summary>True when the rates of the one hold for the other: same places, parcel and options.</summary>
    public static bool SamePrice(LabelDraft one, LabelDraft other)
    {
        var (from, otherFrom) = (AddressRules.Normalize(one.From), AddressRules.Normalize(other.From));
        var (to, otherTo) = (AddressRules.Normalize(one.To), AddressRules.Normalize(other.To));
        return from.PostalCode == otherFrom.PostalCode
            && to.PostalCode == otherTo.PostalCode
            && to.Country == otherTo.Country
            && one.Parcel == other.Parcel
            && one.Signature == other.Signature
            && one.Coverage == other.Coverage;
    }

    private static bool IsAboutPlace(AddressFinding finding) =>
        finding.Field is AddressField.PostalCode or AddressField.Country;

    private static List<OptionProblem> CheckOptions(LabelDraft draft)
    {
        var problems = new List<OptionProblem>();
        if (draft.Coverage is { } coverage)
        {
            if (!coverage.IsPositive)
            {
                problems.Add(OptionProblem.CoverageTooSmall);
            }
            else if (coverage > ServiceRules.MostCoverage(draft.Region))
            {
                problems.Add(OptionProblem.CoverageTooLarge);
            }
            else if (draft.CustomsInForce is { Items.Count: > 0 } customs && coverage > CustomsRules.TotalValue(customs.Items))
            {
                problems.Add(OptionProblem.CoverageAboveValue);
            }
        }

        if (draft.Reference.Trim().Length > ReferenceLength)
        {
            problems.Add(OptionProblem.ReferenceTooLong);
        }

        return problems;
    }
}
