using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class TrackingRulesTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 2, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", TrackingStatus.NotScanned)]
    [InlineData("3000", TrackingStatus.NotScanned)]
    [InlineData("1302 3000", TrackingStatus.InTransit)]
    [InlineData("0100 1302", TrackingStatus.InTransit)]
    [InlineData("100 1302", TrackingStatus.InTransit)]
    [InlineData("0174 0100", TrackingStatus.OutForDelivery)]
    [InlineData("0173 0100", TrackingStatus.Exception)]
    [InlineData("1479 0174", TrackingStatus.Exception)]
    [InlineData("0100 0173", TrackingStatus.InTransit)]
    [InlineData("1421 0174", TrackingStatus.Delivered)]
    [InlineData("2001 1421", TrackingStatus.Delivered)]
    [InlineData("20 1496", TrackingStatus.Delivered)]
    [InlineData("0100 1421", TrackingStatus.Delivered)]
    [InlineData("2001 0174", TrackingStatus.OutForDelivery)]
    [InlineData("9876 3000", TrackingStatus.InTransit)]
    public void What_events_say_of_a_parcel_newest_first(string codes, TrackingStatus expected) =>
        Assert.Equal(expected, TrackingRules.StatusOf(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData(TrackingStatus.NotScanned, "0.00:00:00", "0.03:00:00")]
    [InlineData(TrackingStatus.InTransit, "2.00:00:00", "0.03:00:00")]
    [InlineData(TrackingStatus.OutForDelivery, "0.05:00:00", "0.01:00:00")]
    [InlineData(TrackingStatus.InTransit, "2.00:00:01", "0.06:00:00")]
    [InlineData(TrackingStatus.OutForDelivery, "3.00:00:00", "0.06:00:00")]
    [InlineData(TrackingStatus.Exception, "7.00:00:00", "0.06:00:00")]
    [InlineData(TrackingStatus.InTransit, "7.00:00:01", "1.00:00:00")]
    [InlineData(TrackingStatus.NotScanned, "30.00:00:00", "1.00:00:00")]
    [InlineData(TrackingStatus.NotScanned, "30.00:00:01", null)]
    [InlineData(TrackingStatus.Delivered, "0.00:00:00", null)]
    public void The_older_the_news_the_more_seldom_it_is_asked(TrackingStatus status, string silence, string? after)
    {
        var now = Since + TimeSpan.Parse(silence, System.Globalization.CultureInfo.InvariantCulture);
        DateTimeOffset? expected = after is null ? null : now + TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected, TrackingRules.AskAgainAt(status, Since, null, now));
        Assert.Equal(expected, TrackingRules.AskAgainAt(status, Since.AddDays(-100), Since, now));
    }
}
