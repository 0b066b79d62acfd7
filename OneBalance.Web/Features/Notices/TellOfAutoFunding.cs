using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Writes to a merchant's users that auto-funding switched itself off: once for each such event, whose id is the notice's
/// name. Also where it has been switched on again since: what happened in between is worth knowing. And however late, the
/// product having been down: a merchant who was told of a later stop since is told of no older one.
/// </summary>
public sealed class TellOfAutoFunding(
    IDbContextFactory<AppDbContext> contexts,
    NoticeWriter writer,
    FundingWords words,
    IStringLocalizer<NoticeTexts> texts,
    TimeProvider time)
{
    /// <summary>From this age on a stop is told with its day, and looked at no more once its merchant has been told of any.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var late = time.GetUtcNow() - Late;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var stops = await db.AutoFundingEvents.AsNoTracking()
            .Where(happened => happened.Kind == AutoFundingEventKind.Stopped)
            .Where(happened => happened.OccurredAt > late
                || !db.NoticesWritten.Any(n => n.MerchantId == happened.MerchantId && n.Kind == NoticeKind.AutoFundingOff && n.WrittenAt >= happened.OccurredAt))
            .OrderBy(happened => happened.OccurredAt)
            .ToListAsync(ct);
        if (stops.Count == 0)
        {
            return 0;
        }

        var keys = stops.ConvertAll(KeyOf);
        var known = (await db.NoticesWritten.Where(n => keys.Contains(n.Key)).Select(n => n.Key).ToListAsync(ct)).ToHashSet();
        return await writer.TellEachAsync(stops.Where(stop => !known.Contains(KeyOf(stop))), KeyOf, async stop => await TellAsync(stop, ct) ? 1 : 0);
    }

    private static string KeyOf(AutoFundingEvent stop) => $"auto-funding-off/{stop.Id:n}";

    private async Task<bool> TellAsync(AutoFundingEvent stop, CancellationToken ct)
    {
        var merchant = stop.MerchantId;
        string key = KeyOf(stop);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var present = await db.AutoFunding.Where(a => a.MerchantId == merchant).Select(a => new { a.Enabled, a.Threshold }).SingleOrDefaultAsync(ct);
        db.NoticesWritten.Add(new NoticeWritten { MerchantId = merchant, Key = key, Kind = NoticeKind.AutoFundingOff, WrittenAt = now });
        await writer.AddAsync(
            db,
            merchant,
            NoticeKind.AutoFundingOff,
            formats => new NoticeWords(
                texts["Off.Subject"],
                [
                    .. present?.Enabled == true ? [] : (string[])[texts["Off.Text", formats.Money(present?.Threshold ?? Money.Zero)]],
                    words.NotCharged(stop.Code),
                    .. stop.OccurredAt > now - Late ? [] : (string[])[texts["Off.Late", formats.Date(EasternDay.Of(stop.OccurredAt))]],
                    present?.Enabled == true ? texts["Off.OnAgain"] : texts["Off.Next"],
                ],
                texts["Off.Link"],
                "/balance"),
            onlyUser: null,
            ct);
        return await SaveOnceAsync(db, merchant, key, ct);
    }

    /// <summary>False when another node wrote this notice in between: its key is taken, and none of ours is stored.</summary>
    private async Task<bool> SaveOnceAsync(AppDbContext db, MerchantId merchant, string key, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.NoticesWritten.AnyAsync(n => n.MerchantId == merchant && n.Key == key, ct))
            {
                return false;
            }

            throw;
        }
    }
}
