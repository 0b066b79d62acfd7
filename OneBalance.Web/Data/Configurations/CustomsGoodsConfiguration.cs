using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class CustomsGoodsConfiguration : IEntityTypeConfiguration<CustomsGoods>
{
    public void Configure(EntityTypeBuilder<CustomsGoods> goods)
    {
        goods.ToTable("customs_goods");
        goods.HasKey(g => new { g.MerchantId, g.Key });
        goods.Property(g => g.Key).HasMaxLength(45);
        goods.Property(g => g.Description).HasMaxLength(45);
        goods.Property(g => g.HsCode).HasMaxLength(13);
        goods.Property(g => g.CountryOfOrigin).HasMaxLength(2);
        goods.Property(g => g.ProvinceOfOrigin).HasMaxLength(2);
        goods.HasIndex(g => new { g.MerchantId, g.UsedAt });
    }
}
