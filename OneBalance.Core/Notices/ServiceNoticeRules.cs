using OneBalance.Core.Shipping;

namespace OneBalance.Core.Notices;

/// <summary>What is wrong with a notice: a closed set; the page phrases it.</summary>
public enum NoticeProblem
{
    /// <summary>A title in both languages, at most 120 characters each.</summary>
    TitleMissing,
    TitleTooLong,

    /// <summary>A text in both languages, at most 1000 characters each.</summary>
    TextMissing,
    TextTooLong,

    /// <summary>Its end is not after its beginning.</summary>
    EndsBeforeItBegins,

    /// <summary>Its end has passed already.</summary>
    OverAlready,

    PlaceNotKnown,
    ServiceNotKnown,

    /// <summary>No chosen service goes to any chosen place, so it would concern no parcel.</summary>
    ConcernsNothing,

    /// <summary>Only a severe notice stops purchases: merchants must see why at a glance.</summary>
    OnlySevereBlocks,
}

/// <summary>
/// When a service notice is shown, which parcels it concerns and what it stops. Product rule 16.
/// <code>
/// more than 3 days before its beginning            Ahead        not shown
/// from 3 days before it                            Announced    shown, stops nothing
/// from its beginning, that moment included         InForce      shown, stops purchases if it says so
/// at its end, or withdrawn                         Over         not shown
///
/// concerns a parcel    it names no place, or the parcel's province of origin, its destination's country or province
///                      and no service, or the parcel's (while none is chosen: one to that place)
/// </code>
/// Notices may overlap: all are shown, the gravest first; a purchase is stopped until the last of those that stop it has ended.
/// </summary>
public static class ServiceNoticeRules
{
    public const int TitleLength = 120;
    public const int TextLength = 1000;

    /// <summary>How long before its beginning a notice is told.</summary>
    public static readonly TimeSpan Beforehand = TimeSpan.FromDays(3);

    public static NoticePhase PhaseOf(NoticeTerms notice, DateTimeOffset now) =>
        notice.End is { } end && now >= end ? NoticePhase.Over
        : now >= notice.From ? NoticePhase.InForce
        : now >= notice.From - Beforehand ? NoticePhase.Announced
        : NoticePhase.Ahead;

    public static bool IsShown(NoticeTerms notice, DateTimeOffset now) => PhaseOf(notice, now) is NoticePhase.Announced or NoticePhase.InForce;

    public static bool Concerns(NoticeTerms notice, NoticeParcel parcel) =>
        (notice.Places.Count == 0 || notice.Places.Any(place => IsAt(place, parcel)))
        && (notice.Services.Count == 0 || notice.Services.Any(service => parcel.Service is { } chosen ? service == chosen : Goes(service, parcel)));

    /// <summary>Those shown now, of these; the gravest first, and of equals the one that began last.</summary>
    /// <param name="parcel">Only those that concern it; null: all.</param>
    public static IReadOnlyList<T> Shown<T>(IEnumerable<T> notices, Func<T, NoticeTerms> terms, DateTimeOffset now, NoticeParcel? parcel) =>
    [
        .. notices.Where(notice => IsShown(terms(notice), now) && (parcel is null || Concerns(terms(notice), parcel)))
            .OrderByDescending(notice => PhaseOf(terms(notice), now) == NoticePhase.InForce)
            .ThenByDescending(notice => terms(notice).BlocksPurchase)
            .ThenByDescending(notice => terms(notice).Severity)
            .ThenByDescending(notice => terms(notice).From),
    ];

    /// <summary>The one that stops buying the parcel's label the longest; null when none does.</summary>
    public static T? Blocking<T>(IEnumerable<T> notices, Func<T, NoticeTerms> terms, DateTimeOffset now, NoticeParcel parcel)
        where T : class =>
        notices.Where(notice => terms(notice).BlocksPurchase && PhaseOf(terms(notice), now) == NoticePhase.InForce && Concerns(terms(notice), parcel))
            .MaxBy(notice => terms(notice).End ?? DateTimeOffset.MaxValue);

    /// <summary>Problems of a notice to be stored; empty when it may be.</summary>
    /// <param name="texts">Title and text in each language.</param>
    public static IReadOnlyList<NoticeProblem> Check(NoticeTerms notice, IReadOnlyList<(string Title, string Text)> texts, DateTimeOffset now)
    {
        var problems = new List<NoticeProblem>();
        Add(NoticeProblem.TitleMissing, texts.Any(one => string.IsNullOrWhiteSpace(one.Title)));
        Add(NoticeProblem.TitleTooLong, texts.Any(one => one.Title.Trim().Length > TitleLength));
        Add(NoticeProblem.TextMissing, texts.Any(one => string.IsNullOrWhiteSpace(one.Text)));
        Add(NoticeProblem.TextTooLong, texts.Any(one => one.Text.Trim().Length > TextLength));
        bool backwards = notice.To <= notice.From;
        Add(NoticeProblem.EndsBeforeItBegins, backwards);
        Add(NoticeProblem.OverAlready, !backwards && notice.To <= now);
        bool placesKnown = notice.Places.All(NoticePlaces.IsKnown);
        bool servicesKnown = notice.Services.All(service => ServiceRules.Find(service) is not null);
        Add(NoticeProblem.PlaceNotKnown, !placesKnown);
        Add(NoticeProblem.ServiceNotKnown, !servicesKnown);
        Add(NoticeProblem.ConcernsNothing, placesKnown && servicesKnown && ConcernsNothing(notice));
        Add(NoticeProblem.OnlySevereBlocks, notice.BlocksPurchase && notice.Severity != NoticeSeverity.Severe);
        return problems;

        void Add(NoticeProblem problem, bool found)
        {
            if (found)
            {
                problems.Add(problem);
            }
        }
    }

    private static bool IsAt(string place, NoticeParcel parcel) => NoticePlaces.Province(place) is { } province
        ? parcel.FromProvince == province || (parcel.ToCountry == "CA" && parcel.ToProvince == province)
        : parcel.ToCountry == place;

    private static bool Goes(string service, NoticeParcel parcel) => ServiceRules.Find(service)?.Region == Regions.Of(parcel.ToCountry);

    /// <summary>A province is where parcels to everywhere begin, so it always concerns some.</summary>
    private static bool ConcernsNothing(NoticeTerms notice) =>
        notice.Places.Count > 0
        && notice.Services.Count > 0
        && notice.Places.All(place => NoticePlaces.Province(place) is null
            && notice.Services.All(service => ServiceRules.Find(service)?.Region != Regions.Of(place)));
}
