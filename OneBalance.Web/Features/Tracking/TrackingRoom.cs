namespace OneBalance.Web.Features.Tracking;

internal static class TrackingRoom
{
    public static void AddTracking(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<TrackingOptions>(builder.Configuration.GetSection(TrackingOptions.Section));
        builder.Services.AddSingleton<TrackingQueries>();
        builder.AddSweep<TrackLabels>(TimeSpan.FromSeconds(60));
    }
}
