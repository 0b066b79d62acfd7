using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Data.Model;

/// <summary>What the carrier said of a parcel so far, and when it is asked next.</summary>
public sealed class LabelTracking
{
    public MerchantId MerchantId { get; set; }

    public LabelId LabelId { get; set; }

    public TrackingStatus Status { get; set; }

    /// <summary>JSON list of events, newest first, as the carrier gave them; its words in each language it was asked in.</summary>
    public string EventsJson { get; set; } = "[]";

    /// <summary>Local calendar day; null when the carrier names none.</summary>
    public DateOnly? ExpectedDelivery { get; set; }

    /// <summary>When following began: the label's transmission, or the first question for one that was not transmitted.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>When the last new event was seen; null before the first.</summary>
    public DateTimeOffset? LastNewsAt { get; set; }

    public DateTimeOffset? LastAskedAt { get; set; }

    /// <summary>When the carrier last answered, news or not; null before it did.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>Somebody reads the events in a language they were not asked in: the next call uses it.</summary>
    public Language AskIn { get; set; } = Language.English;

    /// <summary>Null when the carrier is not asked any more.</summary>
    public DateTimeOffset? NextAskAt { get; set; }

    public int Version { get; set; }
}

/// <summary>How many calls of a kind all nodes together made in the current window: the carrier counts them for the platform.</summary>
public sealed class CallWindow
{
    public required string Name { get; set; }

    /// <summary>The last counted call: a minute without one starts the count anew, so no minute anywhere holds more. Later than now after a throttled one.</summary>
    public DateTimeOffset StartedAt { get; set; }

    public int Used { get; set; }

    public int Version { get; set; }
}
