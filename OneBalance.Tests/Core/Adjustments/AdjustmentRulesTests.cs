using OneBalance.Core;
using OneBalance.Core.Adjustments;

namespace OneBalance.Tests.Core.Adjustments;

public sealed class AdjustmentRulesTests
{
    private static readonly DateTimeOffset Debited = new(2026, 11, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Thirty_days_to_the_second_after_the_debit_it_may_still_be_disputed()
    {
        var until = Debited.AddDays(30);

        Assert.Equal(new DisputeDecision.Possible(until), AdjustmentRules.Decide(AdjustmentState.Debited, Debited, until));
        Assert.Equal(new DisputeDecision.TooLate(until), AdjustmentRules.Decide(AdjustmentState.Debited, Debited, until.AddSeconds(1)));
    }

    [Fact]
    public void Before_the_debit_there_is_nothing_to_dispute() =>
        Assert.Equal(new DisputeDecision.NotYet(), AdjustmentRules.Decide(AdjustmentState.Noticed, null, Debited));

    [Theory]
    [InlineData(AdjustmentState.Disputed)]
    [InlineData(AdjustmentState.Upheld)]
    [InlineData(AdjustmentState.CreditDue)]
    [InlineData(AdjustmentState.Credited)]
    public void It_is_disputed_once(AdjustmentState state) => Assert.Equal(new DisputeDecision.Before(), AdjustmentRules.Decide(state, Debited, Debited));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2_000_00, true)]
    [InlineData(2_000_01, false)]
    public void Amounts_have_bounds(long cents, bool possible) => Assert.Equal(possible, AdjustmentRules.IsAmount(new Money(cents)));

    [Fact]
    public void Evidence_is_told_by_its_first_bytes()
    {
        Assert.Equal("application/pdf", AdjustmentRules.MediaTypeOf("%PDF-1.7"u8));
        Assert.Equal("image/png", AdjustmentRules.MediaTypeOf([0x89, 0x50, 0x4E, 0x47, 0x0D]));
        Assert.Equal("image/jpeg", AdjustmentRules.MediaTypeOf([0xFF, 0xD8, 0xFF, 0xE0]));
        Assert.Null(AdjustmentRules.MediaTypeOf("<html>"u8));
    }
}
