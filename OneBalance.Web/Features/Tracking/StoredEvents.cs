using System.Text.Json;
using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Features.Tracking;

/// <summary>An event as stored: local time of the place, the carrier's words in each language it was asked in.</summary>
/// <param name="English">Empty until asked for in English.</param>
/// <param name="French">Empty until asked for in French.</param>
internal sealed record StoredEvent(string Code, DateOnly Day, TimeOnly? Time, string Zone, string Site, string Province, string English, string French)
{
    public bool IsSame(TrackingEvent other) => Code == other.Code && Day == other.Day && Time == other.Time && Site == other.Site;
}

internal static class StoredEvents
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<StoredEvent> Read(string json) => JsonSerializer.Deserialize<List<StoredEvent>>(json, Form) ?? [];

    public static string Write(IReadOnlyList<StoredEvent> events) => JsonSerializer.Serialize(events, Form);

    /// <summary>
    /// The carrier's list, newest first, with the words already known in the other language. What was stored and is no longer
    /// listed stays, behind it: the carrier moves old events to an archive.
    /// </summary>
    public static IReadOnlyList<StoredEvent> Merge(IReadOnlyList<StoredEvent> known, IReadOnlyList<TrackingEvent> listed, Language language)
    {
        var left = known.ToList();
        var merged = new List<StoredEvent>();
        foreach (var happened in listed)
        {
            var before = left.Find(stored => stored.IsSame(happened));
            if (before is not null)
            {
                left.Remove(before);
            }

            merged.Add(new StoredEvent(
                happened.Code,
                happened.Day,
                happened.Time,
                happened.Zone,
                happened.Site,
                happened.Province,
                language == Language.English ? happened.Description : before?.English ?? "",
                language == Language.French ? happened.Description : before?.French ?? ""));
        }

        return [.. merged, .. left];
    }
}
