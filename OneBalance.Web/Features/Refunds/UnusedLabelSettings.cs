using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Refunds;

/// <summary>Whether a merchant lets labels that were never used void themselves.</summary>
public sealed class UnusedLabelSettings(IDbContextFactory<AppDbContext> contexts)
{
    public async Task<bool> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.RefundSettings.Where(row => row.MerchantId == merchant).Select(row => row.VoidUnused).FirstOrDefaultAsync(ct);
    }

    public async Task SaveAsync(MerchantAccess access, bool voidUnused, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var row = await db.RefundSettings.FirstOrDefaultAsync(settings => settings.MerchantId == merchant, ct);
            if (row is null)
            {
                row = new RefundSettings { MerchantId = merchant };
                db.RefundSettings.Add(row);
            }

            row.VoidUnused = voidUnused;
            row.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException) when (attempt < 5)
            {
                // Another tab saved in between: change what it left.
            }
        }
    }
}
