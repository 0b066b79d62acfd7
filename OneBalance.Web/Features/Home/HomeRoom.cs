namespace OneBalance.Web.Features.Home;

internal static class HomeRoom
{
    public static void AddHome(this WebApplicationBuilder builder) => builder.Services.AddSingleton<HomeQueries>();
}
