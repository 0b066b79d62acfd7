using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Refunds;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Refunds;

internal static class RefundsRoom
{
    /// <summary>Without a period, this many last days are shown.</summary>
    private const int UsualDays = 90;

    public static void AddRefunds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<VoidLabel>();
        builder.Services.AddSingleton<VoidManyLabels>();
        builder.Services.AddSingleton<LabelRefund>();
        builder.Services.AddSingleton<DecideClaim>();
        builder.Services.AddSingleton<ImportCredits>();
        builder.Services.AddSingleton<RefundClaimQueries>();
        builder.Services.AddSingleton<RefundQueries>();
        builder.Services.AddSingleton<UnusedLabelSettings>();
        builder.Services.AddTransient<RefundFile>();
        builder.AddSweep<RefundSweep>(TimeSpan.FromSeconds(5));
        builder.AddSweep<UnusedLabelSweep>(TimeSpan.FromMinutes(10));
        // A wish with a time to come waits as it should, and a claim lies with the carrier: the claims have a queue of their own.
        builder.AddOpenFlow(OpenKind.Refund, async (db, asked, ct) => (await db.RefundRequests
            .Where(row => row.State == RefundState.Requested || row.State == RefundState.CarrierVoided || row.State == RefundState.ClaimGranted
                || (row.State == RefundState.Scheduled && row.NotBefore <= asked.Now))
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.NotBefore ?? row.RequestedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.LabelId, row.State, Since = row.NotBefore ?? row.RequestedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.LabelId.Value, row.State.ToString(), row.Since)));
        builder.AddAccountSearch((db, typed) => db.RefundRequests.Where(row => row.Ticket != null && row.Ticket.ToUpper() == typed.ToUpperInvariant()).Select(row => row.MerchantId));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.RefundClaims,
            "/admin/refund-claims",
            (db, _) => db.RefundRequests.Where(row => row.State == RefundState.ClaimOpen).Select(row => row.CarrierConfirmedAt ?? row.RequestedAt)));
    }

    public static void MapRefunds(this WebApplication app) =>
        app.MapGet("/refunds/refunds.csv", async (
            HttpContext http, RefundQueries queries, RefundFile file, TimeProvider time, string? first, string? last, string? show, string? lang, CancellationToken ct) =>
        {
            if (await SignedIn.OfAsync(http) is not { } user)
            {
                return Results.Forbid();
            }

            var filter = FilterOf(first, last, show, null, time.GetUtcNow());
            var rows = await queries.AllAsync(user.Merchant, filter, ct);
            return PaperAnswer.File(
                http,
                file.Csv(rows, PaperAnswer.LanguageOf(lang)),
                "text/csv; charset=utf-8",
                string.Create(CultureInfo.InvariantCulture, $"refunds-{filter.First:yyyy-MM-dd}-{filter.Last:yyyy-MM-dd}.csv"));
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);

    /// <summary>What an address asks for; what is missing or cannot be read is the last 90 days, and all of them.</summary>
    public static RefundFilter FilterOf(string? first, string? last, string? show, string? from, DateTimeOffset now)
    {
        var to = Day(last) ?? Balance.EasternDay.Of(now);
        var since = Day(first) is { } asked && asked <= to ? asked : to.AddDays(-UsualDays);
        return new RefundFilter(since, to, Enum.TryParse<RefundShow>(show, ignoreCase: true, out var which) && Enum.IsDefined(which) ? which : RefundShow.All, from);

        static DateOnly? Day(string? text) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 9000 ? day : null;
    }
}
