using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Printing;

namespace OneBalance.Web.Features.Settings;

/// <summary>
/// Whether a merchant weighs in kg and measures in cm, or in lb and in: what pages write, and what new labels, presets and files
/// begin with. Each of them may be typed in the other.
/// </summary>
public sealed class UnitSettings(IDbContextFactory<AppDbContext> contexts)
{
    public async Task<Units> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.UnitsOfAsync(merchant, ct);
    }

    /// <summary>The last one to choose wins: nothing else is overwritten.</summary>
    public async Task SaveAsync(MerchantAccess access, Units units, CancellationToken ct) =>
        await contexts.ChangeLabelSettingsAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), settings => settings.Units = units, ct);
}

internal static class UnitsOfMerchants
{
    /// <summary>As chosen; until then as the newest label was typed, else kg and cm.</summary>
    public static async Task<Units> UnitsOfAsync(this AppDbContext db, MerchantId merchant, CancellationToken ct) =>
        await db.LabelSettings.Where(row => row.MerchantId == merchant).Select(row => row.Units).FirstOrDefaultAsync(ct)
        ?? await db.Labels.Where(label => label.MerchantId == merchant)
            .OrderByDescending(label => label.CreatedAt)
            .Select(label => (Units?)label.Units)
            .FirstOrDefaultAsync(ct)
        ?? Units.Metric;
}
