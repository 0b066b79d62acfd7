using OneBalance.Core.Shipping;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Manifests;

/// <summary>Manifests that somebody should look at.</summary>
public static class StuckManifests
{
    /// <summary>A manifest is through in a minute or two; one that is under way for longer stands still, however often it was tried.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    /// <summary>Failures are shown for this long.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>Begun longer than <see cref="Late"/> ago and not ended. Each attempt is a move, so that the last one tells nothing.</summary>
    public static IQueryable<Manifest> Stuck(this IQueryable<Manifest> manifests, DateTimeOffset now)
    {
        var since = now - Late;
        return manifests.Where(manifest =>
            (manifest.State == ManifestState.Collecting || manifest.State == ManifestState.Transmitting || manifest.State == ManifestState.Transmitted)
            && manifest.RequestedAt < since);
    }

    /// <summary>Failed, as a whole or for some labels, within <see cref="Recent"/>.</summary>
    public static IQueryable<Manifest> Failed(this IQueryable<Manifest> manifests, DateTimeOffset now)
    {
        var since = now - Recent;
        return manifests.Where(manifest =>
            (manifest.State == ManifestState.Failed || manifest.State == ManifestState.PartlyFailed) && manifest.EndedAt >= since);
    }
}
