using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
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
        builder.AddOpenFlow(OpenKind.Refund, OpenAsync);
        builder.AddAccountSearch((db, typed) => db.RefundRequests.Where(row => row.Ticket != null && row.Ticket.ToUpper() == typed.ToUpperInvariant()).Select(row => row.MerchantId));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.RefundClaims,
            "/admin/refund-claims",
            (db, _) => db.RefundRequests.Where(row => row.State == RefundState.ClaimOpen).Select(row => row.CarrierConfirmedAt ?? row.RequestedAt)));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.VoidsNotKnown,
            $"/admin?open={OpenKind.Refund}#open",
            (db, _) => db.RefundRequests.Where(row => row.State == RefundState.Requested && row.Doubt == VoidDoubt.NotKnown).Select(row => row.RequestedAt)));
    }

    /// <summary>Voids and claims under way. A wish with a time to come waits as it should, and a claim lies with the carrier: the claims have a queue of their own.</summary>
    internal static async Task<IEnumerable<OpenRow>> OpenAsync(AppDbContext db, OpenQuestion asked, CancellationToken ct) => (await db.RefundRequests
        .Where(row => row.State == RefundState.Requested || row.State == RefundState.CarrierVoided || row.State == RefundState.ClaimGranted
            || (row.State == RefundState.Scheduled && row.NotBefore <= asked.Now))
        .Where(row => asked.Only == null || row.MerchantId == asked.Only)
        .OrderBy(row => row.NotBefore ?? row.RequestedAt).Take(asked.Most)
        .Select(row => new { row.MerchantId, row.LabelId, row.State, row.Doubt, Since = row.NotBefore ?? row.RequestedAt })
        .ToListAsync(ct)).Select(row => new OpenRow(
            row.MerchantId, row.LabelId.Value, row is { State: RefundState.Requested, Doubt: VoidDoubt.NotKnown } ? nameof(VoidDoubt.NotKnown) : row.State.ToString(), row.Since));

    public static void MapRefunds(this WebApplication app) =>
        app.MapGet("/refunds/refunds.csv", async (
            HttpContext http, RefundQueries queries, RefundFile file, TimeProvider time, string? first, string? last, string? show, string? least, string? most, string? lang, CancellationToken ct) =>
        {
            if (await SignedIn.OfAsync(http) is not { } user)
            {
                return Results.Forbid();
            }

            var filter = FilterOf(first, last, show, null, least, most, time.GetUtcNow());
            var rows = await queries.AllAsync(user.Merchant, filter, ct);
            return PaperAnswer.File(
                http,
                file.Csv(rows, PaperAnswer.LanguageOf(lang)),
                "text/csv; charset=utf-8",
                string.Create(CultureInfo.InvariantCulture, $"refunds-{filter.First:yyyy-MM-dd}-{filter.Last:yyyy-MM-dd}.csv"));
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);

    /// <summary>What an address asks for; what is missing or cannot be read is the last 90 days, all of them, of any amount.</summary>
    public static RefundFilter FilterOf(string? first, string? last, string? show, string? from, string? least, string? most, DateTimeOffset now)
    {
        var to = Day(last) ?? Balance.EasternDay.Of(now);
        var since = Day(first) is { } asked && asked <= to ? asked : to.AddDays(-UsualDays);
        return new RefundFilter(
            since, to, Enum.TryParse<RefundShow>(show, ignoreCase: true, out var which) && Enum.IsDefined(which) ? which : RefundShow.All, from, Amount(least), Amount(most));

        // Typed by a reader of either language: what one cannot read the other may.
        static Money? Amount(string? typed) => AmountText.Read(typed, Language.English) ?? AmountText.Read(typed, Language.French);

        static DateOnly? Day(string? text) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 9000 ? day : null;
    }
}
