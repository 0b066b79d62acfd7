namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>What a price is asked for.</summary>
internal sealed record PriceQuestion(
    string OriginPostalCode,
    string DestinationPostalCode,
    string DestinationProvince,
    string DestinationCountry,
    ParcelCharacteristics Parcel,
    IReadOnlyList<Option> Options,
    PriceLevel Level,
    string? PromoCode);

internal enum PriceLevel
{
    /// <summary>What anybody pays at the counter.</summary>
    Counter,

    /// <summary>A small business without a contract: V1DISC.</summary>
    SmallBusiness,

    /// <summary>A contract: a lower base and AUTDISC.</summary>
    Contract,
}

/// <summary>A computed price: <c>Due = Base + options + adjustments + taxes</c>, each line rounded to the cent.</summary>
internal sealed record ComputedPrice(
    string ServiceCode,
    decimal Base,
    IReadOnlyList<PricedOption> Options,
    IReadOnlyList<ShipmentAdjustment> Adjustments,
    decimal FuelPercent,
    decimal PreTax,
    TaxAmount Gst,
    TaxAmount Pst,
    TaxAmount Hst,
    decimal Due,
    ServiceStandard Standard,
    decimal RatedKg,
    decimal? CubedKg);

/// <summary>The lines of a price that follow from its base, and what is due.</summary>
internal sealed record PriceSum(IReadOnlyList<ShipmentAdjustment> Adjustments, decimal PreTax, TaxAmount Gst, TaxAmount Pst, TaxAmount Hst, decimal Due);

/// <summary>
/// Synthetic prices with the carrier's structure. The carrier's price sheets are not public; no figure here is one of theirs.
/// <code>
/// base     a step price by zone (first letters of the postal codes) and rated weight
/// AUTDISC  -3 % of base for contract customers
/// FUELSC   a percentage of base with its discounts; options are not in it
/// pre-tax  base + options + adjustments
/// taxes    by the destination's province, each rounded
/// </code>
/// </summary>
internal static class Pricing
{
    private const decimal AutomationPercent = 3m;
    private const decimal SmallBusinessPercent = 12m;
    private const decimal SignaturePrice = 2.00m;
    private const decimal CoverageStep = 2.75m;
    private const decimal CodPrice = 7.25m;
    private const decimal OversizeCharge = 18.00m;
    private const decimal NorthernCharge = 6.50m;

    public static ComputedPrice Compute(Service service, PriceQuestion question, DateOnly today)
    {
        decimal ratedKg = service.RatedKg(question.Parcel);
        decimal basePrice = BasePrice(service, question, ratedKg);
        var discounts = new List<ShipmentAdjustment>();
        if (question.Level == PriceLevel.Contract)
        {
            discounts.Add(Automation(basePrice));
        }

        if (question.Level == PriceLevel.SmallBusiness)
        {
            discounts.Add(new("V1DISC", -Round(basePrice * SmallBusinessPercent / 100m)));
        }

        if (!string.IsNullOrEmpty(question.PromoCode))
        {
            bool valid = question.PromoCode.ToUpperInvariant() == "DEVPROTEST" && service.Code is "DOM.XP" or "INT.XP";
            discounts.Add(new("PROMODISC", valid ? -Round(basePrice * 0.05m) : 0m));
        }

        decimal fuelPercent = FuelPercent(service, today);
        bool north = service.Reach == Reach.Canada && question.DestinationPostalCode is ['X' or 'Y', ..];
        var options = PriceOptions(service, question);
        var sum = AddUp(
            basePrice, options, discounts, fuelPercent, north ? [new("DESTSC", NorthernCharge)] : [], preTax => TaxTable.For(question, preTax, today));
        return new ComputedPrice(
            service.Code, basePrice, options, sum.Adjustments, fuelPercent, sum.PreTax, sum.Gst, sum.Pst, sum.Hst,
            sum.Due,
            Transit.Standard(service, question, today),
            ratedKg,
            service.CubedKg(question.Parcel));
    }

    /// <summary>The carrier's arithmetic, each line rounded: fuel on the base less its discounts, taxes on everything.</summary>
    /// <param name="surcharges">Not subject to the fuel surcharge.</param>
    /// <param name="taxes">Percentages for an amount before taxes.</param>
    public static PriceSum AddUp(
        decimal basePrice,
        IReadOnlyList<PricedOption> options,
        IReadOnlyList<ShipmentAdjustment> discounts,
        decimal fuelPercent,
        IReadOnlyList<ShipmentAdjustment> surcharges,
        Func<decimal, (decimal Gst, decimal Pst, decimal Hst)> taxes)
    {
        var fuel = new ShipmentAdjustment("FUELSC", Round((basePrice + discounts.Sum(line => line.AdjustmentAmount)) * fuelPercent / 100m));
        List<ShipmentAdjustment> adjustments = [.. discounts, fuel, .. surcharges];
        decimal preTax = basePrice + options.Sum(option => option.OptionPrice) + adjustments.Sum(line => line.AdjustmentAmount);
        var rates = taxes(preTax);
        var (gst, pst, hst) = (Tax(preTax, rates.Gst), Tax(preTax, rates.Pst), Tax(preTax, rates.Hst));
        return new PriceSum(adjustments, preTax, gst, pst, hst, preTax + gst.Amt + pst.Amt + hst.Amt);
    }

    /// <summary>What a contract customer saves by sending its data electronically.</summary>
    public static ShipmentAdjustment Automation(decimal basePrice) => new("AUTDISC", -Round(basePrice * AutomationPercent / 100m));

    public static ShipmentPrice ToShipmentPrice(this ComputedPrice price) => new(
        price.ServiceCode,
        price.Base,
        price.Options.Count == 0 ? null : price.Options,
        price.Adjustments.Count == 0 ? null : price.Adjustments,
        price.PreTax,
        price.Gst.Amt,
        price.Pst.Amt,
        price.Hst.Amt,
        price.Due,
        price.Standard,
        price.RatedKg);

    public static string AdjustmentName(string code, bool french) => (code, french) switch
    {
        ("AUTDISC", false) => "Automation discount",
        ("AUTDISC", true) => "Rabais pour l'automatisation",
        ("V1DISC", false) => "Small business savings",
        ("V1DISC", true) => "Économies pour petites entreprises",
        ("PROMODISC", false) => "Promotional discount",
        ("PROMODISC", true) => "Rabais promotionnel",
        ("FUELSC", false) => "Fuel surcharge",
        ("FUELSC", true) => "Supplément pour carburant",
        ("DESTSC", false) => "Destination surcharge",
        ("DESTSC", true) => "Supplément pour la destination",
        ("PURFEE", false) => "Unmanifested item fee",
        ("PURFEE", true) => "Frais pour article non déclaré",
        _ => code,
    };

    public static string OptionName(string code, bool french) => code == "UP"
        ? french ? "Article surdimensionné ou non emballé" : "Oversized or unpackaged item"
        : Catalogue.FindOption(code)?.Name(french) ?? code;

    /// <summary>A weekly percentage, as the carrier's: domestic, US and foreign parcels, packets.</summary>
    public static decimal FuelPercent(Service service, DateOnly today)
    {
        int week = today.DayNumber / 7;
        decimal swing = (week % 9 * 0.25m) - 1m;
        return (service.Reach == Reach.Canada ? 29.50m : service.IsPacket ? 16.75m : 18.50m) + swing;
    }

    /// <summary>Longer than 100 cm, or the second side longer than 76 cm.</summary>
    public static bool IsOversized(ParcelCharacteristics parcel)
    {
        if (parcel.Dimensions is not { } size)
        {
            return parcel.Oversized == true;
        }

        decimal[] sides = [.. new[] { size.Length, size.Width, size.Height }.OrderDescending()];
        return sides[0] > 100m || sides[1] > 76m;
    }

    private static decimal BasePrice(Service service, PriceQuestion question, decimal ratedKg)
    {
        int zone = Zones.Between(question.OriginPostalCode, question.DestinationPostalCode, question.DestinationCountry);
        decimal steps = Math.Ceiling(ratedKg / 0.5m) - 1m;
        decimal counter = service.Start + (service.Zone * zone) + (steps * service.Step * (1m + (zone * 0.12m)));
        decimal discount = question.Level == PriceLevel.Contract ? service.CommercialDiscount : 0m;
        return Round(counter * (100m - discount) / 100m);
    }

    private static List<PricedOption> PriceOptions(Service service, PriceQuestion question)
    {
        var options = new List<PricedOption>();
        if (service.Takes("DC"))
        {
            options.Add(new("DC", 0m));
        }

        foreach (var option in question.Options.Where(option => option.OptionCode != "DC"))
        {
            options.Add(new(option.OptionCode, option.OptionCode switch
            {
                "SO" => service.Code == "DOM.PC" ? 0m : SignaturePrice,
                "PA18" or "PA19" or "PA21" => SignaturePrice,
                "COD" => CodPrice,
                "COV" => CoveragePrice(service, option.OptionAmount ?? service.Coverage),
                _ => 0m,
            }));
        }

        if (question.Parcel.Unpackaged == true || question.Parcel.MailingTube == true || IsOversized(question.Parcel))
        {
            options.Add(new("UP", OversizeCharge));
        }

        return options;
    }

    /// <summary>100.00 is included, but for regular parcels; each further 100.00 or part of it costs a step.</summary>
    private static decimal CoveragePrice(Service service, decimal insured)
    {
        decimal extra = insured - (service.Code == "DOM.RP" ? 0m : 100m);
        return extra <= 0m ? 0m : Math.Ceiling(extra / 100m) * CoverageStep;
    }

    private static TaxAmount Tax(decimal preTax, decimal percent) => new(Round(preTax * percent / 100m), percent);

    private static decimal Round(decimal amount) => decimal.Round(amount, 2, MidpointRounding.AwayFromZero);
}

/// <summary>Synthetic distance: 0 within one delivery area to 7; from the first letters of the postal codes.</summary>
internal static class Zones
{
    // East to west; the north lies two further away.
    private const string Order = "ACBEGHJKLMNPRSTV";

    public static int Between(string origin, string destination, string country) => country switch
    {
        "CA" => Domestic(origin, destination),
        "US" => UnitedStates(origin, destination),
        _ => Foreign(country),
    };

    private static int Domestic(string origin, string destination)
    {
        if (origin[..3] == destination[..3])
        {
            return 0;
        }

        bool northern = origin[0] is 'X' or 'Y' || destination[0] is 'X' or 'Y';
        int distance = Math.Abs(Place(origin[0]) - Place(destination[0]));
        return 1 + (distance + 2) / 4 + (northern ? 2 : 0);
    }

    private static int Place(char letter) => letter is 'X' or 'Y' ? 12 : Math.Max(0, Order.IndexOf(letter));

    /// <summary>ZIP codes run east to west by their first digit.</summary>
    private static int UnitedStates(string origin, string zip)
    {
        int west = zip is [>= '0' and <= '9', ..] ? zip[0] - '0' : 4;
        return 1 + Math.Abs((Place(origin[0]) * 9 / 15) - west) / 3;
    }

    private static int Foreign(string country) => country switch
    {
        "GB" or "IE" or "FR" or "DE" or "NL" or "BE" or "LU" or "MX" or "GL" or "PM" => 1,
        "AT" or "CH" or "IT" or "ES" or "PT" or "DK" or "SE" or "NO" or "FI" or "PL" or "CZ" or "IS" => 2,
        "JP" or "KR" or "HK" or "SG" or "AU" or "NZ" or "CN" => 3,
        _ => 4,
    };
}

/// <summary>
/// Taxes on postage by place of supply, in percent: of the destination inside Canada; outside, zero from 5.00 on and the
/// origin's below. Nova Scotia's rate fell on 2025-04-01.
/// </summary>
internal static class TaxTable
{
    private const decimal ZeroRatedFrom = 5.00m;

    public static (decimal Gst, decimal Pst, decimal Hst) For(PriceQuestion question, decimal preTax, DateOnly day)
    {
        string origin = ProvinceOf(question.OriginPostalCode);
        if (question.DestinationCountry != "CA")
        {
            return preTax >= ZeroRatedFrom ? (0m, 0m, 0m) : Of(origin, origin, day);
        }

        return Of(origin, question.DestinationProvince.Length > 0 ? question.DestinationProvince : ProvinceOf(question.DestinationPostalCode), day);
    }

    /// <summary>The province of a postal code; Nunavut and the Northwest Territories share X and their rate.</summary>
    public static string ProvinceOf(string postalCode) => postalCode[0] switch
    {
        'A' => "NL",
        'B' => "NS",
        'C' => "PE",
        'E' => "NB",
        'G' or 'H' or 'J' => "QC",
        'K' or 'L' or 'M' or 'N' or 'P' => "ON",
        'R' => "MB",
        'S' => "SK",
        'T' => "AB",
        'V' => "BC",
        'Y' => "YT",
        _ => "NT",
    };

    private static (decimal Gst, decimal Pst, decimal Hst) Of(string origin, string destination, DateOnly day) => destination switch
    {
        "ON" => (0m, 0m, 13m),
        "NB" or "NL" or "PE" => (0m, 0m, 15m),
        "NS" => (0m, 0m, day >= new DateOnly(2025, 4, 1) ? 14m : 15m),
        "QC" when origin == "QC" => (5m, 9.975m, 0m),
        _ => (5m, 0m, 0m),
    };
}

/// <summary>Transit times in business days.</summary>
internal static class Transit
{
    public static ServiceStandard Standard(Service service, PriceQuestion question, DateOnly mailed)
    {
        int zone = Zones.Between(question.OriginPostalCode, question.DestinationPostalCode, question.DestinationCountry);
        int? days = service.Code switch
        {
            "DOM.RP" => 2 + zone,
            "DOM.EP" => 1 + zone,
            "DOM.XP" => zone <= 1 ? 1 : zone <= 4 ? 2 : 3,
            "DOM.PC" => zone <= 4 ? 1 : 2,
            "USA.EP" => 4 + zone,
            "USA.XP" => 2 + ((zone + 1) / 2),
            "USA.TP" => 4 + zone,
            "INT.XP" => 3 + zone,
            "INT.IP.AIR" => 5 + zone,
            "INT.TP" => 5 + zone,
            _ => null,
        };
        return new ServiceStandard(
            AmDelivery: service.Code == "DOM.PC" && zone <= 2,
            GuaranteedDelivery: service.Guaranteed,
            ExpectedTransitTime: days,
            ExpectedDeliveryDate: days is { } count ? AddBusinessDays(mailed, count).ToString("yyyy-MM-dd") : null);
    }

    public static DateOnly AddBusinessDays(DateOnly from, int days)
    {
        var day = from;
        while (days > 0)
        {
            day = day.AddDays(1);
            if (IsBusinessDay(day))
            {
                days--;
            }
        }

        return day;
    }

    private static bool IsBusinessDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
        && (day.Month, day.Day) is not ((1, 1) or (7, 1) or (9, 30) or (11, 11) or (12, 25) or (12, 26));
}
