using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

/// <summary>The rows repeat the table of <see cref="TopUpFlow"/>.</summary>
public sealed class TopUpFlowTests
{
    private static readonly DateTimeOffset Asked = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(TopUpState.Requested, false, false, true, "00:00:00", TopUpStep.Charge)]
    [InlineData(TopUpState.Charging, false, false, true, "00:00:00", TopUpStep.Charge)]
    [InlineData(TopUpState.Charging, false, false, true, "22:59:59", TopUpStep.Charge)]
    [InlineData(TopUpState.Charging, false, false, true, "23:00:00", TopUpStep.Find)]
    [InlineData(TopUpState.Charging, false, true, true, "00:00:01", TopUpStep.Find)]
    [InlineData(TopUpState.Charging, false, false, false, "00:00:00", TopUpStep.Find)]
    [InlineData(TopUpState.Charging, true, false, false, "00:00:01", TopUpStep.Read)]
    [InlineData(TopUpState.RequiresAction, true, false, false, "23:59:59", TopUpStep.Read)]
    [InlineData(TopUpState.Charging, true, false, true, "00:00:01", TopUpStep.Read)]
    [InlineData(TopUpState.RequiresAction, true, false, true, "23:59:59", TopUpStep.Read)]
    [InlineData(TopUpState.RequiresAction, true, false, true, "1.00:00:00", TopUpStep.Cancel)]
    [InlineData(TopUpState.Processing, true, false, true, "3.00:00:00", TopUpStep.Read)]
    [InlineData(TopUpState.Succeeded, true, false, true, "00:00:01", TopUpStep.Nothing)]
    [InlineData(TopUpState.Failed, true, false, true, "00:00:01", TopUpStep.Nothing)]
    [InlineData(TopUpState.AwaitingPayout, true, false, true, "00:00:01", TopUpStep.Nothing)]
    public void Next_step_of_a_top_up(TopUpState state, bool paymentKnown, bool absent, bool open, string since, TopUpStep expected)
    {
        var now = Asked + TimeSpan.Parse(since, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected, TopUpFlow.Next(state, paymentKnown, state == TopUpState.Requested ? null : Asked, absent ? Asked : null, open, now));
    }

    [Theory]
    [InlineData("00:09:59", false)]
    [InlineData("00:10:00", true)]
    public void A_payment_absent_for_ten_minutes_was_never_made(string since, bool proven) =>
        Assert.Equal(proven, TopUpFlow.NeverMade(Asked, Asked + TimeSpan.Parse(since, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_payment_never_found_absent_is_not_proven_absent() => Assert.False(TopUpFlow.NeverMade(null, Asked));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(8, 256)]
    [InlineData(9, 360)]
    [InlineData(1000, 360)]
    public void The_sweep_waits_longer_each_time_up_to_six_hours(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), TopUpFlow.Wait(attempts));
}
