namespace OneBalance.Web.Features.Manifests;

internal static class ManifestsRoom
{
    public static void AddManifests(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CloseDay>();
        builder.Services.AddSingleton<ManifestFlow>();
        builder.Services.AddSingleton<ManifestQueries>();
        builder.Services.AddSingleton<ClosingSettings>();
        builder.AddSweep<ManifestSweep>(TimeSpan.FromSeconds(15));
        builder.AddSweep<ClosingSweep>(TimeSpan.FromSeconds(30));
    }

    public static void MapManifests(this WebApplication app) => app.MapManifestDocuments();
}
