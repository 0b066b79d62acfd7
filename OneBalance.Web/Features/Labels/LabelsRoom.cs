namespace OneBalance.Web.Features.Labels;

internal static class LabelsRoom
{
    public static void AddLabels(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StartLabel>();
        builder.Services.AddSingleton<SaveLabelDraft>();
        builder.Services.AddSingleton<GetRates>();
        builder.Services.AddSingleton<RememberGoods>();
        builder.Services.AddSingleton<RememberedGoods>();
        builder.Services.AddSingleton<BuyLabel>();
        builder.Services.AddSingleton<LabelPurchase>();
        builder.Services.AddSingleton<LabelQueries>();
        builder.Services.AddScoped<FieldFocus>();
        builder.AddSweep<LabelSweep>(TimeSpan.FromSeconds(15));
    }

    public static void MapLabels(this WebApplication app) => app.MapLabelDocuments();
}
