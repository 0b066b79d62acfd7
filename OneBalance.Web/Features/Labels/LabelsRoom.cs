using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;

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
        builder.AddOpenFlow(OpenKind.Label, async (db, asked, ct) => (await db.Labels
            .Where(row => row.State == LabelState.Reserved || row.State == LabelState.Attempting || row.State == LabelState.Unknown)
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.RequestedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, Since = row.RequestedAt ?? row.CreatedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id.Value, row.State.ToString(), row.Since)));
        builder.AddSweep<LabelSweep>(TimeSpan.FromSeconds(15));
    }

    public static void MapLabels(this WebApplication app) => app.MapLabelDocuments();
}
