using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class SavedAddressConfiguration : IEntityTypeConfiguration<SavedAddress>
{
    public void Configure(EntityTypeBuilder<SavedAddress> address)
    {
        address.ToTable("saved_addresses");
        address.HasKey(a => new { a.MerchantId, a.Id });
        address.OwnsOne(a => a.Address, Address.Configure);
        address.Property(a => a.SearchText).HasMaxLength(300);
        address.HasIndex(a => new { a.MerchantId, a.Kind, a.SearchText });
        address.HasIndex(a => a.MerchantId).IsUnique().HasFilter("is_default").HasDatabaseName("ix_saved_addresses_one_default");
        address.Property(a => a.Version).IsConcurrencyToken();
    }
}

internal sealed class ParcelPresetConfiguration : IEntityTypeConfiguration<ParcelPreset>
{
    public void Configure(EntityTypeBuilder<ParcelPreset> preset)
    {
        preset.ToTable("parcel_presets");
        preset.HasKey(p => new { p.MerchantId, p.Id });
        preset.Property(p => p.Name).HasMaxLength(40);
        preset.Property(p => p.NameKey).HasMaxLength(40);
        preset.HasIndex(p => new { p.MerchantId, p.NameKey }).IsUnique();
        preset.HasIndex(p => p.MerchantId).IsUnique().HasFilter("is_default").HasDatabaseName("ix_parcel_presets_one_default");
        preset.Property(p => p.Version).IsConcurrencyToken();
    }
}
