namespace OneBalance.Web.Features.Settings;

internal static class SettingsRoom
{
    public static void AddSettingsPage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BusinessDetails>();
        builder.Services.AddSingleton<UnitSettings>();
    }
}
