namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>Prices, services, options.</summary>
internal sealed class Ratings(EasternClock clock, SwitchBoard switches)
{
    private const string StubFrom = "K1A0B1";
    private const string StubTo = "M5H2N2";
    private static readonly ParcelCharacteristics Stub = new(1m, null, null, null, null);

    public async Task<IResult> PricesAsync(Call call)
    {
        var (request, _, refusal) = await Gateway.ReadAsync<RateRequest>(call, "RateRequest");
        if (refusal is not null)
        {
            return refusal;
        }

        var problems = Problems(request!, call.Account).ToList();
        if (problems.Count > 0)
        {
            return call.Refuse(problems);
        }

        if (switches.Now.FixedPrices)
        {
            request = request! with { ParcelCharacteristics = Stub, OriginPostalCode = StubFrom, Destination = new RateDestination(new Domestic(StubTo), null, null), Services = ["DOM.RP"], Options = null };
        }

        string country = request!.Destination.Country;
        bool counter = request.QuoteType == "counter";
        if (!counter && switches.Now.NoCommercialRates)
        {
            return call.Ok(Array.Empty<PriceQuote>());
        }

        var offered = Catalogue.For(country).Where(service => request.Services?.Contains(service.Code) ?? true).ToList();
        var fitting = offered.Where(service => service.Fits(request.ParcelCharacteristics)).ToList();
        if (fitting.Count == 0)
        {
            return call.Refuse("9111");
        }

        var options = request.Options ?? [];
        var taking = fitting.Where(service => Takes(service, options)).ToList();
        if (taking.Count == 0)
        {
            return call.Refuse("9111");
        }

        return call.Ok(taking.Select(service => Quote(call, service, request, counter)).ToList());
    }

    public IResult Services(Call call)
    {
        if (Problems(call).ToList() is { Count: > 0 } problems)
        {
            return call.Refuse(problems);
        }

        string country = call.Query("country");
        var services = country.Length > 0 ? Catalogue.For(country) : Catalogue.Services.Where(service => service.Offered);
        return call.Ok(services.Select(service => new ServiceEntry(service.Code, service.Name(call.French), ServiceLink(call, service.Code, country))).ToList());
    }

    public IResult Service(Call call)
    {
        if (Catalogue.Find((string)call.Http.Request.RouteValues["serviceCode"]!) is not { Offered: true } service)
        {
            return call.Refuse("10028");
        }

        if (Problems(call).ToList() is { Count: > 0 } problems)
        {
            return call.Refuse(problems);
        }

        var side = new NumberRange(0.1m, service.MaxSideCm);
        return call.Ok(new ServiceDetail(
            service.Code,
            service.Name(call.French),
            [.. service.Options.Concat(service.NonDelivery).Select(code => Option(call, service, Catalogue.FindOption(code)!))],
            new Restrictions(
                new NumberRange(0, service.MaxKg * 1000m),
                new DimensionalRestrictions(side, side, side, service.MaxLengthAndGirthCm, service.MaxSumCm, service.IsPacket ? null : 100m),
                service.Density,
                CanShipInMailingTube: !service.IsPacket,
                CanShipUnpackaged: service.Reach == Reach.Canada,
                AllowedAsReturnService: service.Reach == Reach.Canada)));
    }

    public IResult Option(Call call) =>
        Catalogue.FindOption((string)call.Http.Request.RouteValues["optionCode"]!) is { } option
            ? call.Ok(new OptionDetail(option.Code, option.Name(call.French), option.Class, true, option.NeedsAmount, option.Conflicts, option.Prerequisites))
            : call.NotFound();

    /// <summary>Services may be asked about for a country and under a contract of the customer's.</summary>
    private static IEnumerable<string> Problems(Call call)
    {
        if (call.Query("country") is { Length: > 0 } country && !Countries.Known.Contains(country))
        {
            yield return "8534";
        }

        if (call.Query("contract") is { Length: > 0 } contract && !call.Account.Contracts.Contains(EmulatedAccountNumbers.Pad(contract)))
        {
            yield return "2550";
        }
    }

    private IEnumerable<string> Problems(RateRequest request, EmulatedAccount account)
    {
        bool counter = request.QuoteType == "counter";
        if (!counter && string.IsNullOrEmpty(request.CustomerNumber))
        {
            yield return "9113";
        }

        if (counter && (request.CustomerNumber is not null || request.ContractId is not null))
        {
            yield return "9114";
        }

        if (!counter && request.CustomerNumber is { Length: > 0 } customer && EmulatedAccountNumbers.Pad(customer) != account.CustomerNumber)
        {
            yield return "AA003";
        }

        if (!counter && request.ContractId is { Length: > 0 } contract && !account.Contracts.Contains(EmulatedAccountNumbers.Pad(contract)))
        {
            yield return "2550";
        }

        if (DateOnly.TryParseExact(request.ExpectedMailingDate, "yyyy-MM-dd", out var day) && day < clock.Today)
        {
            yield return "1622";
        }

        string country = request.Destination.Country;
        if (request.Destination.International is not null && (!Countries.Known.Contains(country) || country is "CA" or "US"))
        {
            yield return "10033";
        }

        if (request.Services is { } services)
        {
            if (services.Any(code => Catalogue.Find(code) is null))
            {
                yield return "10028";
            }
            else if (services.Any(code => Catalogue.Find(code) is not { Offered: true } service || service.Reach != Catalogue.ReachOf(country)))
            {
                yield return "9112";
            }
        }

        var codes = (request.Options ?? []).Select(option => option.OptionCode).ToList();
        if (codes.Distinct().Count() != codes.Count || codes.Any(code => Catalogue.FindOption(code) is not { } option || option.Conflicts.Any(codes.Contains)))
        {
            yield return "E0040";
        }

        // Delivery confirmation, which signature and coverage need, comes with the service; the signature that coverage needs must be asked for.
        var asked = Catalogue.For(country).Where(service => request.Services?.Contains(service.Code) ?? true);
        if (asked.Any(service => ShipmentRules.LacksSignature(service, request.Options ?? [], switches.Now)))
        {
            yield return "7050";
        }
    }

    /// <summary>Services that cannot carry an asked option are left out of the quotes.</summary>
    private static bool Takes(Service service, IReadOnlyList<Option> options) =>
        options.All(option => option.OptionCode == "DC" || service.Takes(option.OptionCode))
        && (options.FirstOrDefault(option => option.OptionCode == "COV")?.OptionAmount ?? 0m) <= service.Coverage;

    private PriceQuote Quote(Call call, Service service, RateRequest request, bool counter)
    {
        var destination = request.Destination;
        var price = Pricing.Compute(
            service,
            new PriceQuestion(
                request.OriginPostalCode,
                destination.PostalCode,
                destination.Domestic is { } domestic ? TaxTable.ProvinceOf(domestic.PostalCode) : "",
                destination.Country,
                request.ParcelCharacteristics,
                request.Options ?? [],
                counter ? PriceLevel.Counter : call.Account.HasContract ? PriceLevel.Contract : PriceLevel.SmallBusiness,
                request.PromoCode),
            DateOnly.TryParseExact(request.ExpectedMailingDate, "yyyy-MM-dd", out var day) ? day : clock.Today);
        return new PriceQuote(
            service.Code,
            ServiceLink(call, service.Code, destination.Country),
            service.Name(call.French),
            new PriceDetails(
                price.Base,
                new Taxes(price.Gst, price.Pst, price.Hst),
                price.Due,
                price.Options.Count == 0 ? null : [.. price.Options.Select(option => new QuoteOption(
                    option.OptionCode, Pricing.OptionName(option.OptionCode, call.French), option.OptionPrice, option.OptionCode == "DC" ? new Qualifier(Included: true) : null))],
                [.. price.Adjustments.Select(line => new QuoteAdjustment(
                    line.AdjustmentCode, Pricing.AdjustmentName(line.AdjustmentCode, call.French), line.AdjustmentAmount,
                    line.AdjustmentCode == "FUELSC" ? new Qualifier(Percent: price.FuelPercent) : null))]),
            new WeightDetails(price.CubedKg),
            price.Standard);
    }

    private static ServiceOption Option(Call call, Service service, OptionRule option) => new(
        option.Code,
        option.Name(call.French),
        new Link("option", $"{call.Base}/rating/v1/options/{option.Code}", "application/json"),
        Mandatory: option.Code == "DC" || service.NonDelivery is [var only] && only == option.Code,
        QualifierRequired: option.NeedsAmount,
        QualifierMax: option.Code == "COV" ? service.Coverage : option.Code == "COD" ? 5000m : null);

    private static Link ServiceLink(Call call, string code, string country) =>
        new("service", $"{call.Base}/rating/v1/services/{code}{(country.Length > 0 ? $"?country={country}" : "")}", "application/json");
}
