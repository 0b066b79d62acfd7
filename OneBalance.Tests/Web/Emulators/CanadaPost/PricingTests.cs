using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Tax;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Features.Carriers;
using RateRequest = OneBalance.Web.Features.Carriers.RateRequest;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>The emulated prices are invented; how they add up is the carrier's.</summary>
public sealed class PricingTests
{
    [Theory]
    [InlineData("M5H2N2", "R3W1A1", "ON", "MB")]
    [InlineData("M5H2N2", "M5H2N2", "ON", "ON")]
    [InlineData("V6B1A1", "B3J1S9", "BC", "NS")]
    [InlineData("H2X1Y4", "G1R4S9", "QC", "QC")]
    [InlineData("M5H2N2", "H2X1Y4", "ON", "QC")]
    [InlineData("T5L3B0", "A1C5M9", "AB", "NL")]
    [InlineData("K1A0B1", "X1A2N3", "ON", "NT")]
    public async Task Every_line_is_rounded_by_itself_and_the_taxes_are_the_destinations(string from, string to, string origin, string destination)
    {
        await using var bench = await CarrierBench.StartAsync();
        var parcel = new Parcel(2_340, 400, 300, 200);

        var rates = (await bench.Get<ICarrier>().GetRatesAsync(
            new RateRequest(from, to, "CA", parcel, [new ShipmentOption("SO"), new ShipmentOption("COV", new Money(450_00))]), Language.English, default)).Confirmed();

        Assert.NotEmpty(rates);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        Assert.All(rates, rate =>
        {
            var lines = rate.Price.Lines;
            var service = lines.Single(line => line.Kind == PriceLineKind.Base).Amount;
            var automation = lines.Single(line => line.Code == "AUTDISC").Amount;
            var fuel = lines.Single(line => line.Code == "FUELSC");
            Assert.Equal(-service.Percent(3), automation);
            Assert.Equal((service + automation).Percent(fuel.Percent!.Value), fuel.Amount);

            // 2.75 for each 100.00 begun beyond what is included: nothing with Regular Parcel, 100.00 with the others.
            Assert.Equal(new Money(rate.ServiceCode == "DOM.RP" ? 13_75 : 11_00), lines.Single(line => line.Code == "COV").Amount);
            var expected = TaxRates.Taxes(rate.Price.BeforeTax, today, PlaceOfSupply.Of(origin, "CA", destination, rate.Price.BeforeTax));
            Assert.Equal(expected.Select(tax => tax.Amount), lines.Where(line => line.Kind == PriceLineKind.Tax).Select(line => line.Amount));
            Assert.True(rate.Price.AddsUp);
            Assert.True(rate.CounterPrice!.AddsUp);
            Assert.DoesNotContain(rate.CounterPrice.Lines, line => line.Code == "AUTDISC");
        });
    }

    /// <summary>Prices that the carrier published or somebody saw live, line by line: the arithmetic is theirs, to the cent.</summary>
    [Theory]
    [InlineData(10.97, "AUTDISC", -0.33, 9.25, 0.98, 0, 0, 12, 1.39, 13.01)]
    [InlineData(9.19, "", 0, 9.75, 0.90, 7.50, 0, 13, 2.29, 19.88)]
    [InlineData(16.71, "V1DISC", -3.94, 42.9, 5.48, 0, 5, 0, 0.91, 19.16)]
    public void Worked_prices_come_out_to_the_cent(
        double basePrice, string discount, double discounted, double fuelPercent, double fuel, double oversize, double gst, double hst, double tax, double due)
    {
        var discounts = discount switch
        {
            "" => [],
            "AUTDISC" => [Pricing.Automation((decimal)basePrice)],
            _ => new[] { new ShipmentAdjustment(discount, (decimal)discounted) },
        };

        var sum = Pricing.AddUp(
            (decimal)basePrice, oversize > 0 ? [new PricedOption("UP", (decimal)oversize)] : [], discounts, (decimal)fuelPercent, [], _ => ((decimal)gst, 0m, (decimal)hst));

        Assert.Equal((decimal)discounted, sum.Adjustments.Where(line => line.AdjustmentCode == discount).Sum(line => line.AdjustmentAmount));
        Assert.Equal((decimal)fuel, sum.Adjustments.Single(line => line.AdjustmentCode == "FUELSC").AdjustmentAmount);
        Assert.Equal((decimal)tax, sum.Gst.Amt + sum.Hst.Amt);
        Assert.Equal((decimal)due, sum.Due);
    }

    [Fact]
    public async Task Options_that_were_not_chosen_are_not_priced_and_each_chosen_one_costs_what_it_costs()
    {
        await using var bench = await CarrierBench.StartAsync();

        var without = await PriceAsync();
        var signed = await PriceAsync(new ShipmentOption("SO"));
        var all = await PriceAsync(new ShipmentOption("SO"), new ShipmentOption("PA19"), new ShipmentOption("COV", new Money(300_00)), new ShipmentOption("HFP"));

        Assert.Equal([("DC", Money.Zero)], Options(without));
        Assert.Equal([("DC", Money.Zero), ("SO", new Money(2_00))], Options(signed));
        Assert.Equal([("DC", Money.Zero), ("SO", new Money(2_00)), ("PA19", new Money(2_00)), ("COV", new Money(5_50)), ("HFP", Money.Zero)], Options(all));
        Assert.Equal(without.BeforeTax + new Money(2_00), signed.BeforeTax);
        Assert.Equal(without.BeforeTax + new Money(9_50), all.BeforeTax);

        async Task<Price> PriceAsync(params ShipmentOption[] options) =>
            (await bench.Get<ICarrier>().GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, options), Language.English, default)).Confirmed()
                .Single(rate => rate.ServiceCode == "DOM.EP").Price;

        static IEnumerable<(string, Money)> Options(Price price) => price.Lines.Where(line => line.Kind == PriceLineKind.Option).Select(line => (line.Code, line.Amount));
    }

    /// <summary>Near and far, light and heavy, at home and abroad: nobody pays us more than at the counter.</summary>
    [Theory]
    [InlineData("M4B1B3", "CA", 400)]
    [InlineData("V6B1A1", "CA", 29_900)]
    [InlineData("X1A2N3", "CA", 2_000)]
    [InlineData("10001-1234", "US", 900)]
    [InlineData("90210", "US", 15_000)]
    [InlineData("100-0001", "JP", 1_500)]
    public async Task The_counter_is_never_cheaper(string to, string country, int grams)
    {
        await using var bench = await CarrierBench.StartAsync();

        var rates = (await bench.Get<ICarrier>().GetRatesAsync(
            new RateRequest("M5H2N2", to, country, new Parcel(grams, 200, 150, 100), []), Language.English, default)).Confirmed();

        Assert.NotEmpty(rates);
        Assert.All(rates, rate => Assert.True(rate.Price.Total <= rate.CounterPrice!.Total, $"{rate.ServiceCode}: {rate.Price.Total} and {rate.CounterPrice.Total}"));
    }

    [Fact]
    public async Task A_light_and_bulky_parcel_is_rated_by_its_volume()
    {
        await using var bench = await CarrierBench.StartAsync();

        var rates = (await bench.Get<ICarrier>().GetRatesAsync(
            new RateRequest("M5H2N2", "R3W1A1", "CA", new Parcel(500, 500, 400, 300), []), Language.English, default)).Confirmed();

        Assert.Equal(10_000, rates.Single(rate => rate.ServiceCode == "DOM.RP").RatedWeightGrams);
        Assert.Equal(12_000, rates.Single(rate => rate.ServiceCode == "DOM.EP").RatedWeightGrams);
    }

    [Fact]
    public async Task The_price_of_a_shipment_is_the_price_that_was_quoted()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        ShipmentOption[] options = [new("SO"), new("COV", new Money(250_00))];

        var rates = (await carrier.GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, options), Language.English, default)).Confirmed();
        var bought = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg, "DOM.XP", options: options), Language.English, default)).Confirmed();

        Assert.Equal(rates.Single(rate => rate.ServiceCode == "DOM.XP").Price.Total, bought.Price!.Total);
    }

    [Theory]
    [InlineData(Language.English, "Expedited Parcel", "Fuel surcharge")]
    [InlineData(Language.French, "Colis accéléré", "Supplément pour carburant")]
    public async Task Names_come_in_the_language_asked_for(Language language, string service, string fuel)
    {
        await using var bench = await CarrierBench.StartAsync();

        var rates = (await bench.Get<ICarrier>().GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, []), language, default)).Confirmed();

        var expedited = rates.Single(rate => rate.ServiceCode == "DOM.EP");
        Assert.Equal(service, expedited.ServiceName);
        Assert.Contains(expedited.Price.Lines, line => line.Name == fuel);
    }

    [Fact]
    public async Task Goods_worth_more_than_a_service_insures_are_quoted_by_the_services_that_do()
    {
        await using var bench = await CarrierBench.StartAsync();

        var reply = await bench.Get<ICarrier>().GetRatesAsync(
            new RateRequest("M5H2N2", "10001-1234", "US", Orders.Small, [new ShipmentOption("COV", new Money(1_000_00))]), Language.English, default);

        Assert.Equal(["USA.EP", "USA.XP"], reply.Confirmed().Select(rate => rate.ServiceCode));
    }
}
