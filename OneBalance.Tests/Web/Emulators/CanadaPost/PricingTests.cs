using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Tax;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Features.Carriers;

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
