namespace OneBalance.Core.Shipping;

/// <summary>What is known of one service of the carrier.</summary>
/// <param name="MostGrams">Heaviest parcel, included.</param>
/// <param name="Included">Coverage that comes with it; zero for none.</param>
/// <param name="MostCoverage">The most a parcel can be covered for; never below <paramref name="Included"/>.</param>
/// <param name="Signature">Whether it can be signed for.</param>
/// <param name="PostOffice">Whether it can be delivered to a post office.</param>
public sealed record ServiceFacts(string Code, Region Region, int MostGrams, Money Included, Money MostCoverage, bool Signature, bool PostOffice);

/// <summary>Why a service of the carrier is not among the rates: a closed set; the page phrases it.</summary>
public abstract record ServiceAbsence
{
    private ServiceAbsence()
    {
    }

    /// <summary>It carries up to this much.</summary>
    public sealed record TooHeavy(int MostGrams) : ServiceAbsence;

    /// <summary>It cannot be covered for more than this; zero for not at all.</summary>
    public sealed record NotInsurable(Money Most) : ServiceAbsence;

    public sealed record NotSigned : ServiceAbsence;

    public sealed record NotToPostOffice : ServiceAbsence;

    /// <summary>No rule of ours says why; mostly its size limits.</summary>
    public sealed record NotQuoted : ServiceAbsence;
}

/// <summary>
/// What is known of a service before it is bought, by its code: said to the merchant beside the price.
/// <code>
///                                   heaviest   coverage included   at most     signed   to a post office
/// DOM.RP                            30 kg      none                5,000.00    yes      yes
/// DOM.EP, DOM.XP                    30 kg      100.00              5,000.00    yes      yes
/// DOM.PC                            30 kg      100.00              5,000.00    yes      no
/// USA.XP, INT.XP                    30 kg      100.00              1,000.00    yes      no
/// USA.EP, INT.IP.AIR, INT.IP.SURF   30 kg      100.00              1,000.00    no       no
/// USA.TP; INT.TP                    1 kg; 2 kg 100.00              100.00      no       no
/// USA.SP.AIR; INT.SP.AIR, .SURF     1 kg; 2 kg none                none        no       no
/// </code>
/// Source: the carrier's service texts and guides, and its table of non-delivery handling (error 8718). The carrier's quote decides;
/// this only explains it.
/// </summary>
public static class ServiceRules
{
    private const int ParcelGrams = 30_000;

    private static readonly Money DomesticCoverage = new(5_000_00);
    private static readonly Money CoverageAbroad = new(1_000_00);
    private static readonly Money Usual = OptionRules.UsuallyIncluded;

    /// <summary>The services offered through the platform, by region, slowest first.</summary>
    public static IReadOnlyList<ServiceFacts> All { get; } =
    [
        new("DOM.RP", Region.Domestic, ParcelGrams, Money.Zero, DomesticCoverage, true, true),
        new("DOM.EP", Region.Domestic, ParcelGrams, Usual, DomesticCoverage, true, true),
        new("DOM.XP", Region.Domestic, ParcelGrams, Usual, DomesticCoverage, true, true),
        new("DOM.PC", Region.Domestic, ParcelGrams, Usual, DomesticCoverage, true, false),
        new("USA.SP.AIR", Region.UnitedStates, 1_000, Money.Zero, Money.Zero, false, false),
        new("USA.TP", Region.UnitedStates, 1_000, Usual, Usual, false, false),
        new("USA.EP", Region.UnitedStates, ParcelGrams, Usual, CoverageAbroad, false, false),
        new("USA.XP", Region.UnitedStates, ParcelGrams, Usual, CoverageAbroad, true, false),
        new("INT.SP.SURF", Region.International, 2_000, Money.Zero, Money.Zero, false, false),
        new("INT.SP.AIR", Region.International, 2_000, Money.Zero, Money.Zero, false, false),
        new("INT.TP", Region.International, 2_000, Usual, Usual, false, false),
        new("INT.IP.SURF", Region.International, ParcelGrams, Usual, CoverageAbroad, false, false),
        new("INT.IP.AIR", Region.International, ParcelGrams, Usual, CoverageAbroad, false, false),
        new("INT.XP", Region.International, ParcelGrams, Usual, CoverageAbroad, true, false),
    ];

    /// <summary>Null for a code that is not known here.</summary>
    public static ServiceFacts? Find(string serviceCode) => All.FirstOrDefault(service => service.Code == serviceCode);

    /// <summary>Services to that region that the carrier did not quote, each with the reason.</summary>
    public static IEnumerable<(ServiceFacts Service, ServiceAbsence Reason)> NotAmong(IReadOnlyList<Rate> rates, LabelDraft draft) =>
        All.Where(service => service.Region == draft.Region && rates.All(rate => rate.ServiceCode != service.Code))
            .Select(service => (service, WhyNot(service, draft)));

    /// <summary>Small packets have no tracking number: the carrier cannot show that one was never used.</summary>
    public static bool IsTracked(string serviceCode) => !serviceCode.Contains(".SP.", StringComparison.Ordinal);

    /// <summary>
    /// The handling that the service accepts and that is nearest to what the merchant wants. Packets always come back without
    /// charge (RTS); parcels come back at the sender's expense (RASE) or are abandoned (ABAN).
    /// </summary>
    public static NonDelivery NonDeliveryFor(string serviceCode, NonDelivery wanted) => (IsPacket(serviceCode), wanted) switch
    {
        (true, _) => NonDelivery.ReturnToSender,
        (false, NonDelivery.Abandon) => NonDelivery.Abandon,
        (false, _) => NonDelivery.ReturnAtSendersExpense,
    };

    /// <summary>Whether the merchant's wish is what will happen; if not, the page says so before purchase.</summary>
    public static bool Abandons(string serviceCode) => !IsPacket(serviceCode);

    /// <summary>The most a parcel can be covered for: 5,000.00 inside Canada, 1,000.00 to all other places.</summary>
    public static Money MostCoverage(Region region) => region == Region.Domestic ? DomesticCoverage : CoverageAbroad;

    private static ServiceAbsence WhyNot(ServiceFacts service, LabelDraft draft)
    {
        var options = OptionRules.InForce(draft);
        return draft.Parcel.WeightGrams > service.MostGrams ? new ServiceAbsence.TooHeavy(service.MostGrams)
            : draft.Coverage is { } coverage && coverage > service.MostCoverage ? new ServiceAbsence.NotInsurable(service.MostCoverage)
            : !service.Signature && options.Any(option => option.Code == "SO") ? new ServiceAbsence.NotSigned()
            : !service.PostOffice && options.Any(option => option.Code == "D2PO") ? new ServiceAbsence.NotToPostOffice()
            : new ServiceAbsence.NotQuoted();
    }

    private static bool IsPacket(string serviceCode) =>
        !serviceCode.StartsWith("DOM.", StringComparison.Ordinal)
        && (serviceCode.Contains(".SP.", StringComparison.Ordinal) || serviceCode.EndsWith(".TP", StringComparison.Ordinal) || serviceCode.Contains(".TP.", StringComparison.Ordinal));
}
