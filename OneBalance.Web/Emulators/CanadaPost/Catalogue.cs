namespace OneBalance.Web.Emulators.CanadaPost;

internal enum Reach
{
    Canada,
    UnitedStates,
    Foreign,
}

/// <summary>One service: what it carries, and the synthetic figures its price is made of.</summary>
/// <param name="MaxKg">Heaviest parcel.</param>
/// <param name="MaxSideCm">Longest side.</param>
/// <param name="MaxLengthAndGirthCm">Length plus girth; null where the sum of the sides counts.</param>
/// <param name="MaxSumCm">Length plus width plus height, for packets.</param>
/// <param name="Density">cm³ a kilogram; null: not rated by volume.</param>
/// <param name="Tracked">Small packets have no tracking number.</param>
/// <param name="Coverage">Highest insured value; 0: cannot be insured.</param>
/// <param name="NonDelivery">Non-delivery options it takes, one of them required; empty in Canada.</param>
/// <param name="Start">Synthetic: counter price of the first step in the nearest zone.</param>
/// <param name="Zone">Synthetic: what each further zone adds.</param>
/// <param name="Step">Synthetic: what each further half kilogram adds.</param>
/// <param name="CommercialDiscount">Synthetic: percent a contract price lies below the counter's.</param>
/// <param name="Offered">Whether this carrier sells it to its business customers.</param>
internal sealed record Service(
    string Code,
    string English,
    string French,
    Reach Reach,
    decimal MaxKg,
    decimal MaxSideCm,
    decimal? MaxLengthAndGirthCm,
    decimal? MaxSumCm,
    decimal? Density,
    bool Tracked,
    bool Guaranteed,
    decimal Coverage,
    string[] NonDelivery,
    string[] Options,
    decimal Start,
    decimal Zone,
    decimal Step,
    decimal CommercialDiscount,
    bool Offered = true)
{
    public bool IsPacket => MaxSumCm is not null;

    public string Name(bool french) => french ? French : English;

    public bool Takes(string option) => Options.Contains(option) || NonDelivery.Contains(option);

    /// <summary>Weight and size within the service's limits; without dimensions only the weight counts.</summary>
    public bool Fits(ParcelCharacteristics parcel)
    {
        if (parcel.Weight > MaxKg)
        {
            return false;
        }

        if (parcel.Dimensions is not { } size)
        {
            return true;
        }

        decimal[] sides = [.. new[] { size.Length, size.Width, size.Height }.OrderDescending()];
        return sides[0] <= MaxSideCm
            && (MaxLengthAndGirthCm is null || sides[0] + (2 * (sides[1] + sides[2])) <= MaxLengthAndGirthCm)
            && (MaxSumCm is null || sides.Sum() <= MaxSumCm);
    }

    /// <summary>Weight by volume in kg, three decimals; null when not rated by volume or without dimensions.</summary>
    public decimal? CubedKg(ParcelCharacteristics parcel) =>
        Density is { } density && parcel.Dimensions is { } size
            ? Math.Max(0.001m, decimal.Round(size.Length * size.Width * size.Height / density, 3, MidpointRounding.AwayFromZero))
            : null;

    public decimal RatedKg(ParcelCharacteristics parcel) => Math.Max(parcel.Weight, CubedKg(parcel) ?? 0m);
}

/// <param name="Class">FEAT feature, DI delivery instruction, NDI what to do with an undeliverable item.</param>
internal sealed record OptionRule(string Code, string English, string French, string Class, bool NeedsAmount, string[] Conflicts, string[] Prerequisites)
{
    public string Name(bool french) => french ? French : English;
}

/// <summary>The services and options of the emulated carrier, with the limits of its published guides.</summary>
internal static class Catalogue
{
    private static readonly string[] Domestic = ["DC", "SO", "COV", "COD", "PA18", "PA19", "PA21", "HFP", "DNS", "LAD", "D2PO"];
    private static readonly string[] DomesticPriority = ["DC", "SO", "COV", "PA18", "PA19", "PA21", "HFP", "DNS", "LAD"];
    private static readonly string[] Abroad = ["DC", "COV"];
    private static readonly string[] SignedAbroad = ["DC", "SO", "COV"];
    private static readonly string[] PacketAbroad = ["DC"];
    private static readonly string[] ReturnOrAbandon = ["RASE", "ABAN"];
    private static readonly string[] ReturnOnly = ["RTS"];

    public static IReadOnlyList<Service> Services { get; } =
    [
        new("DOM.RP", "Regular Parcel", "Colis standard", Reach.Canada, 30, 200, 300, null, 6000, true, false, 5000, [], Domestic, 13.20m, 2.35m, 0.92m, 16),
        new("DOM.EP", "Expedited Parcel", "Colis accéléré", Reach.Canada, 30, 200, 300, null, 5000, true, true, 5000, [], Domestic, 14.10m, 2.55m, 0.98m, 24),
        new("DOM.XP", "Xpresspost", "Xpresspost", Reach.Canada, 30, 200, 300, null, 5000, true, true, 5000, [], Domestic, 18.40m, 3.60m, 1.72m, 21),
        new("DOM.PC", "Priority", "Priorité", Reach.Canada, 30, 200, 300, null, 5000, true, true, 5000, [], DomesticPriority, 29.75m, 6.40m, 2.65m, 18),
        new("DOM.EP.EPLUS", "Expedited Parcel Plus", "Colis accéléré Plus", Reach.Canada, 30, 200, 300, null, 5000, true, true, 5000, [], Domestic, 13.60m, 2.45m, 0.95m, 24, Offered: false),
        new("DOM.LIB", "Library Materials", "Documents de bibliothèque", Reach.Canada, 30, 200, 300, null, null, true, false, 0, [], ["DC"], 2.10m, 0m, 0.20m, 0, Offered: false),
        new("DOM.XP.CERT", "Xpresspost Certified", "Xpresspost certifié", Reach.Canada, 30, 200, 300, null, 5000, true, true, 5000, [], Domestic, 21.40m, 3.60m, 1.72m, 0, Offered: false),
        new("USA.EP", "Expedited Parcel USA", "Colis accéléré – É.-U.", Reach.UnitedStates, 30, 200, 274, null, 5000, true, false, 1000, ReturnOrAbandon, Abroad, 21.30m, 2.20m, 1.85m, 27),
        new("USA.XP", "Xpresspost – USA", "Xpresspost – É.-U.", Reach.UnitedStates, 30, 150, 274, null, 5000, true, true, 1000, ReturnOrAbandon, SignedAbroad, 33.90m, 2.80m, 2.95m, 22),
        new("USA.TP", "Tracked Packet – USA", "Paquet repérable – É.-U.", Reach.UnitedStates, 1, 60, null, 90, null, true, false, 100, ReturnOnly, PacketAbroad, 15.80m, 0.90m, 2.10m, 19),
        new("USA.TP.LVM", "Tracked Packet – USA (large volume)", "Paquet repérable – É.-U. (GV)", Reach.UnitedStates, 1, 60, null, 90, null, true, false, 100, ReturnOnly, PacketAbroad, 13.80m, 0.90m, 2.10m, 19, Offered: false),
        new("USA.SP.AIR", "Small Packet – USA Air", "Petit paquet – É.-U. – avion", Reach.UnitedStates, 1, 60, null, 90, null, false, false, 0, ReturnOnly, [], 9.70m, 0.60m, 1.75m, 12),
        new("INT.XP", "Xpresspost – International", "Xpresspost – International", Reach.Foreign, 30, 150, 300, null, 5000, true, true, 1000, ReturnOrAbandon, SignedAbroad, 58.40m, 9.50m, 5.40m, 25),
        new("INT.IP.AIR", "International Parcel – Air", "Colis international – avion", Reach.Foreign, 30, 150, 300, null, 5000, true, false, 1000, ReturnOrAbandon, Abroad, 44.20m, 7.80m, 4.30m, 20),
        new("INT.IP.SURF", "International Parcel – Surface", "Colis international – surface", Reach.Foreign, 30, 150, 300, null, 5000, true, false, 1000, ReturnOrAbandon, Abroad, 33.60m, 4.90m, 2.60m, 18),
        new("INT.TP", "Tracked Packet – International", "Paquet repérable – International", Reach.Foreign, 2, 60, null, 90, null, true, false, 100, ReturnOnly, PacketAbroad, 24.90m, 3.10m, 3.90m, 17),
        new("INT.SP.AIR", "Small Packet – International – Air", "Petit paquet – International – avion", Reach.Foreign, 2, 60, null, 90, null, false, false, 0, ReturnOnly, [], 14.60m, 2.10m, 2.90m, 12),
        new("INT.SP.SURF", "Small Packet – International – Surface", "Petit paquet – International – surface", Reach.Foreign, 2, 60, null, 90, null, false, false, 0, ReturnOnly, [], 11.20m, 1.30m, 1.60m, 10),
    ];

    public static IReadOnlyList<OptionRule> Options { get; } =
    [
        new("SO", "Signature", "Signature", "FEAT", false, ["LAD"], ["DC"]),
        new("COV", "Coverage", "Couverture", "FEAT", true, [], ["DC"]),
        new("COD", "Collect on delivery", "Envoi contre remboursement", "FEAT", true, ["LAD"], []),
        new("PA18", "Proof of age required – 18", "Preuve d'âge requise – 18 ans", "FEAT", false, ["PA19", "PA21", "LAD"], []),
        new("PA19", "Proof of age required – 19", "Preuve d'âge requise – 19 ans", "FEAT", false, ["PA18", "PA21", "LAD"], []),
        new("PA21", "Proof of age required – 21", "Preuve d'âge requise – 21 ans", "FEAT", false, ["PA18", "PA19", "LAD"], []),
        new("HFP", "Card for pickup", "Laisser une carte", "DI", false, ["DNS", "LAD", "D2PO"], []),
        new("DNS", "Do not safe drop", "Ne pas laisser sans signature", "DI", false, ["HFP", "LAD", "D2PO"], []),
        new("LAD", "Leave at door – do not card", "Laisser à la porte – aucune carte", "DI", false, ["HFP", "DNS", "D2PO", "SO", "COD", "PA18", "PA19", "PA21"], []),
        new("D2PO", "Deliver to post office", "Livrer au bureau de poste", "DI", false, ["HFP", "DNS", "LAD"], []),
        new("DC", "Delivery confirmation", "Confirmation de livraison", "FEAT", false, [], []),
        new("RASE", "Return at sender's expense", "Retour aux frais de l'expéditeur", "NDI", false, ["RTS", "ABAN"], []),
        new("RTS", "Return to sender", "Retour à l'expéditeur", "NDI", false, ["RASE", "ABAN"], []),
        new("ABAN", "Abandon", "Abandon", "NDI", false, ["RASE", "RTS"], []),
    ];

    public static Service? Find(string code) => Services.FirstOrDefault(service => service.Code == code);

    public static OptionRule? FindOption(string code) => Options.FirstOrDefault(option => option.Code == code);

    public static Reach ReachOf(string country) => country switch
    {
        "CA" => Reach.Canada,
        "US" => Reach.UnitedStates,
        _ => Reach.Foreign,
    };

    public static IEnumerable<Service> For(string country) => Services.Where(service => service.Offered && service.Reach == ReachOf(country));
}
