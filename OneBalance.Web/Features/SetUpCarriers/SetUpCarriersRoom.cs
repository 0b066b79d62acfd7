namespace OneBalance.Web.Features.SetUpCarriers;

internal static class SetUpCarriersRoom
{
    public static void AddSetUpCarriers(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<SetUpQueries>();
        builder.Services.AddTransient<SaveSetUp>();
        builder.Services.AddTransient<FinishSetUp>();
    }

    public static void MapSetUpCarriers(this WebApplication app)
    {
    }
}
