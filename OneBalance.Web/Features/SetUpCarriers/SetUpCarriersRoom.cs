namespace OneBalance.Web.Features.SetUpCarriers;

internal static class SetUpCarriersRoom
{
    public static void AddSetUpCarriers(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<SetUpQueries>();
        builder.Services.AddTransient<SaveSetUp>();
        builder.Services.AddTransient<FinishSetUp>();
        builder.Services.AddTransient<SavingTrouble>();
        builder.Services.AddSingleton(PublishedTerms.OfTheProduct);
        builder.Services.AddTransient<TermsQueries>();
        builder.Services.AddTransient<AcceptTerms>();
    }

    public static void MapSetUpCarriers(this WebApplication app)
    {
    }
}
