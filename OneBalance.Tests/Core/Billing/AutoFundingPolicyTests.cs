using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

/// <summary>The rows repeat the table of <see cref="AutoFundingPolicy"/>.</summary>
public sealed class AutoFundingPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);
    private static readonly AutoFundingPlan Plan = new(Enabled: true, Threshold: new Money(25_00), Amount: new Money(100_00), MostPerDay: 3);
    private static readonly AutoFundingFacts Low = new(new Money(24_99), Running: false, FundedToday: 0, CoolDownUntil: null, HasUsableCard: true, MayFund: true);

    [Theory]
    [InlineData(24_99, "Fund")]
    [InlineData(25_00, "NotNeeded")]
    [InlineData(25_01, "NotNeeded")]
    [InlineData(0, "Fund")]
    public void Funds_below_the_threshold_only(long available, string expected) =>
        Assert.Equal(expected, Decide(Low with { Available = new Money(available) }));

    [Theory]
    [InlineData(2, "Fund")]
    [InlineData(3, "CapReached")]
    [InlineData(4, "CapReached")]
    public void Never_over_the_daily_cap(int fundedToday, string expected) => Assert.Equal(expected, Decide(Low with { FundedToday = fundedToday }));

    [Theory]
    [InlineData(1, "CoolingDown")]
    [InlineData(0, "Fund")]
    public void A_cool_down_ends_to_the_second(int secondsLeft, string expected) =>
        Assert.Equal(expected, Decide(Low with { CoolDownUntil = Now.AddSeconds(secondsLeft) }));

    [Fact]
    public void One_at_a_time() => Assert.Equal("Running", Decide(Low with { Running = true }));

    [Fact]
    public void Needs_a_card() => Assert.Equal("NoCard", Decide(Low with { HasUsableCard = false }));

    [Fact]
    public void Off_does_nothing() => Assert.IsType<AutoFundingDecision.Off>(AutoFundingPolicy.Decide(Plan with { Enabled = false }, Low, TopUpPolicy.Default, Now));

    [Fact]
    public void A_closing_account_is_not_funded() => Assert.Equal("Off", Decide(Low with { MayFund = false }));

    [Fact]
    public void Funds_the_planned_amount() => Assert.Equal(new AutoFundingDecision.Fund(new Money(100_00)), AutoFundingPolicy.Decide(Plan, Low, TopUpPolicy.Default, Now));

    [Theory]
    [InlineData(4_99, 100_00, 3, AutoFundingProblem.Threshold)]
    [InlineData(500_01, 100_00, 3, AutoFundingProblem.Threshold)]
    [InlineData(25_00, 9_99, 3, AutoFundingProblem.Amount)]
    [InlineData(25_00, 500_01, 3, AutoFundingProblem.Amount)]
    [InlineData(25_00, 100_00, 0, AutoFundingProblem.MostPerDay)]
    [InlineData(25_00, 100_00, 11, AutoFundingProblem.MostPerDay)]
    public void A_plan_out_of_bounds_is_refused(long threshold, long amount, int mostPerDay, AutoFundingProblem problem) =>
        Assert.Equal([problem], AutoFundingPolicy.Check(new AutoFundingPlan(true, new Money(threshold), new Money(amount), mostPerDay), TopUpPolicy.Default));

    [Theory]
    [InlineData(5_00, 10_00, 1)]
    [InlineData(500_00, 500_00, 10)]
    public void A_plan_on_its_bounds_is_taken(long threshold, long amount, int mostPerDay) =>
        Assert.Empty(AutoFundingPolicy.Check(new AutoFundingPlan(true, new Money(threshold), new Money(amount), mostPerDay), TopUpPolicy.Default));

    [Theory]
    [InlineData(24_99, 100_00, 75_01)]
    [InlineData(0, 100_00, 100_00)]
    [InlineData(24_99, 30_00, 10_00)]
    [InlineData(0, 500_00, 500_00)]
    public void Fills_up_to_an_amount_within_the_bounds_of_a_top_up(long available, long upTo, long added) =>
        Assert.Equal(
            new AutoFundingDecision.Fund(new Money(added)),
            AutoFundingPolicy.Decide(
                Plan with { Mode = AutoFundingMode.UpTo, Amount = new Money(upTo) }, Low with { Available = new Money(available) }, TopUpPolicy.Default, Now));

    [Fact]
    public void What_is_owed_is_filled_up_too_but_never_above_the_largest_top_up()
    {
        var upTo = Plan with { Mode = AutoFundingMode.UpTo };

        Assert.Equal(
            new AutoFundingDecision.Fund(new Money(140_00)),
            AutoFundingPolicy.Decide(upTo, Low with { Available = Money.Zero, Owed = new Money(40_00) }, TopUpPolicy.Default, Now));
        Assert.Equal(
            new AutoFundingDecision.Fund(new Money(500_00)),
            AutoFundingPolicy.Decide(upTo, Low with { Available = Money.Zero, Owed = new Money(450_00) }, TopUpPolicy.Default, Now));
    }

    [Theory]
    [InlineData(40_00, 15_00, "NotNeeded")]
    [InlineData(40_00, 15_01, "Fund")]
    public void A_waiting_purchase_counts_as_spent(long available, long price, string expected) =>
        Assert.Equal(expected, Decide(Low with { Available = new Money(available), Waiting = new Money(price) }));

    /// <summary>The rows repeat the table of <see cref="AutoFundingPolicy.ForPurchase"/>.</summary>
    [Theory]
    [InlineData(20_00, 0, 20_00, null, "Enough")]
    [InlineData(20_00, 0, 20_01, null, "Covers")]
    [InlineData(20_00, 0, 120_00, null, "Covers")]
    [InlineData(20_00, 0, 120_01, null, "FallsShort")]
    [InlineData(0, 30_00, 70_00, null, "Covers")]
    [InlineData(0, 30_00, 70_01, null, "FallsShort")]
    [InlineData(20_00, 0, 60_00, 40_00, "Covers")]
    [InlineData(20_00, 0, 60_01, 40_00, "FallsShort")]
    public void What_auto_funding_means_for_a_purchase(long available, long owed, long price, int? underWay, string expected)
    {
        var facts = Low with { Available = new Money(available), Owed = new Money(owed), Waiting = new Money(price), Running = underWay is not null };

        Assert.Equal(
            expected,
            AutoFundingPolicy.ForPurchase(Plan, facts, underWay is { } cents ? new Money(cents) : null, TopUpPolicy.Default, Now).GetType().Name);
    }

    [Fact]
    public void A_purchase_that_one_funding_leaves_short_is_told_by_how_much() =>
        Assert.Equal(
            new PurchaseFunding.FallsShort(new Money(100_00), new Money(130_00), new Money(30_00)),
            AutoFundingPolicy.ForPurchase(Plan, Low with { Available = new Money(20_00), Waiting = new Money(150_00) }, null, TopUpPolicy.Default, Now));

    [Fact]
    public void Where_no_funding_comes_the_merchant_is_told_what_is_missing() =>
        Assert.Equal(
            new PurchaseFunding.NotFunded(new Money(130_00)),
            AutoFundingPolicy.ForPurchase(Plan, Low with { Available = new Money(20_00), Waiting = new Money(150_00), FundedToday = 3 }, null, TopUpPolicy.Default, Now));

    [Fact]
    public void Filling_up_to_the_threshold_or_less_is_refused()
    {
        var plan = new AutoFundingPlan(true, new Money(50_00), new Money(50_00), 3, AutoFundingMode.UpTo);

        Assert.Equal([AutoFundingProblem.NotAboveThreshold], AutoFundingPolicy.Check(plan, TopUpPolicy.Default));
        Assert.Empty(AutoFundingPolicy.Check(plan with { Amount = new Money(50_01) }, TopUpPolicy.Default));
    }

    private static string Decide(AutoFundingFacts facts) => AutoFundingPolicy.Decide(Plan, facts, TopUpPolicy.Default, Now).GetType().Name;
}
