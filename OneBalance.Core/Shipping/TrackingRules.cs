namespace OneBalance.Core.Shipping;

/// <summary>
/// What the carrier's events mean, and how often it is asked for them.
/// <code>
/// Since the last news (before the first: since the manifest)   asked again after
/// up to 2 days                                                 3 hours (out for delivery: 1 hour)
/// up to 7 days                                                 6 hours
/// up to 30 days                                                1 day
/// later, or delivered                                          never
/// </code>
/// The carrier allows few of these calls (20 a minute for the whole platform unless raised), so age decides. Event numbers: the
/// carrier's published samples and a third party's grouping of them; one that is not known means in transit.
/// </summary>
public static class TrackingRules
{
    /// <summary>Between a label's transmission and the first question: earlier there is nothing to hear.</summary>
    public static readonly TimeSpan FirstAskAfter = TimeSpan.FromHours(3);

    private static readonly HashSet<string> DeliveredCodes =
    [
        "1408", "1409", "1421", "1422", "1423", "1424", "1425", "1426", "1427", "1428", "1429", "1430", "1431", "1432", "1433", "1434",
        "1441", "1442", "1496", "1497", "1498", "1499",
    ];

    private static readonly HashSet<string> ExceptionCodes =
    [
        // A notice was left or the parcel waits to be picked up.
        "0118", "0156", "1407", "1410", "1435", "1436", "1437", "1438", "1479", "1488", "1701", "2410",
        // Held up: address, customs, weather.
        "0159", "0160", "0161", "0162", "0163", "0172", "0173", "2412",
    ];

    private static readonly HashSet<string> OutForDeliveryCodes = ["0174", "0500"];

    /// <summary>Electronic information only: nobody has seen the parcel yet.</summary>
    private static readonly HashSet<string> NotScannedCodes = ["3000", "3001"];

    /// <summary>Said beside a delivery, sometimes later than it: a signature or a picture is on file.</summary>
    private static readonly HashSet<string> RemarkCodes = ["0020", "2001"];

    /// <summary>What a parcel's events say of it: the newest that is not a mere remark, and once delivered, always delivered.</summary>
    /// <param name="codes">The carrier's event numbers, newest first; missing leading zeros are put back.</param>
    public static TrackingStatus StatusOf(IReadOnlyList<string> codes)
    {
        var padded = codes.Select(code => code.PadLeft(4, '0')).ToList();
        if (padded.Exists(DeliveredCodes.Contains))
        {
            return TrackingStatus.Delivered;
        }

        return padded.Find(code => !RemarkCodes.Contains(code)) switch
        {
            null => TrackingStatus.NotScanned,
            var code when NotScannedCodes.Contains(code) => TrackingStatus.NotScanned,
            var code when ExceptionCodes.Contains(code) => TrackingStatus.Exception,
            var code when OutForDeliveryCodes.Contains(code) => TrackingStatus.OutForDelivery,
            _ => TrackingStatus.InTransit,
        };
    }

    /// <summary>When to ask next; null for never again.</summary>
    /// <param name="since">The label's transmission.</param>
    /// <param name="lastNewsAt">When the last new event was seen; null before the first.</param>
    public static DateTimeOffset? AskAgainAt(TrackingStatus status, DateTimeOffset since, DateTimeOffset? lastNewsAt, DateTimeOffset now)
    {
        if (status == TrackingStatus.Delivered)
        {
            return null;
        }

        return (now - (lastNewsAt ?? since)) switch
        {
            var silence when silence <= TimeSpan.FromDays(2) => now + TimeSpan.FromHours(status == TrackingStatus.OutForDelivery ? 1 : 3),
            var silence when silence <= TimeSpan.FromDays(7) => now + TimeSpan.FromHours(6),
            var silence when silence <= TimeSpan.FromDays(30) => now + TimeSpan.FromDays(1),
            _ => null,
        };
    }
}

/// <summary>How a parcel is. Persisted: values are frozen.</summary>
public enum TrackingStatus
{
    NotScanned = 1,
    InTransit = 2,
    OutForDelivery = 3,
    Delivered = 4,

    /// <summary>Something keeps it from arriving, or it waits to be picked up.</summary>
    Exception = 5,
}

/// <summary>An event of a parcel as the carrier gives it: local time of the place, never converted.</summary>
/// <param name="Code">The carrier's number, four digits.</param>
/// <param name="Zone">Abbreviation, e.g. EST; may be empty.</param>
/// <param name="Description">In the language asked for.</param>
public sealed record TrackingEvent(string Code, DateOnly Day, TimeOnly? Time, string Zone, string Description, string Site, string Province);
