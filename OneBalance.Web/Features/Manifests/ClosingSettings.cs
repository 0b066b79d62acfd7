using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Printing;

namespace OneBalance.Web.Features.Manifests;

/// <summary>Whether and when a merchant's day closes by itself.</summary>
public sealed class ClosingSettings(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public async Task<ClosingView> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.LabelSettings.AsNoTracking()
            .Where(row => row.MerchantId == merchant)
            .Select(row => new ClosingView(row.CloseAutomatically, row.CloseMinute, row.CloseZone, row.NextCloseAt))
            .FirstOrDefaultAsync(ct)
            ?? new ClosingView(false, ClosingTime.DefaultMinute, ClosingTime.Eastern, null);
    }

    /// <param name="minute">Minutes after midnight, 0 to 1439.</param>
    /// <param name="zone">One of <see cref="ClosingTime.Zones"/>.</param>
    public async Task<ClosingView> SaveAsync(MerchantAccess access, bool automatically, int minute, string zone, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        if (minute is < 0 or >= 24 * 60 || !ClosingTime.Zones.Contains(zone))
        {
            throw new ArgumentOutOfRangeException(nameof(minute), $"{minute} {zone}", "No such time of day or zone.");
        }

        DateTimeOffset? next = automatically ? ClosingTime.Next(time.GetUtcNow(), minute, TimeZoneInfo.FindSystemTimeZoneById(zone)) : null;
        await contexts.ChangeLabelSettingsAsync(
            merchant,
            settings =>
            {
                settings.CloseAutomatically = automatically;
                settings.CloseMinute = minute;
                settings.CloseZone = zone;
                settings.NextCloseAt = next;
            },
            ct);
        return new ClosingView(automatically, minute, zone, next);
    }
}

/// <param name="Minute">Minutes after midnight in <paramref name="Zone"/>.</param>
public sealed record ClosingView(bool Automatically, int Minute, string Zone, DateTimeOffset? Next);
