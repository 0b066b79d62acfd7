using OneBalance.Core.Notices;

namespace OneBalance.Web.Data.Model;

/// <summary>A notice of support about the carrier's services, in both languages.</summary>
public sealed class ServiceNotice
{
    public ServiceNoticeId Id { get; set; }

    public NoticeSeverity Severity { get; set; }

    public bool BlocksPurchase { get; set; }

    public DateTimeOffset From { get; set; }

    /// <summary>Null: until it is withdrawn.</summary>
    public DateTimeOffset? To { get; set; }

    /// <summary>Codes parted by spaces, see <see cref="NoticePlaces"/>; empty: everywhere.</summary>
    public required string Places { get; set; }

    /// <summary>The carrier's codes parted by spaces; empty: all.</summary>
    public required string Services { get; set; }

    public required string EnglishTitle { get; set; }

    public required string EnglishText { get; set; }

    public required string FrenchTitle { get; set; }

    public required string FrenchText { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The member of support who saved it last.</summary>
    public required string UpdatedBy { get; set; }

    /// <summary>Ended before its time; such a notice is not changed any more.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    public int Version { get; set; }

    public NoticeTerms Terms() => new(
        Severity,
        BlocksPurchase,
        From,
        To,
        Places.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Services.Split(' ', StringSplitOptions.RemoveEmptyEntries))
    {
        WithdrawnAt = WithdrawnAt,
    };
}
