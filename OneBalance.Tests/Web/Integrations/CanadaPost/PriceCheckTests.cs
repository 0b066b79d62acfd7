using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>An account that answers with fixed prices sells nothing.</summary>
public sealed class PriceCheckTests
{
    private static readonly RateRequest Question = new("M5H2N2", "R3W1A1", "CA", Orders.Small, []);

    [Fact]
    public async Task Prices_that_differ_are_sold_at()
    {
        await using var bench = await CarrierBench.StartAsync();

        Assert.True(await bench.Get<PriceCheck>().RunAsync(default));

        Assert.False(bench.Get<PriceCheck>().PricesAreFixed);
        (await bench.Get<ICarrier>().GetRatesAsync(Question, Language.English, default)).Confirmed();
        Assert.Null(bench.Get<ICarrierHealth>().Read().LastTrouble);
    }

    [Theory]
    [InlineData(Language.English, "Canada Post gives no valid prices")]
    [InlineData(Language.French, "Postes Canada ne donne pas de prix valides")]
    public async Task Two_parcels_priced_alike_stop_rates_and_purchases_until_prices_differ(Language language, string words)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var check = bench.Get<PriceCheck>();
        await bench.SwitchAsync(new { fixedPrices = true });

        Assert.False(await check.RunAsync(default));
        int sent = bench.Wire.Turns.Count;
        var rates = Assert.IsType<CarrierReply<IReadOnlyList<Rate>>.Refused>(await carrier.GetRatesAsync(Question, language, default));
        var label = Assert.IsType<CarrierReply<CarrierShipment>.Refused>(await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), language, default));

        Assert.All(new[] { Assert.Single(rates.Errors), Assert.Single(label.Errors) }, error =>
        {
            Assert.Equal(CanadaPostClient.PricesAreFixed, error.Code);
            Assert.StartsWith(words, error.Message);
        });
        Assert.Equal(sent, bench.Wire.Turns.Count);
        Assert.Equal(CarrierTrouble.FixedPrices, bench.Get<ICarrierHealth>().Read().LastTrouble);

        await bench.SwitchAsync(new { fixedPrices = false });
        Assert.True(await check.RunAsync(default));
        (await carrier.GetRatesAsync(Question, language, default)).Confirmed();
        (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), language, default)).Confirmed();
    }

    [Theory]
    [InlineData("unreachable")]
    [InlineData("no rates")]
    public async Task A_carrier_that_gives_no_prices_yet_stops_nothing(string why)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.ReadRetries = 0);
        if (why == "no rates")
        {
            await bench.SwitchAsync(new { noCommercialRates = true });
        }
        else
        {
            await bench.FaultAsync(new { kind = "Status", status = 503, path = "/prices" });
        }

        Assert.False(await bench.Get<PriceCheck>().RunAsync(default));

        Assert.False(bench.Get<PriceCheck>().PricesAreFixed);
        (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), Language.English, default)).Confirmed();
    }

    [Fact]
    public async Task It_is_asked_at_start_up_and_every_five_minutes_until_prices_differ()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        await bench.SwitchAsync(new { fixedPrices = true });
        var runner = bench.Get<IEnumerable<IHostedService>>().OfType<PriceCheckRunner>().Single();

        await runner.StartAsync(default);
        await UntilAsync(() => bench.Get<PriceCheck>().PricesAreFixed);
        await bench.SwitchAsync(new { fixedPrices = false });
        while (!runner.ExecuteTask!.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await Task.Delay(20);
        }

        Assert.False(bench.Get<PriceCheck>().PricesAreFixed);
        await runner.StopAsync(default);
    }

    [Fact]
    public async Task It_is_left_out_where_the_settings_say_so()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.CheckPrices = false);
        var runner = bench.Get<IEnumerable<IHostedService>>().OfType<PriceCheckRunner>().Single();

        await runner.StartAsync(default);
        await runner.ExecuteTask!;

        Assert.Empty(bench.Wire.Turns);
    }

    private static async Task UntilAsync(Func<bool> happened)
    {
        for (int attempt = 0; attempt < 500 && !happened(); attempt++)
        {
            await Task.Delay(20);
        }

        Assert.True(happened());
    }
}
