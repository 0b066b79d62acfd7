using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Features.Manifests;

internal static class ManifestsRoom
{
    public static void AddManifests(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CloseDay>();
        builder.Services.AddSingleton<ManifestFlow>();
        builder.Services.AddSingleton<ManifestQueries>();
        builder.Services.AddSingleton<ClosingSettings>();
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.ManifestsStuck, $"/admin?open={OpenKind.Manifest}#open", (db, now) => db.Manifests.Stuck(now).Select(manifest => manifest.RequestedAt)));
        builder.AddOpenFlow(OpenKind.Manifest, async (db, asked, ct) => (await db.Manifests
            .Where(row => row.State == ManifestState.Collecting || row.State == ManifestState.Transmitting || row.State == ManifestState.Transmitted)
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.RequestedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, row.RequestedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id.Value, row.State.ToString(), row.RequestedAt)));
        builder.AddSweep<ManifestSweep>(TimeSpan.FromSeconds(15));
        builder.AddSweep<ClosingSweep>(TimeSpan.FromSeconds(30));
    }

    public static void MapManifests(this WebApplication app) => app.MapManifestDocuments();
}
