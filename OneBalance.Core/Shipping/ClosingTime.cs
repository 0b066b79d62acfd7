namespace OneBalance.Core.Shipping;

/// <summary>When a merchant's day closes by itself: at a time of day in one of Canada's zones.</summary>
public static class ClosingTime
{
    public const string Eastern = "America/Toronto";

    /// <summary>17:00.</summary>
    public const int DefaultMinute = 17 * 60;

    /// <summary>Canada's zones from east to west, by their IANA names.</summary>
    public static IReadOnlyList<string> Zones { get; } =
    [
        "America/St_Johns", "America/Halifax", Eastern, "America/Winnipeg", "America/Regina", "America/Edmonton", "America/Vancouver", "America/Whitehorse",
    ];

    /// <summary>
    /// The next such time after <paramref name="now"/>, never now itself. A time that daylight saving skips is taken as long
    /// after midnight as it says; of one that comes twice the first counts.
    /// </summary>
    /// <param name="minute">Minutes after midnight, 0 to 1439.</param>
    public static DateTimeOffset Next(DateTimeOffset now, int minute, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (int days = 0; ; days++)
        {
            var at = At(today.AddDays(days), minute, zone);
            if (at > now)
            {
                return at;
            }
        }
    }

    private static DateTimeOffset At(DateOnly day, int minute, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        if (zone.IsInvalidTime(local))
        {
            // Clocks jump over it: the offset before the jump still holds, as at midnight.
            return new DateTimeOffset(local, zone.GetUtcOffset(day.ToDateTime(TimeOnly.MinValue))).ToUniversalTime();
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
