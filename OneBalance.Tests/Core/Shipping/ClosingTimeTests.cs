using System.Globalization;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class ClosingTimeTests
{
    [Theory]
    [InlineData("2026-11-02T16:00Z", 17 * 60, "America/Toronto", "2026-11-02T22:00Z")]
    [InlineData("2026-11-02T22:00Z", 17 * 60, "America/Toronto", "2026-11-03T22:00Z")]
    [InlineData("2026-11-02T23:30Z", 17 * 60, "America/Vancouver", "2026-11-03T01:00Z")]
    [InlineData("2026-07-02T16:00Z", 17 * 60, "America/Toronto", "2026-07-02T21:00Z")]
    [InlineData("2026-07-02T16:00Z", 17 * 60, "America/Regina", "2026-07-02T23:00Z")]
    [InlineData("2026-07-02T16:00Z", 0, "America/St_Johns", "2026-07-03T02:30Z")]
    // Clocks jump from 2:00 to 3:00 on 2026-03-08, and back from 2:00 to 1:00 on 2026-11-01.
    [InlineData("2026-03-08T05:00Z", (2 * 60) + 30, "America/Toronto", "2026-03-08T07:30Z")]
    [InlineData("2026-11-01T04:00Z", (1 * 60) + 30, "America/Toronto", "2026-11-01T05:30Z")]
    [InlineData("2026-11-01T05:30Z", (1 * 60) + 30, "America/Toronto", "2026-11-02T06:30Z")]
    public void The_next_closing(string now, int minute, string zone, string expected) =>
        Assert.Equal(
            Parse(expected),
            ClosingTime.Next(Parse(now), minute, TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Fact]
    public void Every_zone_exists() => Assert.All(ClosingTime.Zones, zone => Assert.Equal(zone, TimeZoneInfo.FindSystemTimeZoneById(zone).Id));

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
