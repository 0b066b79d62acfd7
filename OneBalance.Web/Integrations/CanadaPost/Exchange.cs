using System.Net;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>An answer read whole.</summary>
internal sealed record Answer(HttpStatusCode Status, string MediaType, byte[] Body, Uri? Location, TimeSpan? RetryAfter);

/// <summary>What came of sending one request: a closed set.</summary>
internal abstract record Exchange
{
    private Exchange()
    {
    }

    public sealed record Answered(Answer Answer) : Exchange;

    /// <summary>Certain that the service behind the gateway never saw it.</summary>
    public sealed record NotSent(string Reason, TimeSpan? RetryAfter) : Exchange;

    /// <summary>Sent, and no answer came.</summary>
    public sealed record Lost(string Reason) : Exchange;
}

/// <summary>The carrier's groups of calls, each throttled in a 60-second window of its own.</summary>
internal enum CallGroup
{
    Token,
    Rating,
    Shipments,
    VoidAndRefund,
    SearchAndManifests,
    Tracking,

    /// <summary>Documents that the carrier says lie on another host.</summary>
    Elsewhere,
}
