using OneBalance.Core;

namespace OneBalance.Web.Data.Model;

/// <summary>
/// Goods a merchant declared for customs on a label that was bought, offered again by typing. A convenience: nothing refers to it,
/// and the merchant may remove it at any time.
/// </summary>
public sealed class CustomsGoods
{
    public MerchantId MerchantId { get; set; }

    /// <summary>The description in small letters: the same goods are remembered once.</summary>
    public required string Key { get; set; }

    /// <summary>As last declared; at most 45 characters.</summary>
    public required string Description { get; set; }

    public int UnitWeightGrams { get; set; }

    public Money UnitValue { get; set; }

    public string HsCode { get; set; } = "";

    public string CountryOfOrigin { get; set; } = "";

    public string ProvinceOfOrigin { get; set; } = "";

    public DateTimeOffset UsedAt { get; set; }
}
