using Microsoft.Extensions.Localization;
using OneBalance.Core.Notices;
using OneBalance.Web.Components;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Components.Parts;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>What is said of a notice beside its own words, in the language of the moment.</summary>
public sealed class NoticePhrases(IStringLocalizer<ServiceNoticeTexts> texts, PlaceNames places, Formats formats)
{
    public string When(NoticeTerms notice, NoticePhase phase) => (notice.WithdrawnAt, notice.To) switch
    {
        ({ } withdrawn, _) => $"{texts["When.From", formats.DateTime(notice.From)].Value}, {texts["When.Withdrawn", formats.DateTime(withdrawn)].Value}",
        (_, { } to) when phase == NoticePhase.InForce => texts["When.Until", formats.DateTime(to)],
        (_, { } to) => texts["When.FromTo", formats.DateTime(notice.From), formats.DateTime(to)],
        _ when phase == NoticePhase.InForce => texts["When.Open"],
        _ => texts["When.From", formats.DateTime(notice.From)],
    };

    public string Where(NoticeTerms notice) => (notice.Places.Count, notice.Services.Count) switch
    {
        (0, 0) => texts["Where.All"],
        (_, 0) => WherePlaces(notice),
        (0, _) => WhereServices(notice),
        _ => $"{WherePlaces(notice)}. {WhereServices(notice)}",
    };

    public string Place(string place) => NoticePlaces.Province(place) is { } province ? places.Province(province) : places.Country(place);

    public string Service(string code) => texts[$"Service.{code}"];

    public static Tone ToneOf(NoticeSeverity severity) => severity switch
    {
        NoticeSeverity.Info => Tone.Info,
        NoticeSeverity.Warning => Tone.Warning,
        NoticeSeverity.Severe => Tone.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, null),
    };

    private string WherePlaces(NoticeTerms notice) => texts["Where.Places", string.Join(", ", notice.Places.Select(Place))];

    private string WhereServices(NoticeTerms notice) => texts["Where.Services", string.Join("; ", notice.Services.Select(Service))];
}
