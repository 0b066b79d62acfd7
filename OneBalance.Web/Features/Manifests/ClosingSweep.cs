using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Manifests;

/// <summary>
/// Closes the days of merchants whose time has come. The next time is stored only after the day was closed, so a crash in
/// between closes it again, which finds nothing left; after a standstill each day is closed once, late.
/// </summary>
public sealed partial class ClosingSweep(
    IDbContextFactory<AppDbContext> contexts,
    CloseDay closeDay,
    TimeProvider time,
    ILogger<ClosingSweep> logger) : ISweep
{
    private const int AtMost = 100;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.LabelSettings.AsNoTracking()
            .Where(settings => settings.NextCloseAt != null && settings.NextCloseAt <= now)
            .OrderBy(settings => settings.NextCloseAt)
            .Take(AtMost)
            .ToListAsync(ct);
        foreach (var settings in due)
        {
            try
            {
                var language = await LanguageAsync(db, settings.MerchantId, ct);
                await closeDay.RunAsync(new CloseDayRequest(MerchantAccess.OfProduct(settings.MerchantId), [], null, language), ct);
                DateTimeOffset? next = ClosingTime.Next(now, settings.CloseMinute, TimeZoneInfo.FindSystemTimeZoneById(settings.CloseZone));
                await db.LabelSettings
                    .Where(row => row.MerchantId == settings.MerchantId && row.Version == settings.Version)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextCloseAt, next).SetProperty(row => row.Version, row => row.Version + 1), ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, settings.MerchantId);
            }
        }

        return due.Count;
    }

    private static async Task<Language> LanguageAsync(AppDbContext db, MerchantId merchant, CancellationToken ct) =>
        await db.Users.Where(user => user.MerchantId == merchant).OrderBy(user => user.Id).Select(user => (Language?)user.Language).FirstOrDefaultAsync(ct) ?? Language.English;

    [LoggerMessage(Level = LogLevel.Error, Message = "The day of merchant {Merchant} could not be closed; it stays due")]
    private partial void LogFailed(Exception failure, MerchantId merchant);
}
