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
    public void Off_does_nothing() => Assert.IsType<AutoFundingDecision.Off>(AutoFundingPolicy.Decide(Plan with { Enabled = false }, Low, Now));

    [Fact]
    public void A_closing_account_is_not_funded() => Assert.Equal("Off", Decide(Low with { MayFund = false }));

    [Fact]
    public void Funds_the_planned_amount() => Assert.Equal(new AutoFundingDecision.Fund(new Money(100_00)), AutoFundingPolicy.Decide(Plan, Low, Now));

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

    private static string Decide(AutoFundingFacts facts) => AutoFundingPolicy.Decide(Plan, facts, Now).GetType().Name;
}
