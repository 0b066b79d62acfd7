using OneBalance.Core.Shipping;

namespace OneBalance.Core.Notices;

/// <summary>A notice of support about the carrier's services.</summary>
public readonly record struct ServiceNoticeId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>How grave a notice is. Persisted: values are frozen.</summary>
public enum NoticeSeverity
{
    Info = 1,
    Warning = 2,
    Severe = 3,
}

/// <summary>When, where and for which services a notice is meant, and whether it stops purchases.</summary>
/// <param name="From">In force from this moment on, it included.</param>
/// <param name="To">No longer in force at this moment; null: until it is withdrawn.</param>
/// <param name="Places">
/// Countries (<c>CA</c>, <c>US</c>, <c>JP</c>) and provinces (<c>CA-QC</c>), see <see cref="NoticePlaces"/>; none: everywhere.
/// </param>
/// <param name="Services">The carrier's codes, e.g. <c>DOM.EP</c>; none: all of them.</param>
/// <param name="BlocksPurchase">While it is in force no label that it concerns can be bought.</param>
public sealed record NoticeTerms(
    NoticeSeverity Severity,
    bool BlocksPurchase,
    DateTimeOffset From,
    DateTimeOffset? To,
    IReadOnlyList<string> Places,
    IReadOnlyList<string> Services)
{
    /// <summary>Ended by support before its time; null while it was not.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>When it ends or ended; null for a notice without an end.</summary>
    public DateTimeOffset? End => (WithdrawnAt, To) switch
    {
        ({ } withdrawn, { } to) => withdrawn < to ? withdrawn : to,
        ({ } withdrawn, null) => withdrawn,
        _ => To,
    };
}

/// <summary>How a notice stands at a moment.</summary>
public enum NoticePhase
{
    /// <summary>Not told to anybody yet.</summary>
    Ahead,

    /// <summary>Told beforehand; it stops nothing yet.</summary>
    Announced,

    InForce,

    Over,
}

/// <summary>A parcel, as far as notices concern it.</summary>
/// <param name="FromProvince">Two letters of a province of Canada; empty while it is not known.</param>
/// <param name="ToCountry">ISO alpha-2.</param>
/// <param name="ToProvince">Inside Canada the province's two letters.</param>
/// <param name="Service">The carrier's code; null while none is chosen: then any service to that place counts.</param>
public sealed record NoticeParcel(string FromProvince, string ToCountry, string ToProvince, string? Service);

/// <summary>The places a notice can be about.</summary>
public static class NoticePlaces
{
    private const string Canadian = "CA-";

    /// <summary>A country's two letters, or <c>CA-</c> and those of a province.</summary>
    public static bool IsKnown(string place) => place.StartsWith(Canadian, StringComparison.Ordinal) ? Provinces.IsKnown(place[Canadian.Length..]) : Countries.IsKnown(place);

    public static string OfProvince(string province) => $"{Canadian}{province}";

    /// <summary>The province's two letters; null for a country.</summary>
    public static string? Province(string place) => place.StartsWith(Canadian, StringComparison.Ordinal) ? place[Canadian.Length..] : null;
}
