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
    /// <summary>Kept while typed; it counts only inside Canada.</summary>
    public DeliveryWishes Delivery { get; init; } = DeliveryWishes.None;

    public Region Region => To.Region;

    /// <summary>The customs form when the parcel leaves Canada, null otherwise.</summary>
    public Customs? CustomsInForce => Region == Region.Domestic ? null : Customs;

    /// <summary>The wishes the carrier hears of: none outside Canada.</summary>
    public DeliveryWishes DeliveryInForce => Region == Region.Domestic ? Delivery : DeliveryWishes.None;
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
    public const int ReferenceLength = OptionRules.ReferenceLength;

    /// <summary>Where from, where to, how heavy, how large: a price needs no names.</summary>
    public static DraftFindings CheckForRates(LabelDraft draft) => new(
        [.. AddressRules.CheckSender(draft.From).Where(IsAboutPlace)],
        [.. AddressRules.CheckDestination(draft.To).Where(IsAboutPlace)],
        ParcelRules.Check(draft.Parcel, draft.Region),
        OptionRules.CheckForRates(draft),
        []);

    /// <param name="usDutiesPrepaid">
    /// The platform's account prepays the duties of parcels to the United States; without it each such parcel needs a
    /// declaration of its own, or the carrier issues no label.
    /// </param>
    public static DraftFindings CheckForPurchase(LabelDraft draft, bool usDutiesPrepaid) => new(
        AddressRules.CheckSender(draft.From),
        AddressRules.CheckDestination(draft.To, draft.DeliveryInForce.Handover == Handover.PostOffice),
        ParcelRules.Check(draft.Parcel, draft.Region),
        OptionRules.CheckForPurchase(draft),
        draft.CustomsInForce is { } customs
            ? CustomsRules.Check(customs, draft.Parcel.WeightGrams, declarationNeeded: draft.Region == Region.UnitedStates && !usDutiesPrepaid)
            : []);

    /// <summary>True when the rates of the one hold for the other: same places, parcel and options.</summary>
    public static bool SamePrice(LabelDraft one, LabelDraft other)
    {
        var (from, otherFrom) = (AddressRules.Normalize(one.From), AddressRules.Normalize(other.From));
        var (to, otherTo) = (AddressRules.Normalize(one.To), AddressRules.Normalize(other.To));
        return from.PostalCode == otherFrom.PostalCode
            && to.PostalCode == otherTo.PostalCode
            && to.Country == otherTo.Country
            && one.Parcel == other.Parcel
            && Codes(one).SequenceEqual(Codes(other));

        // Which post office it is does not change the price.
        static IEnumerable<OptionInForce> Codes(LabelDraft draft) => OptionRules.InForce(draft).Select(option => option with { Qualifier = null });
    }

    private static bool IsAboutPlace(AddressFinding finding) =>
        finding.Field is AddressField.PostalCode or AddressField.Country;
}
