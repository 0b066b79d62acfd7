using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Labels;

/// <summary>
/// Keeps the goods declared on a label that was bought, to be offered by typing. Dying before it is done loses a convenience and
/// nothing else; done twice it is done once.
/// </summary>
public sealed class RememberGoods(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public async Task RunAsync(MerchantId merchant, IReadOnlyList<CustomsItem> items, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        foreach (var item in items.Where(item => KeyOf(item.Description).Length > 0).DistinctBy(item => KeyOf(item.Description)))
        {
            if (await UpdateAsync(db, merchant, item, now, ct))
            {
                continue;
            }

            var goods = new CustomsGoods
            {
                MerchantId = merchant,
                Key = KeyOf(item.Description),
                Description = item.Description,
                UnitWeightGrams = item.UnitWeightGrams,
                UnitValue = item.UnitValue,
                HsCode = item.HsCode,
                CountryOfOrigin = item.CountryOfOrigin,
                ProvinceOfOrigin = item.ProvinceOfOrigin,
                UsedAt = now,
            };
            db.CustomsGoods.Add(goods);
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException)
            {
                // Another label with the same goods was bought at the same moment.
                db.ChangeTracker.Clear();
                if (!await UpdateAsync(db, merchant, item, now, ct))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>The same goods are known by their description, in whatever letters it was typed.</summary>
    internal static string KeyOf(string description) => description.Trim().ToLowerInvariant();

    private static async Task<bool> UpdateAsync(AppDbContext db, MerchantId merchant, CustomsItem item, DateTimeOffset now, CancellationToken ct)
    {
        string key = KeyOf(item.Description);
        return await db.CustomsGoods
            .Where(goods => goods.MerchantId == merchant && goods.Key == key)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(goods => goods.Description, item.Description)
                    .SetProperty(goods => goods.UnitWeightGrams, item.UnitWeightGrams)
                    .SetProperty(goods => goods.UnitValue, item.UnitValue)
                    .SetProperty(goods => goods.HsCode, item.HsCode)
                    .SetProperty(goods => goods.CountryOfOrigin, item.CountryOfOrigin)
                    .SetProperty(goods => goods.ProvinceOfOrigin, item.ProvinceOfOrigin)
                    .SetProperty(goods => goods.UsedAt, now),
                ct) == 1;
    }
}
