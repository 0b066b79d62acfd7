namespace OneBalance.Web.Features.SetUpCarriers;

internal static class SetUpCarriersRoom
{
    public static void AddSetUpCarriers(this WebApplicationBuilder builder)
    {
    }

    public static void MapSetUpCarriers(this WebApplication app)
    {
    }
}
