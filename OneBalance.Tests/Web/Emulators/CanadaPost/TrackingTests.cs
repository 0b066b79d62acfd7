using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>What becomes of parcels, by their numbers and the clock.</summary>
public sealed class TrackingTests
{
    /// <summary>A Monday in a week without holidays.</summary>
    private static readonly DateTimeOffset Monday = new(2026, 11, 16, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, TrackingStatus.Delivered, "1421 0174 0100 0100 1302 3000")]
    [InlineData(6, TrackingStatus.Delivered, "1498 1701 1479 0174 0100 0100 1302 3000")]
    [InlineData(8, TrackingStatus.Delivered, "1421 0174 0173 0100 0100 1302 3000")]
    [InlineData(13, TrackingStatus.Exception, "0172 0156 1701 1479 0174 0100 0100 1302 3000")]
    [InlineData(16, TrackingStatus.Delivered, "1498 1701 1479 0174 0100 0100 1302 3000")]
    public async Task What_becomes_of_a_parcel_follows_from_its_number_in_both_languages(int which, TrackingStatus status, string codes)
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        var number = await BuyAsync(carrier, which);
        clock.Advance(TimeSpan.FromDays(30));

        var english = (await carrier.GetTrackingAsync(number, Language.English, default)).Confirmed().Events;
        await bench.RestartEmulatorAsync();
        var again = (await carrier.GetTrackingAsync(number, Language.English, default)).Confirmed().Events;
        var french = (await carrier.GetTrackingAsync(number, Language.French, default)).Confirmed().Events;

        Assert.Equal(codes.Split(' '), english.Select(happened => happened.Code));
        Assert.Equal(status, TrackingRules.StatusOf([.. english.Select(happened => happened.Code)]));
        Assert.Equal(english, again);
        Assert.Equal(english.Select(happened => happened.Code), french.Select(happened => happened.Code));
        Assert.All(english.Zip(french), pair => Assert.NotEqual(pair.First.Description, pair.Second.Description));
        Assert.Equal(english.OrderByDescending(happened => (happened.Day, happened.Time)).Select(happened => happened.Code), english.Select(happened => happened.Code));
    }

    /// <summary>Expedited from Toronto to Winnipeg is expected on Thursday; Saturdays and Sundays do not count.</summary>
    [Theory]
    [InlineData(6, 3.9, TrackingStatus.Exception, "1479")]
    [InlineData(6, 4.9, TrackingStatus.Exception, "1701")]
    [InlineData(6, 7.9, TrackingStatus.Delivered, "1498")]
    [InlineData(8, 3.0, TrackingStatus.Exception, "0173")]
    [InlineData(8, 4.9, TrackingStatus.Delivered, "1421")]
    [InlineData(13, 9.9, TrackingStatus.Exception, "1701")]
    [InlineData(13, 10.9, TrackingStatus.Exception, "0156")]
    [InlineData(13, 17.9, TrackingStatus.Exception, "0172")]
    public async Task A_parcel_in_trouble_is_an_exception_until_it_is_over(int which, double days, TrackingStatus status, string newest)
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        var number = await BuyAsync(carrier, which);
        clock.Advance(TimeSpan.FromDays(days));

        var events = (await carrier.GetTrackingAsync(number, Language.English, default)).Confirmed().Events;

        Assert.Equal(newest, events[0].Code);
        Assert.Equal(status, TrackingRules.StatusOf([.. events.Select(happened => happened.Code)]));
    }

    [Fact]
    public async Task An_error_in_the_address_moves_the_day_it_is_expected()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        var number = await BuyAsync(carrier, 8);

        clock.Advance(TimeSpan.FromDays(1));
        var before = (await carrier.GetTrackingAsync(number, Language.English, default)).Confirmed().ExpectedDelivery;
        clock.Advance(TimeSpan.FromDays(2));
        var after = (await carrier.GetTrackingAsync(number, Language.English, default)).Confirmed().ExpectedDelivery;

        Assert.Equal((new DateOnly(2026, 11, 19), new DateOnly(2026, 11, 20)), (before, after));
    }

    [Fact]
    public async Task A_parcel_for_a_post_office_waits_there_and_is_collected()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg with { Phone = "204-555-0100" }, options: [new ShipmentOption("D2PO", null, "0000311545")]) with { RecipientEmail = "recipient@example.com" };
        var bought = (await carrier.CreateShipmentAsync(order, Language.English, default)).Confirmed();

        clock.Advance(TimeSpan.FromDays(3.9));
        var waiting = (await carrier.GetTrackingAsync(bought.TrackingNumber!.Value, Language.English, default)).Confirmed().Events;
        clock.Advance(TimeSpan.FromDays(1));
        var collected = (await carrier.GetTrackingAsync(bought.TrackingNumber.Value, Language.English, default)).Confirmed().Events;

        Assert.Equal(["1701", "0100", "0100", "1302", "3000"], waiting.Select(happened => happened.Code));
        Assert.Equal("1498", collected[0].Code);
    }

    /// <summary>Nearer parcels come earlier, and everything is told in the time of its place.</summary>
    [Theory]
    [InlineData("M4B1B3", "Toronto", "ON", "EST", 18)]
    [InlineData("R3W1A1", "Winnipeg", "MB", "CST", 19)]
    [InlineData("S4P3Y2", "Regina", "SK", "CST", 19)]
    [InlineData("V6B1A1", "Vancouver", "BC", "PST", 20)]
    [InlineData("B3J1S9", "Halifax", "NS", "AST", 20)]
    [InlineData("A1C5M9", "St. John's", "NL", "NST", 20)]
    public async Task A_delivery_comes_by_distance_in_working_hours_of_the_place(string postalCode, string city, string province, string zone, int day)
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        var to = Orders.Winnipeg with { PostalCode = postalCode, City = city, Province = province };
        var bought = (await carrier.CreateShipmentAsync(Orders.To(to), Language.English, default)).Confirmed();
        clock.Advance(TimeSpan.FromDays(14));

        var tracking = (await carrier.GetTrackingAsync(bought.TrackingNumber!.Value, Language.English, default)).Confirmed();

        var delivered = tracking.Events[0];
        Assert.Equal(("1421", zone, new DateOnly(2026, 11, day), province), (delivered.Code, delivered.Zone, delivered.Day, delivered.Province));
        Assert.Equal(tracking.ExpectedDelivery, delivered.Day);
        Assert.InRange(delivered.Time!.Value, new TimeOnly(9, 0), new TimeOnly(17, 0));
        Assert.Equal(("3000", "EST", new TimeOnly(10, 0)), (tracking.Events[^1].Code, tracking.Events[^1].Zone, tracking.Events[^1].Time));
    }

    [Fact]
    public async Task A_summary_names_the_day_of_a_delivery_and_none_of_a_parcel_in_trouble()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock, options => options.TransmitShipment = true);
        var carrier = bench.Get<ICarrier>();
        var collected = await BuyAsync(carrier, 6);
        var returned = await BuyAsync(carrier, 13 - 6);
        clock.Advance(TimeSpan.FromDays(30));
        var raw = new RawCarrier(bench, EmulatedAccount.Platform);

        var there = await SummaryAsync(collected);
        var back = await SummaryAsync(returned);

        Assert.Equal(("DELIVERED", "2026-11-23"), (there["eventType"]!.GetValue<string>(), there["actualDeliveryDate"]!.GetValue<string>()));
        Assert.Equal("INFO", back["eventType"]!.GetValue<string>());
        Assert.Null(back["actualDeliveryDate"]);

        async Task<JsonNode> SummaryAsync(TrackingNumber number) => (await raw.SendAsync(HttpMethod.Get, $"/tracking/v1/pins/{number}/summaries")).Body![0]!;
    }

    /// <summary>The number of the last of so many parcels: a fresh carrier counts from one.</summary>
    private static async Task<TrackingNumber> BuyAsync(ICarrier carrier, int count)
    {
        for (int others = 1; others < count; others++)
        {
            (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), Language.English, default)).Confirmed();
        }

        return (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), Language.English, default)).Confirmed().TrackingNumber!.Value;
    }
}
