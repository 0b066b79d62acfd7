namespace OneBalance.Web.Features.Admin;

internal static class AdminRoom
{
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AdminQueries>();
        builder.Services.AddScoped<PlatformHealth>();
        builder.Services.AddScoped<RunNow>();
    }
}
