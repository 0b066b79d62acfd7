using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>What the list and the rates show, and when the clock turns.</summary>
public sealed class LabelComponentsTests : ComponentRoom
{
    private static readonly DateTimeOffset Bought = new(2026, 11, 2, 19, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Bought);
    public LabelComponentsTests()
    {
        Services.AddSingleton<TimeProvider>(_time);
    }

    [Theory]
    [InlineData(0, "Void in 60:00")]
    [InlineData(1, "Void in 59:59")]
    [InlineData(3_599, "Void in 00:01")]
    [InlineData(3_600, "Void by 2026-11-17 14:00")]
    [InlineData(1_296_000, "Void by 2026-11-17 14:00")]
    [InlineData(1_296_001, "Could be voided until 2026-11-17 14:00")]
    public void The_clock_counts_down_then_says_until_when(int seconds, string expected)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));

        var clock = Render<RefundClock>(parameters => parameters.Add(c => c.PurchasedAt, Bought));

        Assert.Equal(expected, clock.Find(".refund-clock > span").TextContent);
    }

    [Fact]
    public void The_clock_turns_by_itself_and_says_so_politely_once()
    {
        int turned = 0;
        _time.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(2));
        var clock = Render<RefundClock>(parameters => parameters
            .Add(c => c.PurchasedAt, Bought)
            .Add(c => c.Name, "Sample Recipient")
            .Add(c => c.Turned, () => turned++));
        Assert.Equal("", clock.Find("[role=status]").TextContent);

        _time.Advance(TimeSpan.FromSeconds(1));
        clock.WaitForAssertion(() => Assert.Equal("Void in 00:01", clock.Find(".refund-clock-wait").TextContent));
        Assert.Equal("", clock.Find("[role=status]").TextContent);

        _time.Advance(TimeSpan.FromSeconds(1));
        clock.WaitForAssertion(() => Assert.Equal("The label for Sample Recipient can be voided now.", clock.Find("[role=status]").TextContent));
        Assert.Equal(1, turned);
        Assert.Empty(clock.FindAll(".refund-clock-wait"));
    }

    /// <summary>A busy server's ticks come late: what was passed meanwhile is said all the same, once.</summary>
    [Theory]
    [InlineData("00:29:59", "00:00:01", "30 minutes left, until 15:00:00.")]
    [InlineData("00:29:59", "00:00:07", "30 minutes left, until 15:00:00.")]
    [InlineData("00:49:58", "00:00:04", "10 minutes left, until 15:00:00.")]
    [InlineData("00:54:30", "00:01:00", "5 minutes left, until 15:00:00.")]
    [InlineData("00:58:59", "00:00:03", "One minute left, until 15:00:00.")]
    [InlineData("00:30:00", "00:00:09", "")]
    [InlineData("00:31:00", "00:10:00", "")]
    public void Minutes_left_are_said_whenever_the_clock_is_looked_at_again(string after, string until, string expected)
    {
        _time.Advance(TimeSpan.Parse(after, CultureInfo.InvariantCulture));
        var clock = Render<RefundClock>(parameters => parameters.Add(c => c.PurchasedAt, Bought).Add(c => c.SaysSteps, true));
        _time.SetUtcNow(_time.GetUtcNow() + TimeSpan.Parse(until, CultureInfo.InvariantCulture));

        clock.WaitForAssertion(() => Assert.Equal($"Void in {Left()}", clock.Find(".refund-clock-wait").TextContent));
        Assert.Equal(expected, clock.Find("[role=status]").TextContent);

        string Left() => OneBalance.Core.Refunds.CountdownWords.Clock(Bought.AddHours(1) - _time.GetUtcNow());
    }

    [Fact]
    public void Rendered_anew_by_its_page_at_the_very_end_it_still_says_that_it_turned()
    {
        int turned = 0;
        var clock = new StoppedTimers { Now = Bought.AddMinutes(59) };
        Services.AddSingleton<TimeProvider>(clock);
        var page = Render<RefundClock>(parameters => parameters.Add(c => c.PurchasedAt, Bought).Add(c => c.Name, "Sample Recipient").Add(c => c.Turned, () => turned++));
        clock.Now = Bought.AddHours(1);

        page.Render(parameters => parameters.Add(c => c.SaysSteps, true));

        page.WaitForAssertion(() => Assert.Equal("The label for Sample Recipient can be voided now.", page.Find("[role=status]").TextContent));
        Assert.Equal(1, turned);
    }

    [Fact]
    public void A_scheduled_void_says_when_it_runs_in_French()
    {
        Speak("fr-CA");

        var clock = Render<RefundClock>(parameters => parameters.Add(c => c.PurchasedAt, Bought).Add(c => c.ScheduledAt, Bought.AddHours(1)));

        Assert.Equal("S’annule dans 60:00", clock.Find(".refund-clock-wait").TextContent);
        Assert.Equal("S’annule le 2026-11-02 15:00", clock.Find(".visually-hidden").TextContent);
    }

    [Fact]
    public void Rates_show_counter_price_and_saving_and_mark_the_cheapest_and_the_fastest()
    {
        var list = RenderRates(RateSort.Price);

        var rows = list.FindAll("[data-testid=rate]");
        Assert.Equal(["Expedited Parcel", "Regular Parcel", "Priority"], rows.Select(row => row.QuerySelector(".rate-name")!.TextContent));
        Assert.Contains("$20.00 at the counter", rows[0].TextContent);
        Assert.Contains("You save $5.00 (25%)", rows[0].TextContent);
        Assert.Contains("Cheapest", rows[0].TextContent);
        Assert.Contains("Fastest", rows[2].TextContent);
        Assert.DoesNotContain("Fastest", rows[0].TextContent);
    }

    /// <summary>Side by side whichever is lower: hidden, it would look as if there were none.</summary>
    [Theory]
    [InlineData(20_00)]
    [InlineData(19_00)]
    public void A_counter_price_that_is_not_higher_is_shown_without_a_saving(int counter)
    {
        var list = Render<RateList>(parameters => parameters.Add(c => c.Rates, [Rate("DOM.EP", "Expedited Parcel", 20_00, counter, 2)]));

        Assert.Equal($"${counter / 100}.00 at the counter", list.Find(".rate-counter").TextContent);
        Assert.Empty(list.FindAll(".rate-saving"));
    }

    /// <summary>The carrier was asked in the language of whoever pressed Get rates; the reader's may be the other.</summary>
    [Fact]
    public void Services_are_named_in_the_readers_language()
    {
        Speak("fr-CA");
        var rate = Rate("DOM.EP", "Expedited Parcel", 15_00, 20_00, 2) with
        {
            Price = new Price(new Money(15_00), [new PriceLine(PriceLineKind.Base, "DOM.EP", "Expedited Parcel", new Money(15_00))]),
        };

        var list = Render<RateList>(parameters => parameters.Add(c => c.Rates, [rate, Rate("DOM.NEW", "Brand New", 30_00, 31_00, 2)]));

        Assert.Equal(["Colis accéléré", "Brand New"], list.FindAll(".rate-name").Select(name => name.TextContent));
        Assert.Equal("Colis accéléré", list.Find(".price-lines tbody th").TextContent);
    }

    [Fact]
    public void Rates_sort_by_delivery_with_no_promise_last()
    {
        var list = RenderRates(RateSort.Delivery);

        Assert.Equal(["Priority", "Expedited Parcel", "Regular Parcel"], list.FindAll(".rate-name").Select(name => name.TextContent));
    }

    [Fact]
    public void A_service_without_tracking_says_so_before_it_is_bought()
    {
        var list = Render<RateList>(parameters => parameters.Add(c => c.Rates, [Rate("USA.SP.AIR", "Small Packet USA Air", 9_00, 10_00, 8)]));

        Assert.Contains("No tracking number", list.Find(".rate-notes").TextContent);
    }

    [Fact]
    public void Choosing_a_rate_tells_the_page()
    {
        string? chosen = null;
        var list = Render<RateList>(parameters => parameters
            .Add(c => c.Rates, [Rate("DOM.EP", "Expedited Parcel", 15_00, 20_00, 2), Rate("DOM.PC", "Priority", 40_00, 50_00, 1)])
            .Add(c => c.ChosenChanged, (string service) => chosen = service));

        list.Find("input[value='DOM.PC']").Change(true);

        Assert.Equal("DOM.PC", chosen);
    }

    [Fact]
    public void Price_lines_carry_our_names_and_the_tax_its_percentage()
    {
        var lines = Render<PriceLines>(parameters => parameters.Add(c => c.Price, new Price(
            new Money(19_16),
            [
                new PriceLine(PriceLineKind.Base, "DOM.EP", "Expedited Parcel", new Money(16_71)),
                new PriceLine(PriceLineKind.Adjustment, "V1DISC", "", new Money(-3_94)),
                new PriceLine(PriceLineKind.Adjustment, "FUELSC", "", new Money(5_48)),
                new PriceLine(PriceLineKind.Tax, "GST", "", new Money(91), 5m),
            ])));

        Assert.Equal(["Expedited Parcel", "Small-business savings", "Fuel surcharge", "GST (5%)", "Total"], lines.FindAll("th").Select(header => header.TextContent));
        Assert.Equal(["$16.71", "−$3.94", "$5.48", "$0.91", "$19.16"], lines.FindAll("td").Select(cell => cell.TextContent));
    }

    private static Rate Rate(string code, string name, long cents, long counterCents, int? days) => new(
        code,
        name,
        new Price(new Money(cents), [new PriceLine(PriceLineKind.Base, code, name, new Money(cents))]),
        new Price(new Money(counterCents), []),
        days,
        null,
        false,
        null);

    private IRenderedComponent<RateList> RenderRates(RateSort sort) => Render<RateList>(parameters => parameters
        .Add(c => c.Sort, sort)
        .Add(c => c.Rates,
        [
            Rate("DOM.PC", "Priority", 40_00, 50_00, 1),
            Rate("DOM.RP", "Regular Parcel", 16_00, 19_00, null),
            Rate("DOM.EP", "Expedited Parcel", 15_00, 20_00, 2),
        ]));

    /// <summary>A clock that goes on while no timer fires.</summary>
    private sealed class StoppedTimers : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Stopped();

        private sealed class Stopped : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
