using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

/// <summary>The rows repeat the table of <see cref="AutoFundingSuggestion"/>.</summary>
public sealed class AutoFundingSuggestionTests
{
    [Theory]
    // Ten dollars a day: three days, seven days.
    [InlineData(300_00, 12_00, 30_00, 70_00)]
    // A cent more is rounded up.
    [InlineData(300_30, 12_00, 35_00, 80_00)]
    // The dearest label alone must not fall below the threshold.
    [InlineData(300_00, 88_40, 90_00, 90_00)]
    [InlineData(3_00, 3_00, 5_00, 10_00)]
    [InlineData(90_000_00, 20_00, 500_00, 500_00)]
    public void A_plan_follows_what_was_spent(long spent, long dearest, long threshold, long amount) =>
        Assert.Equal(
            new AutoFundingPlan(true, new Money(threshold), new Money(amount), 3),
            AutoFundingSuggestion.From(new Money(spent), new Money(dearest), TopUpPolicy.Default));

    [Theory]
    [InlineData(0)]
    [InlineData(-5_00)]
    public void Without_spending_nothing_is_suggested(long spent) =>
        Assert.Null(AutoFundingSuggestion.From(new Money(spent), Money.Zero, TopUpPolicy.Default));

    [Fact]
    public void What_is_suggested_may_be_stored()
    {
        for (long spent = 1; spent < 100_000_00; spent = spent * 7 / 3 + 1)
        {
            Assert.Empty(AutoFundingPolicy.Check(AutoFundingSuggestion.From(new Money(spent), new Money(spent / 4), TopUpPolicy.Default)!, TopUpPolicy.Default));
        }
    }
}
