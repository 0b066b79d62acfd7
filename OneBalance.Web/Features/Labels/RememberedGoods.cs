using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>The goods a merchant declared before, latest first: offered by typing, and forgotten when the merchant says so.</summary>
public sealed class RememberedGoods(IDbContextFactory<AppDbContext> contexts)
{
    private const int Most = 200;

    /// <summary>The two hundred used last.</summary>
    public async Task<IReadOnlyList<CustomsItem>> ListAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.CustomsGoods.AsNoTracking()
            .Where(goods => goods.MerchantId == merchant)
            .OrderByDescending(goods => goods.UsedAt).ThenBy(goods => goods.Key)
            .Take(Most)
            .Select(goods => new CustomsItem(1, goods.Description, goods.UnitWeightGrams, goods.UnitValue, goods.HsCode, goods.CountryOfOrigin, goods.ProvinceOfOrigin))
            .ToListAsync(ct);
    }

    /// <summary>False when this merchant has no such goods.</summary>
    public async Task<bool> ForgetAsync(MerchantAccess access, string description, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        string key = RememberGoods.KeyOf(description);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.CustomsGoods.Where(goods => goods.MerchantId == merchant && goods.Key == key).ExecuteDeleteAsync(ct) == 1;
    }
}
