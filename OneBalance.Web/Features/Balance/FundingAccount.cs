using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Balance;

/// <summary>Whether a merchant's balance may be funded.</summary>
/// <param name="SetUp">Finish Setup is done.</param>
/// <param name="Open">Neither closing nor closed.</param>
internal sealed record FundingAccount(bool SetUp, bool Open)
{
    public static async Task<FundingAccount> LoadAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        bool setUp = await db.Merchants.AnyAsync(m => m.Id == merchant && m.SetUpFinishedAt != null, ct);
        bool closing = await db.LedgerBooks.AnyAsync(b => b.MerchantId == merchant && b.Status != LedgerBookStatus.Open, ct);
        return new FundingAccount(setUp, !closing);
    }
}

/// <summary>The product's calendar day: Eastern time.</summary>
internal static class EasternDay
{
    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    /// <summary>Midnight at the day's beginning; clocks change later in the night, so there is always one.</summary>
    public static DateTimeOffset StartOf(DateOnly day) =>
        new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), Eastern), TimeSpan.Zero);

    /// <summary>The beginning of the next day; of the last day that a calendar has, the end of time.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : StartOf(day.AddDays(1));

    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Eastern).DateTime);
}
