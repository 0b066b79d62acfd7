using OneBalance.Core.Refunds;

namespace OneBalance.Tests.Core.Refunds;

public sealed class RefundFlowTests
{
    [Theory]
    [InlineData(false, "00:00:10", false)]
    [InlineData(false, "00:01:59.999", false)]
    [InlineData(false, "00:02:00", true)]
    [InlineData(false, "01:00:00", true)]
    [InlineData(true, "00:00:00", true)]
    public void What_comes_to_nothing_is_told_when_nobody_looks_any_more(bool automatic, string after, bool told)
    {
        var asked = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(told, RefundFlow.EndsUnseen(automatic, asked, asked + TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void What_waits_to_be_told_rests() => Assert.All(
        RefundFlow.EndsToTell,
        state => Assert.All(Enum.GetValues<RefundKind>(), kind => Assert.IsType<RefundStep.Rest>(RefundFlow.Next(state, kind, null, DateTimeOffset.UnixEpoch))));

    [Fact]
    public void Whoever_asks_looks_until_it_was_sent_and_not_until_a_wait_is_over() =>
        Assert.InRange(RefundFlow.Watched, RefundPolicy.TakeBack + TimeSpan.FromMinutes(1), RefundPolicy.Wait / 2);
}
