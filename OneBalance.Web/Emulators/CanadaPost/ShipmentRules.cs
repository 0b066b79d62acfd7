namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>The business rules of creating a shipment: every violation of a request in one answer.</summary>
internal static class ShipmentRules
{
    private static readonly string[] ExportReasons = ["DOC", "SAM", "REP", "SOG", "OTH"];
    private static readonly string[] NonDelivery = ["RASE", "RTS", "ABAN"];
    private static readonly string[] KnownSites = ["B2C3", "0349", "1234"];

    /// <summary>Codes of everything wrong, in the order of the request; empty when it can be created.</summary>
    /// <param name="zonosKey">The request's <c>X-CPC-Zonos-Key</c>; empty when not sent.</param>
    public static IReadOnlyList<string> Check(CreateShipmentRequest request, EmulatedAccount account, Switches switches, string zonosKey)
    {
        var spec = request.DeliverySpec;
        var service = Catalogue.Find(spec.ServiceCode);
        IEnumerable<string> found =
        [
            .. Transmission(request, account),
            .. ShippingPoint(request.RequestedShippingPoint, request.ShippingPointId, request.CpcPickupIndicator == true),
            .. Destination(request),
            .. ServiceOf(spec, service),
            .. Payment(request, account),
            .. Parcel(spec, service, switches),
            .. Options(request, service, account, switches),
            .. Printing(request),
            .. Customs(spec, zonosKey),
            .. Return(request.ReturnSpec),
        ];
        return [.. found.Distinct()];
    }

    public static IEnumerable<string> ShippingPoint(string? postalCode, string? siteId, bool pickup)
    {
        if (postalCode is null && siteId is null)
        {
            yield return "9189";
        }

        if (postalCode is not null && siteId is not null)
        {
            yield return "9186";
            yield return "9189";
        }

        if (pickup && postalCode is null)
        {
            yield return siteId is null ? "9187" : "9186";
        }

        if (siteId is not null && !KnownSites.Contains(siteId))
        {
            yield return "9188";
        }
    }

    /// <summary>Payment rules shared by creating and transmitting.</summary>
    public static IEnumerable<string> Payment(string method, string? contractId, string? paidBy, EmulatedAccount account, bool contractRequired)
    {
        switch (method)
        {
            case "Account" when !account.HasContract:
                yield return "1711";
                break;
            case "Account" when contractRequired && string.IsNullOrEmpty(contractId):
                yield return "2506";
                break;
            case "CreditCard" when account.Card == EmulatedCard.None:
                yield return "9174";
                break;
            case "SupplierAccount" when account.SupplierAccount is null:
                yield return "7312";
                break;
            case "SupplierAccount" when account.Supplies is null:
                yield return "7313";
                break;
            case "SupplierAccount" when account.Supplies != account.SupplierAccount:
                yield return "7317";
                break;
            case "Account" or "CreditCard" or "SupplierAccount":
                break;
            default:
                yield return "1711";
                break;
        }

        if (string.IsNullOrEmpty(contractId))
        {
            yield break;
        }

        string contract = EmulatedAccountNumbers.Pad(contractId);
        if (!EmulatedAccount.All.Any(any => any.Contracts.Contains(contract)))
        {
            yield return "2550";
        }
        else if (!account.Contracts.Contains(contract))
        {
            yield return "1702";
        }
        else if (!string.IsNullOrEmpty(paidBy) && EmulatedAccountNumbers.Pad(paidBy) != EmulatedAccountNumbers.Pad(account.CustomerNumber))
        {
            yield return "2561";
        }
    }

    private static IEnumerable<string> Transmission(CreateShipmentRequest request, EmulatedAccount account)
    {
        bool transmit = request.TransmitShipment == true;
        if (request.GroupId is not null && !account.HasContract)
        {
            yield return "7302";
        }

        if (transmit && request.DeliverySpec.SettlementInfo.CifShipment == true)
        {
            yield return "7285";
        }

        if (!transmit && (request.ProvidePricingInfo == true || request.ProvideReceiptInfo == true))
        {
            yield return "E0046";
        }

        if (request.PreAuthorizedPayment is not null)
        {
            if (!transmit || request.DeliverySpec.SettlementInfo.IntendedMethodOfPayment != "SupplierAccount")
            {
                yield return "7316";
            }

            if (string.IsNullOrEmpty(request.CustomerRequestId))
            {
                yield return "7315";
            }

            if (account.Supplies is null)
            {
                yield return "7313";
            }
        }
    }

    private static IEnumerable<string> Destination(CreateShipmentRequest request)
    {
        var to = request.DeliverySpec.Destination;
        var address = to.AddressDetails;
        string country = address.Country;
        bool northAmerica = country is "CA" or "US";
        bool quick = request.QuickshipLabelRequested == true && country == "CA";
        if (!quick)
        {
            if (string.IsNullOrWhiteSpace(address.AddressLine1))
            {
                yield return "1156";
            }

            if (northAmerica && string.IsNullOrWhiteSpace(address.City))
            {
                yield return "1157";
            }

            if (northAmerica && string.IsNullOrWhiteSpace(address.ProvState))
            {
                yield return "1159";
            }

            if (string.IsNullOrWhiteSpace(to.Name) && string.IsNullOrWhiteSpace(to.Company))
            {
                yield return "7282";
            }
        }

        if (!Countries.Known.Contains(country))
        {
            yield return "10033";
        }

        if (country == "US" && !IsZip(address.PostalZipCode))
        {
            yield return "7042";
        }

        if (country == "CA" && !IsCanadianPostalCode(address.PostalZipCode))
        {
            yield return "7266";
        }

        if (country != "CA" && string.IsNullOrWhiteSpace(to.ClientVoiceNumber))
        {
            yield return "E0030";
        }
    }

    private static IEnumerable<string> ServiceOf(DeliverySpec spec, Service? service)
    {
        if (service is null)
        {
            yield return "10028";
        }
        else if (!service.Offered)
        {
            yield return "7289";
        }
        else if (service.Reach != Catalogue.ReachOf(spec.Destination.AddressDetails.Country))
        {
            yield return "9112";
        }
    }

    private static IEnumerable<string> Payment(CreateShipmentRequest request, EmulatedAccount account)
    {
        var settlement = request.DeliverySpec.SettlementInfo;
        foreach (string code in Payment(settlement.IntendedMethodOfPayment, settlement.ContractId, settlement.PaidByCustomer, account, contractRequired: true))
        {
            yield return code;
        }

        if (request.TransmitShipment == true && settlement.IntendedMethodOfPayment == "CreditCard" && account.Card == EmulatedCard.Declined)
        {
            yield return "1182";
        }
    }

    private static IEnumerable<string> Parcel(DeliverySpec spec, Service? service, Switches switches)
    {
        if (spec.ParcelCharacteristics.Dimensions is null && switches.RequireDimensions)
        {
            yield return "9162";
        }

        if (service is not null && !service.Fits(spec.ParcelCharacteristics))
        {
            yield return "9111";
        }
    }

    private static IEnumerable<string> Options(CreateShipmentRequest request, Service? service, EmulatedAccount account, Switches switches)
    {
        var spec = request.DeliverySpec;
        var options = spec.Options ?? [];
        var codes = options.Select(option => option.OptionCode).ToList();
        if (service is not null)
        {
            if (codes.Distinct().Count() != codes.Count
                || codes.Any(code => !service.Takes(code) && !NonDelivery.Contains(code))
                || codes.Any(code => Catalogue.FindOption(code)?.Conflicts.Any(codes.Contains) == true)
                || options.Any(option => LacksAmount(option, service)))
            {
                yield return "E0040";
            }

            if (LacksSignature(service, options, switches))
            {
                yield return "7050";
            }

            var handling = codes.Where(NonDelivery.Contains).ToList();
            if (service.Reach == Reach.Canada ? handling.Count > 0 : handling.Count != 1 || !service.NonDelivery.Contains(handling[0]))
            {
                yield return "8718";
            }

            if (options.FirstOrDefault(option => option.OptionCode == "COV")?.OptionAmount is { } insured
                && (insured > service.Coverage || (spec.Customs is { } customs && insured > GoodsValue(customs))))
            {
                yield return "1719";
            }
        }

        if (options.FirstOrDefault(option => option.OptionCode == "COD")?.OptionAmount is { } collect
            && collect > (account.HasContract ? 5000m : 1000m))
        {
            yield return "2553";
        }

        if (options.FirstOrDefault(option => option.OptionCode == "D2PO") is { } office)
        {
            if (request.QuickshipLabelRequested == true)
            {
                yield return "7230";
            }

            var to = spec.Destination;
            if (string.IsNullOrWhiteSpace(to.Name) || string.IsNullOrWhiteSpace(to.ClientVoiceNumber)
                || spec.Notification is null || string.IsNullOrWhiteSpace(office.OptionQualifier2))
            {
                yield return "E0041";
            }
        }
    }

    /// <summary>Inside Canada coverage above 100.00 has a signature for its prerequisite, but for Priority.</summary>
    public static bool LacksSignature(Service service, IReadOnlyList<Option> options, Switches switches) =>
        switches.CoverageNeedsSignature
        && service is { Reach: Reach.Canada, Code: not "DOM.PC" }
        && options.Any(option => option is { OptionCode: "COV", OptionAmount: > 100m })
        && options.All(option => option.OptionCode != "SO");

    /// <summary>The qualifier of coverage stands for the most there is, abroad alone; that of collecting only adds the postage.</summary>
    private static bool LacksAmount(Option option, Service service) => option.OptionAmount is null && option.OptionCode switch
    {
        "COV" => option.OptionQualifier1 != true || service.Reach == Reach.Canada,
        "COD" => true,
        _ => false,
    };

    private static IEnumerable<string> Printing(CreateShipmentRequest request)
    {
        var print = request.DeliverySpec.PrintPreferences;
        string format = print?.OutputFormat ?? "8.5x11";
        string encoding = print?.Encoding ?? "PDF";
        if (encoding == "ZPL" && format != "4x6")
        {
            yield return "9191";
        }

        if ((request.CreatePublicKey == true || request.CreateQrCode == true) && (format, encoding) != ("8.5x11", "PDF"))
        {
            yield return "9208";
        }
    }

    private static IEnumerable<string> Customs(DeliverySpec spec, string zonosKey)
    {
        string country = spec.Destination.AddressDetails.Country;
        if (country == "CA")
        {
            yield break;
        }

        if (spec.Customs is not { } customs)
        {
            yield return "E0043";
            if (country == "US" && zonosKey.Length == 0)
            {
                yield return "E0044";
            }

            yield break;
        }

        if (!ExportReasons.Contains(customs.ReasonForExport))
        {
            yield return "1459";
        }

        string currency = customs.Currency.ToUpperInvariant();
        if (!Countries.Currencies.Contains(currency))
        {
            yield return "7322";
        }

        if ((currency != "CAD" && customs.ConversionFromCad is null)
            || (customs.ReasonForExport == "OTH" && string.IsNullOrWhiteSpace(customs.OtherReason))
            || customs.SkuList.Any(item => string.Equals(item.CountryOfOrigin, "CA", StringComparison.OrdinalIgnoreCase) && string.IsNullOrWhiteSpace(item.ProvinceOfOrigin)))
        {
            yield return "E0043";
        }

        if (customs.SkuList.Sum(item => item.CustomsNumberOfUnits * item.UnitWeight) > spec.ParcelCharacteristics.Weight)
        {
            yield return "2700";
        }

        if (country == "US" && zonosKey.Length == 0 && customs.Declaration.Length == 0)
        {
            yield return "E0044";
        }
    }

    private static IEnumerable<string> Return(ReturnSpec? given)
    {
        if (given is null)
        {
            yield break;
        }

        if (given.ReturnRecipient?.AddressDetails is { } address && address.Country != "CA")
        {
            yield return "8048";
        }

        if (Catalogue.Find(given.ServiceCode) is not { Reach: Reach.Canada })
        {
            yield return "9120";
        }
    }

    private static decimal GoodsValue(Customs customs) => customs.SkuList.Sum(item => item.CustomsNumberOfUnits * item.CustomsValuePerUnit);

    private static bool IsZip(string? code) =>
        code is { Length: 5 or 10 } && code[..5].All(char.IsAsciiDigit) && (code.Length == 5 || (code[5] == '-' && code[6..].All(char.IsAsciiDigit)));

    private static bool IsCanadianPostalCode(string? code) =>
        code is { Length: 6 } && code.Select((c, index) => index % 2 == 0 ? char.IsAsciiLetterUpper(c) : char.IsAsciiDigit(c)).All(fits => fits);
}

/// <summary>ISO codes the carrier takes.</summary>
internal static class Countries
{
    public static readonly HashSet<string> Known = [.. (
        "AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV "
        + "CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GH GI GL GM GN GP GQ GR GT GW GY HK HN HR HT HU ID IE IL "
        + "IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MQ MR MS MT MU "
        + "MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF PG PH PK PL PM PN PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN "
        + "SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS YE YT ZA ZM ZW").Split(' ')];

    public static readonly HashSet<string> Currencies = [.. (
        "AED ARS AUD BDT BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JMD JPY KES KRW MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN "
        + "QAR RON RUB SAR SEK SGD THB TND TRY TTD TWD UAH USD UYU VND XAF XOF ZAR").Split(' ')];
}
