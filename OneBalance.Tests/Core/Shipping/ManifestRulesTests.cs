using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class ManifestRulesTests
{
    private static readonly DateTimeOffset Asked = new(2026, 11, 2, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(LabelState.Purchased, false, false, false, ManifestStanding.Open)]
    [InlineData(LabelState.Purchased, false, false, true, ManifestStanding.VoidPending)]
    [InlineData(LabelState.Purchased, false, true, false, ManifestStanding.UnderWay)]
    [InlineData(LabelState.Purchased, true, true, false, ManifestStanding.Manifested)]
    [InlineData(LabelState.Reserved, false, false, false, ManifestStanding.Settling)]
    [InlineData(LabelState.Attempting, false, false, false, ManifestStanding.Settling)]
    [InlineData(LabelState.Unknown, false, false, false, ManifestStanding.Settling)]
    [InlineData(LabelState.Draft, false, false, false, ManifestStanding.Nothing)]
    [InlineData(LabelState.Declined, false, false, false, ManifestStanding.Nothing)]
    [InlineData(LabelState.Voided, false, false, false, ManifestStanding.Nothing)]
    public void Where_a_label_stands(LabelState state, bool manifested, bool underWay, bool voidPending, ManifestStanding expected) =>
        Assert.Equal(expected, ManifestRules.StandingOf(new ManifestCandidate(state, manifested, underWay, voidPending)));

    [Theory]
    [InlineData(ManifestState.Collecting, false, 0, null, ManifestStep.Collect)]
    [InlineData(ManifestState.Collecting, true, 119, null, ManifestStep.Wait)]
    [InlineData(ManifestState.Collecting, true, 120, null, ManifestStep.Collect)]
    [InlineData(ManifestState.Transmitting, false, 89, 90, ManifestStep.Wait)]
    [InlineData(ManifestState.Transmitting, false, 90, 90, ManifestStep.Look)]
    [InlineData(ManifestState.Transmitted, false, 5, 600, ManifestStep.Confirm)]
    [InlineData(ManifestState.Confirmed, false, 5, null, ManifestStep.Rest)]
    [InlineData(ManifestState.PartlyFailed, false, 5, null, ManifestStep.Rest)]
    [InlineData(ManifestState.Failed, false, 5, null, ManifestStep.Rest)]
    public void What_is_next(ManifestState state, bool buying, int seconds, int? busyFor, ManifestStep expected) =>
        Assert.Equal(expected, ManifestRules.Next(
            new ManifestFacts(state, Asked, buying, busyFor is { } busy ? Asked.AddSeconds(busy) : null), Asked.AddSeconds(seconds)));

    [Theory]
    [InlineData(3, 0, ManifestState.Confirmed)]
    [InlineData(2, 1, ManifestState.PartlyFailed)]
    [InlineData(0, 3, ManifestState.Failed)]
    public void How_it_ends(int confirmed, int failed, ManifestState expected) => Assert.Equal(expected, ManifestRules.Conclude(confirmed, failed));

    [Theory]
    [InlineData(1, 0, 1_000)]
    [InlineData(100, 0, 35_000)]
    [InlineData(100, 30_000, 7_500)]
    [InlineData(1, 60_000, 15_000)]
    [InlineData(1, 24 * 3_600_000, 600_000)]
    public void The_carrier_is_given_the_time_it_needs_for_so_many_labels(int labels, int sinceMilliseconds, int expectedMilliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMilliseconds), ManifestRules.ConfirmAgainIn(labels, Asked, Asked.AddMilliseconds(sinceMilliseconds)));

    [Fact]
    public void A_group_is_a_day_and_a_shipping_point_and_another_one_after_each_manifest()
    {
        var day = new DateOnly(2026, 11, 2);

        Assert.Equal("7-20261102-K1A0A9", ManifestRules.Group(new MerchantId(7), day, "K1A0A9", 0));
        Assert.Equal("7-20261102-K1A0A9-2", ManifestRules.Group(new MerchantId(7), day, "K1A0A9", 1));
        Assert.True(ManifestRules.Group(new MerchantId(9_999_999_999), day, "K1A0A9", 98).Length <= 32);
    }
}
