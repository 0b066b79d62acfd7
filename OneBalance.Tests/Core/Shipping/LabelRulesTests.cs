using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

/// <summary>The rows repeat the tables of <see cref="LabelRules"/>.</summary>
public sealed class LabelRulesTests
{
    private static readonly DateTimeOffset Asked = new(2026, 11, 2, 14, 0, 0, TimeSpan.Zero);

    private static readonly LabelFacts Facts = new(LabelState.Draft, Asked, false, false, false, true, null, null);

    [Theory]
    [InlineData(LabelState.Draft, 0, "Rest")]
    [InlineData(LabelState.Reserved, 120, "Hold")]
    [InlineData(LabelState.Reserved, 121, "GiveUp")]
    [InlineData(LabelState.Attempting, 120, "Send")]
    [InlineData(LabelState.Attempting, 121, "Search")]
    [InlineData(LabelState.Unknown, 120, "Send")]
    [InlineData(LabelState.Unknown, 121, "Search")]
    [InlineData(LabelState.Purchased, 0, "FetchDocument")]
    [InlineData(LabelState.Declined, 0, "Release")]
    [InlineData(LabelState.Voided, 0, "Rest")]
    public void The_next_step_by_state_and_seconds_since_the_request(LabelState state, int seconds, string expected) =>
        Assert.Equal(expected, LabelRules.Next(Facts with { State = state }, Asked.AddSeconds(seconds)).GetType().Name);

    [Fact]
    public void A_confirmed_shipment_is_captured_and_one_without_a_price_is_looked_up()
    {
        var confirmed = Facts with { State = LabelState.Attempting, ShipmentStored = true, ShipmentAndPriceStored = true };

        Assert.IsType<LabelStep.Capture>(LabelRules.Next(confirmed, Asked));
        Assert.IsType<LabelStep.Capture>(LabelRules.Next(confirmed, Asked.AddDays(3)));
        Assert.IsType<LabelStep.Search>(LabelRules.Next(confirmed with { ShipmentAndPriceStored = false }, Asked));
    }

    [Fact]
    public void Settled_labels_rest()
    {
        Assert.IsType<LabelStep.Rest>(LabelRules.Next(Facts with { State = LabelState.Purchased, DocumentStored = true }, Asked));
        Assert.IsType<LabelStep.Rest>(LabelRules.Next(Facts with { State = LabelState.Declined, HoldStands = false }, Asked));
    }

    /// <summary>A double click must not send the order again while the first is being answered.</summary>
    [Fact]
    public void An_attempt_under_way_is_left_alone_until_its_time_is_up()
    {
        var busy = Facts with { State = LabelState.Attempting, NextRunAt = Asked.AddSeconds(30) };

        Assert.Equal(new LabelStep.Wait(Asked.AddSeconds(30)), LabelRules.Next(busy, Asked.AddSeconds(29)));
        Assert.IsType<LabelStep.Send>(LabelRules.Next(busy, Asked.AddSeconds(30)));
    }

    /// <summary>The carrier's window is a minute: asked to slow down, nobody asks it again before.</summary>
    [Theory]
    [InlineData(LabelState.Attempting, 59, "Wait")]
    [InlineData(LabelState.Attempting, 60, "Send")]
    [InlineData(LabelState.Unknown, 59, "Wait")]
    [InlineData(LabelState.Unknown, 60, "Send")]
    [InlineData(LabelState.Purchased, 59, "Wait")]
    [InlineData(LabelState.Purchased, 60, "FetchDocument")]
    public void Asked_to_slow_down_the_carrier_is_left_alone_until_then(LabelState state, int seconds, string expected) =>
        Assert.Equal(expected, LabelRules.Next(Facts with { State = state, BusyUntil = Asked.AddSeconds(60) }, Asked.AddSeconds(seconds)).GetType().Name);

    [Fact]
    public void A_confirmed_shipment_is_captured_however_busy_the_carrier_is() =>
        Assert.IsType<LabelStep.Capture>(LabelRules.Next(
            Facts with { State = LabelState.Attempting, ShipmentStored = true, ShipmentAndPriceStored = true, BusyUntil = Asked.AddSeconds(60) }, Asked));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(60, 60)]
    [InlineData(600, 600)]
    [InlineData(86_400, 600)]
    public void A_busy_carrier_is_left_alone_as_long_as_it_said_within_reason(int asked, int seconds) =>
        Assert.Equal(Asked.AddSeconds(seconds), LabelRules.BusyUntil(TimeSpan.FromSeconds(asked), Asked));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_busy_carrier_has_decided_nothing(int attempts) =>
        Assert.Equal(new AfterSend.TryAgain(), LabelRules.AfterSend(SendReply.Busy, attempts));

    [Theory]
    [InlineData("00:09:59", "Remember")]
    [InlineData("00:10:00", "Decline")]
    public void Absent_twice_counts_from_ten_minutes_apart(string apart, string expected)
    {
        var absent = Asked.AddMinutes(3);
        var again = absent + TimeSpan.Parse(apart, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(new AfterAbsence.Remember(absent), LabelRules.AfterAbsence(null, absent));
        Assert.Equal(expected, LabelRules.AfterAbsence(absent, again).GetType().Name);
    }

    [Fact]
    public void Between_the_absences_the_carrier_is_left_alone()
    {
        var absent = Facts with { State = LabelState.Unknown, AbsentSince = Asked.AddMinutes(3) };

        Assert.Equal(new LabelStep.Wait(Asked.AddMinutes(13)), LabelRules.Next(absent, Asked.AddMinutes(13).AddTicks(-1)));
        Assert.IsType<LabelStep.Search>(LabelRules.Next(absent, Asked.AddMinutes(13)));
    }

    [Theory]
    [InlineData(SendReply.Refused, 1, DeclineReason.CarrierRefused)]
    [InlineData(SendReply.Unreachable, 1, DeclineReason.Unreachable)]
    [InlineData(SendReply.Unknown, 1, null)]
    [InlineData(SendReply.Refused, 2, null)]
    [InlineData(SendReply.Unreachable, 2, null)]
    [InlineData(SendReply.Unknown, 2, null)]
    public void Only_the_answer_to_a_single_attempt_is_conclusive(SendReply reply, int attempts, DeclineReason? declined) =>
        Assert.Equal(
            declined is { } reason ? new AfterSend.Decline(reason) : new AfterSend.Settle(),
            LabelRules.AfterSend(reply, attempts));

    [Theory]
    [InlineData(20_00, 20_00, 20_00, 0)]
    [InlineData(20_00, 19_99, 19_99, 0)]
    [InlineData(20_00, 20_01, 20_00, 1)]
    [InlineData(20_00, 0, 0, 0)]
    public void A_price_above_the_hold_is_a_difference(long reserved, long price, long captured, long difference) =>
        Assert.Equal(new Settlement(new Money(captured), new Money(difference)), LabelRules.Settle(new Money(reserved), new Money(price)));

    [Theory]
    [InlineData("00:30:00", true)]
    [InlineData("00:30:01", false)]
    public void A_quote_stands_for_thirty_minutes(string age, bool stands) =>
        Assert.Equal(stands, LabelRules.QuoteStands(Asked, Asked + TimeSpan.Parse(age, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0, 30)]
    [InlineData(120, 30)]
    [InlineData(600, 150)]
    [InlineData(86_400, 3_600)]
    public void The_sweep_looks_again_after_a_quarter_of_the_time_so_far(int seconds, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), LabelRules.Backoff(Asked, Asked.AddSeconds(seconds)));
}
