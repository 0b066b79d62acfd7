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
