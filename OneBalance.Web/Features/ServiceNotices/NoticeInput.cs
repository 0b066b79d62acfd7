using System.Globalization;
using OneBalance.Core.Notices;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>A time as typed that is none.</summary>
public enum TimeProblem
{
    Missing,

    /// <summary>Clocks are put forward over it.</summary>
    NoSuchTime,
}

/// <summary>A notice as it is typed. Times are those of the writer's zone, as the browser's time fields give them.</summary>
public sealed class NoticeInput
{
    /// <summary>How the browser's fields for day and time write: <c>2026-11-23T14:00</c>.</summary>
    public const string TimeForm = "yyyy-MM-dd'T'HH:mm";

    public string EnglishTitle { get; set; } = "";

    public string EnglishText { get; set; } = "";

    public string FrenchTitle { get; set; } = "";

    public string FrenchText { get; set; } = "";

    public NoticeSeverity Severity { get; set; } = NoticeSeverity.Warning;

    public bool BlocksPurchase { get; set; }

    public string From { get; set; } = "";

    public string To { get; set; } = "";

    public HashSet<string> Places { get; } = [];

    public HashSet<string> Services { get; } = [];

    public string Reason { get; set; } = "";

    public NoticeWords English => new(EnglishTitle, EnglishText);

    public NoticeWords French => new(FrenchTitle, FrenchText);

    public static NoticeInput Of(NoticeView notice, TimeZoneInfo zone)
    {
        var terms = notice.Terms;
        var input = new NoticeInput
        {
            EnglishTitle = notice.English.Title,
            EnglishText = notice.English.Text,
            FrenchTitle = notice.French.Title,
            FrenchText = notice.French.Text,
            Severity = terms.Severity,
            BlocksPurchase = terms.BlocksPurchase,
            From = Local(terms.From, zone),
            To = terms.To is { } to ? Local(to, zone) : "",
        };
        input.Places.UnionWith(terms.Places);
        input.Services.UnionWith(terms.Services);
        return input;
    }

    public static string Local(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString(TimeForm, CultureInfo.InvariantCulture);

    /// <summary>Null, and the problem, when a time is none.</summary>
    public NoticeTerms? Terms(TimeZoneInfo zone, out TimeProblem? problem)
    {
        problem = null;
        var from = Moment(From, zone, required: true, ref problem);
        var to = Moment(To, zone, required: false, ref problem);
        return problem is null
            ? new NoticeTerms(
                Severity,
                BlocksPurchase,
                from!.Value,
                to,
                [.. Places.Order(StringComparer.Ordinal)],
                [.. Services.Order(StringComparer.Ordinal)])
            : null;
    }

    /// <summary>In the night when clocks are put back the first of the two hours is meant.</summary>
    private static DateTimeOffset? Moment(string typed, TimeZoneInfo zone, bool required, ref TimeProblem? problem)
    {
        if (!DateTime.TryParseExact(typed, [TimeForm, "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            problem ??= required || typed.Length > 0 ? TimeProblem.Missing : null;
            return null;
        }

        if (zone.IsInvalidTime(local))
        {
            problem ??= TimeProblem.NoSuchTime;
            return null;
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
