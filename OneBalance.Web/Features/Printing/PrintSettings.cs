using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Printing;

/// <summary>In which format a merchant's new labels are bought. Labels bought before keep theirs: the carrier draws a label once.</summary>
public sealed class PrintSettings(IDbContextFactory<AppDbContext> contexts)
{
    public async Task<LabelFormat> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.LabelSettings.Where(row => row.MerchantId == merchant).Select(row => (LabelFormat?)row.Format).FirstOrDefaultAsync(ct) ?? LabelFormat.ThermalPdf;
    }

    /// <summary>The last one to choose wins: nothing else is overwritten.</summary>
    public async Task SaveAsync(MerchantAccess access, LabelFormat format, CancellationToken ct) =>
        await contexts.ChangeLabelSettingsAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), settings => settings.Format = format, ct);
}

internal static class LabelSettingsRows
{
    private const int Tries = 5;

    /// <summary>Changes a merchant's settings, making the row when there is none; repeated when somebody else saved in between.</summary>
    public static async Task ChangeLabelSettingsAsync(this IDbContextFactory<AppDbContext> contexts, MerchantId merchant, Action<LabelSettings> change, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var settings = await db.LabelSettings.FirstOrDefaultAsync(row => row.MerchantId == merchant, ct);
            if (settings is null)
            {
                settings = new LabelSettings { MerchantId = merchant };
                db.LabelSettings.Add(settings);
            }

            change(settings);
            settings.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Another tab or the closing sweep saved first: change what is there now.
            }
        }
    }
}
