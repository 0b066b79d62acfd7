using OneBalance.Core;
using OneBalance.Core.Notices;

namespace OneBalance.Tests.Core.Notices;

public sealed class LowBalanceTests
{
    private static readonly Money Limit = new(25_00);

    [Theory]
    [InlineData(true, new long[] { 30_00, 24_99 }, false, true)]
    [InlineData(true, new long[] { 25_00 }, true, false)]
    [InlineData(true, new long[] { 24_99 }, false, true)]
    [InlineData(false, new long[] { 24_99, 10_00 }, false, false)]
    [InlineData(false, new long[] { 25_00, 24_99 }, false, true)]
    [InlineData(true, new long[] { 24_99, 80_00 }, true, false)]
    [InlineData(true, new long[] { 24_99, 80_00, 3_00 }, false, true)]
    [InlineData(true, new long[] { 24_99, 3_00 }, false, true)]
    [InlineData(false, new long[] { }, false, false)]
    [InlineData(true, new long[] { }, true, false)]
    public void A_crossing_that_lasts_is_told_once(bool armed, long[] cents, bool armedAfter, bool tell) =>
        Assert.Equal((armedAfter, tell), LowBalance.Follow(armed, Limit, cents.Select(one => new Money(one))));

    [Fact]
    public void Looked_at_in_parts_a_crossing_is_told_as_often_as_looked_at_whole()
    {
        long[] cents = [40_00, 24_00, 23_00, 30_00, 20_00, 10_00];
        bool armed = false;
        int told = 0;
        foreach (long one in cents)
        {
            (armed, bool tell) = LowBalance.Follow(armed, Limit, [new Money(one)]);
            told += tell ? 1 : 0;
        }

        Assert.Equal(2, told);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(1_00, true)]
    [InlineData(500_00, true)]
    [InlineData(500_01, false)]
    public void A_limit_has_bounds(long cents, bool allowed) => Assert.Equal(allowed, LowBalance.IsAllowed(new Money(cents)));

    [Theory]
    [InlineData(NoticeKind.FundingSucceeded, false)]
    [InlineData(NoticeKind.AutoFundingOff, false)]
    [InlineData(NoticeKind.FundingFailed, true)]
    [InlineData(NoticeKind.CardExpiring, true)]
    [InlineData(NoticeKind.LowBalance, true)]
    public void Receipts_and_the_end_of_an_arrangement_are_always_sent(NoticeKind kind, bool optional) => Assert.Equal(optional, NoticeRules.IsOptional(kind));
}
