using System.Text;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Batches;

internal static class BatchesRoom
{
    public static void AddBatches(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<BatchOptions>(builder.Configuration.GetSection(BatchOptions.Section));
        builder.Services.AddSingleton<BatchQueries>();
        builder.Services.AddSingleton<ImportBatch>();
        builder.Services.AddSingleton<ChangeBatch>();
        builder.Services.AddSingleton<RateBatch>();
        builder.Services.AddSingleton<BuyBatch>();
        builder.Services.AddSingleton<CancelBatch>();
        builder.Services.AddSingleton<BatchRun>();
        builder.Services.AddSingleton<BatchRunner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BatchRunner>());
        builder.AddOpenFlow(OpenKind.Batch, async (db, asked, ct) => (await db.Batches
            .Where(row => row.State == BatchState.Rating || row.State == BatchState.Buying)
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.UpdatedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, Since = row.State == BatchState.Buying ? row.RequestedAt ?? row.UpdatedAt : row.UpdatedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id.Value, row.State.ToString(), row.Since)));
        builder.AddSweep<BatchSweep>(TimeSpan.FromSeconds(5));
    }

    /// <summary>A file to start from, in the language asked for, as spreadsheets open it: with a mark that says UTF-8.</summary>
    public static void MapBatches(this WebApplication app) =>
        app.MapGet("/batches/sample/{language:regex(^(en|fr)$)}", (string language) =>
        {
            var (name, text) = BatchSample.In(language == "fr" ? Language.French : Language.English);
            return Results.File([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)], "text/csv; charset=utf-8", name);
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);
}
