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
/// name. Also where it has been switched on again since: what happened in between is worth knowing.
/// </summary>
public sealed class TellOfAutoFunding(
    IDbContextFactory<AppDbContext> contexts,
    NoticeWriter writer,
    FundingWords words,
    IStringLocalizer<NoticeTexts> texts,
    TimeProvider time)
{
    /// <summary>What nobody could be told of for longer than this, the product having been down, is no news any more.</summary>
    private static readonly TimeSpan Newsworthy = TimeSpan.FromDays(7);

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow() - Newsworthy;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var stops = await db.AutoFundingEvents.AsNoTracking()
            .Where(happened => happened.Kind == AutoFundingEventKind.Stopped && happened.OccurredAt >= since)
            .OrderBy(happened => happened.OccurredAt)
            .ToListAsync(ct);
        if (stops.Count == 0)
        {
            return 0;
        }

        var known = (await db.NoticesWritten.Where(n => n.Kind == NoticeKind.AutoFundingOff && n.WrittenAt >= since).Select(n => n.Key).ToListAsync(ct)).ToHashSet();
        int told = 0;
        foreach (var stop in stops.Where(stop => !known.Contains(KeyOf(stop))))
        {
            told += await TellAsync(stop, ct) ? 1 : 0;
        }

        if (told > 0)
        {
            writer.Wake();
        }

        return told;
    }

    private static string KeyOf(AutoFundingEvent stop) => $"auto-funding-off/{stop.Id:n}";

    private async Task<bool> TellAsync(AutoFundingEvent stop, CancellationToken ct)
    {
        var merchant = stop.MerchantId;
        string key = KeyOf(stop);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var threshold = await db.AutoFunding.Where(a => a.MerchantId == merchant).Select(a => a.Threshold).SingleOrDefaultAsync(ct);
        db.NoticesWritten.Add(new NoticeWritten { MerchantId = merchant, Key = key, Kind = NoticeKind.AutoFundingOff, WrittenAt = time.GetUtcNow() });
        await writer.AddAsync(
            db,
            merchant,
            NoticeKind.AutoFundingOff,
            formats => new NoticeWords(
                texts["Off.Subject"],
                [texts["Off.Text", formats.Money(threshold)], words.NotCharged(stop.Code), texts["Off.Next"]],
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
