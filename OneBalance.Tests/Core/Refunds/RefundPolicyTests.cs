using OneBalance.Core.Refunds;

namespace OneBalance.Tests.Core.Refunds;

/// <summary>The rows repeat the table of <see cref="RefundPolicy"/>.</summary>
public sealed class RefundPolicyTests
{
    private static readonly DateTimeOffset Bought = new(2026, 11, 1, 4, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0.00:00:00", "NotYet", "AskCarrier")]
    [InlineData("0.00:59:59", "NotYet", "AskCarrier")]
    [InlineData("0.01:00:00", "Void", "AskCarrier")]
    [InlineData("0.01:00:01", "Void", "AskCarrier")]
    [InlineData("15.00:00:00", "Void", "AskCarrier")]
    [InlineData("15.00:00:01", "TooLate", "TooLate")]
    public void Windows_to_the_second(string since, string unmanifested, string manifested)
    {
        var now = Bought + TimeSpan.Parse(since, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(unmanifested, RefundPolicy.Decide(new RefundFacts(Bought, false, false), now).GetType().Name);
        Assert.Equal(manifested, RefundPolicy.Decide(new RefundFacts(Bought, true, false), now).GetType().Name);
    }

    [Fact]
    public void Not_yet_says_from_when_and_too_late_says_since_when()
    {
        Assert.Equal(
            new RefundDecision.NotYet(Bought.AddMinutes(60)),
            RefundPolicy.Decide(new RefundFacts(Bought, false, false), Bought.AddMinutes(1)));
        Assert.Equal(
            new RefundDecision.TooLate(Bought.AddDays(15)),
            RefundPolicy.Decide(new RefundFacts(Bought, false, false), Bought.AddDays(16)));
    }

    [Fact]
    public void A_second_request_and_an_unbought_label_move_nothing()
    {
        Assert.IsType<RefundDecision.AlreadyDone>(RefundPolicy.Decide(new RefundFacts(Bought, false, true), Bought.AddHours(2)));
        Assert.IsType<RefundDecision.NothingToVoid>(RefundPolicy.Decide(new RefundFacts(null, false, false), Bought));
    }

    /// <summary>Clocks go back on 2026-11-01 in most of Canada; the wait is elapsed time and stays 60 minutes.</summary>
    [Fact]
    public void Daylight_saving_changes_nothing()
    {
        var beforeChange = new DateTimeOffset(2026, 11, 1, 1, 30, 0, TimeSpan.FromHours(-4));
        var sameClockTimeAfterChange = new DateTimeOffset(2026, 11, 1, 1, 30, 0, TimeSpan.FromHours(-5));

        Assert.IsType<RefundDecision.Void>(RefundPolicy.Decide(new RefundFacts(beforeChange, false, false), sameClockTimeAfterChange));
    }

    [Theory]
    [InlineData("0.02:00:00", false, "Void")]
    [InlineData("0.02:00:00", true, "Untracked")]
    [InlineData("15.00:00:01", true, "TooLate")]
    public void Without_a_tracking_number_only_before_the_manifest(string since, bool manifested, string expected)
    {
        var now = Bought + TimeSpan.Parse(since, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected, RefundPolicy.Decide(new RefundFacts(Bought, manifested, false, Tracked: false), now).GetType().Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_scanned_parcel_was_used(bool manifested) =>
        Assert.IsType<RefundDecision.Used>(RefundPolicy.Decide(new RefundFacts(Bought, manifested, false, Scanned: true), Bought.AddDays(2)));

    /// <summary>The server may be down between the request and its sending.</summary>
    [Fact]
    public void A_request_made_in_time_stays_in_time()
    {
        var facts = new RefundFacts(Bought, false, false);

        Assert.IsType<RefundDecision.Void>(RefundPolicy.DecideAgain(facts, Bought.AddDays(15), Bought.AddDays(15).AddSeconds(10)));
        Assert.IsType<RefundDecision.TooLate>(RefundPolicy.DecideAgain(facts, Bought.AddDays(15).AddSeconds(1), Bought.AddDays(15).AddSeconds(11)));
        Assert.IsType<RefundDecision.NotYet>(RefundPolicy.DecideAgain(facts, Bought, Bought.AddMinutes(59)));
    }
}
