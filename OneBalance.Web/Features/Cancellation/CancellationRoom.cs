using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Closing;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Cancellation;

internal static class CancellationRoom
{
    public static void AddCancellation(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<CancellationOptions>(builder.Configuration.GetSection(CancellationOptions.Section));
        builder.Services.AddTransient<CancellationQueries>();
        builder.Services.AddTransient<CancellationDesk>();
        builder.Services.AddTransient<CancellationMails>();
        builder.Services.AddTransient<RequestCancellation>();
        builder.Services.AddTransient<WithdrawCancellation>();
        builder.Services.AddTransient<OpenCancellation>();
        builder.Services.AddTransient<ApproveCancellation>();
        builder.Services.AddTransient<ApproveSupplement>();
        builder.Services.AddTransient<RecordPayout>();
        builder.Services.AddTransient<ReturnPayout>();
        builder.Services.AddTransient<RunCancellation>();
        builder.Services.AddTransient<RunCancellationNow>();
        builder.Services.AddTransient<StoredFundings>();
        builder.Services.AddTransient<AccountArchive>();
        builder.Services.AddScoped<CancellationWords>();
        builder.AddSweep<CancellationSweep>(TimeSpan.FromSeconds(30));
        builder.AddSweep<TellOfOverduePayouts>(TimeSpan.FromHours(1));
        builder.AddOpenFlow(OpenKind.Cancellation, async (db, asked, ct) => (await db.AccountClosings
            .Where(row => row.State != ClosingState.Paid && row.State != ClosingState.Withdrawn)
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.RequestedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, row.RequestedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id, $"Closing.{row.State}", row.RequestedAt)
            {
                // The others pass by themselves within moments.
                Waits = row.State is ClosingState.Requested or ClosingState.Closing or ClosingState.PayingOut,
                Path = $"{CancellationWords.DeskPath}/{row.Id}",
            }));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.Cancellations,
            CancellationWords.DeskPath,
            (db, _) => db.AccountClosings.Where(closing => closing.State != ClosingState.Paid && closing.State != ClosingState.Withdrawn).Select(closing => closing.RequestedAt)));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.PayoutsDue,
            CancellationWords.DeskPath,
            (db, _) => db.PayoutLots
                .Where(lot => lot.State == PayoutLotState.Planned || lot.State == PayoutLotState.Sending || lot.State == PayoutLotState.Sent || lot.State == PayoutLotState.Returning)
                .Select(lot => lot.PlannedAt)));
    }

    public static void MapCancellation(this WebApplication app) =>
        app.MapGet("/account/archive.zip", async (HttpContext http, AccountArchive archive, string? lang, CancellationToken ct) =>
        {
            if (await SignedIn.OfAsync(http) is not { } user)
            {
                return Results.Forbid();
            }

            http.Response.Headers.CacheControl = "private, no-store";
            return Results.File(await archive.PackAsync(user.Merchant, PaperAnswer.LanguageOf(lang), ct), "application/zip", archive.FileName);
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);
}
