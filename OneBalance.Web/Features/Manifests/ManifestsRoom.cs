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
            DeskQueueKind.ManifestsStuck, "/admin#open", (db, now) => db.Manifests.Stuck(now).Select(manifest => manifest.UpdatedAt)));
        builder.AddSweep<ManifestSweep>(TimeSpan.FromSeconds(15));
        builder.AddSweep<ClosingSweep>(TimeSpan.FromSeconds(30));
    }

    public static void MapManifests(this WebApplication app) => app.MapManifestDocuments();
}
