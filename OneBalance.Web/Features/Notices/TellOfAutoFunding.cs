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
/// Writes to a merchant's users that auto-funding switched itself off: once for each failed top-up that did it, whose id is
/// the notice's name.
/// </summary>
public sealed class TellOfAutoFunding(
    IDbContextFactory<AppDbContext> contexts,
    NoticeWriter writer,
    FundingWords words,
    IStringLocalizer<NoticeTexts> texts,
    TimeProvider time)
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var stopped = await db.AutoFunding.AsNoTracking().Where(a => !a.Enabled && a.StoppedFor != null).ToListAsync(ct);
        int told = 0;
        foreach (var settings in stopped)
        {
            told += await TellAsync(settings, ct) ? 1 : 0;
        }

        if (told > 0)
        {
            writer.Wake();
        }

        return told;
    }

    private async Task<bool> TellAsync(AutoFundingSettings settings, CancellationToken ct)
    {
        var merchant = settings.MerchantId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var cause = await db.TopUps.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Automatic && t.State == TopUpState.Failed)
            .OrderByDescending(t => t.EndedAt)
            .FirstOrDefaultAsync(ct);
        string key = $"auto-funding-off/{(cause is null ? settings.UpdatedAt.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture) : cause.Id.ToString())}";
        if (await db.NoticesWritten.AnyAsync(n => n.MerchantId == merchant && n.Key == key, ct))
        {
            return false;
        }

        db.NoticesWritten.Add(new NoticeWritten { MerchantId = merchant, Key = key, Kind = NoticeKind.AutoFundingOff, WrittenAt = time.GetUtcNow() });
        await writer.AddAsync(
            db,
            merchant,
            NoticeKind.AutoFundingOff,
            formats => new NoticeWords(
                texts["Off.Subject"],
                [texts["Off.Text", formats.Money(settings.Threshold)], words.NotCharged(settings.StoppedFor), texts["Off.Next"]],
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
