using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class LabelSettingsConfiguration : IEntityTypeConfiguration<LabelSettings>
{
    public void Configure(EntityTypeBuilder<LabelSettings> settings)
    {
        settings.ToTable("label_settings");
        settings.HasKey(s => s.MerchantId);
        settings.Property(s => s.MerchantId).ValueGeneratedNever();
        settings.Property(s => s.CloseZone).HasMaxLength(40);
        settings.HasIndex(s => s.NextCloseAt);
        settings.Property(s => s.Version).IsConcurrencyToken();
    }
}

internal sealed class PrintJobConfiguration : IEntityTypeConfiguration<PrintJob>
{
    public void Configure(EntityTypeBuilder<PrintJob> job)
    {
        job.ToTable("print_jobs");
        job.HasKey(j => new { j.MerchantId, j.Id });
        job.HasIndex(j => j.CreatedAt);
    }
}

internal sealed class ManifestConfiguration : IEntityTypeConfiguration<Manifest>
{
    public void Configure(EntityTypeBuilder<Manifest> manifest)
    {
        manifest.ToTable("manifests");
        manifest.HasKey(m => new { m.MerchantId, m.Id });
        manifest.Property(m => m.CarrierGroup).HasMaxLength(32);
        manifest.Property(m => m.ShippingPoint).HasMaxLength(6);
        manifest.HasIndex(m => new { m.MerchantId, m.RequestedAt });
        manifest.HasIndex(m => m.NextRunAt);
        manifest.HasIndex(m => new { m.MerchantId, m.CarrierGroup });
        // At most one manifest of a group is under way: states 1 to 3 are the ones before an end.
        manifest.HasIndex(m => new { m.MerchantId, m.CarrierGroup }, "ix_manifests_one_under_way").IsUnique().HasFilter("state IN (1, 2, 3)");
        manifest.Property(m => m.Version).IsConcurrencyToken();
    }
}

internal sealed class ManifestPartConfiguration : IEntityTypeConfiguration<ManifestPart>
{
    public void Configure(EntityTypeBuilder<ManifestPart> part)
    {
        part.ToTable("manifest_parts");
        part.HasKey(p => new { p.MerchantId, p.ManifestId, p.Number });
        part.HasIndex(p => p.Link);
        part.Property(p => p.PoNumber).HasMaxLength(20);
        part.HasOne<Manifest>().WithMany().HasForeignKey(p => new { p.MerchantId, p.ManifestId }).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ManifestLabelConfiguration : IEntityTypeConfiguration<ManifestLabel>
{
    public void Configure(EntityTypeBuilder<ManifestLabel> label)
    {
        label.ToTable("manifest_labels");
        label.HasKey(l => new { l.MerchantId, l.ManifestId, l.LabelId });
        label.HasOne<Manifest>().WithMany().HasForeignKey(l => new { l.MerchantId, l.ManifestId }).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class LabelTrackingConfiguration : IEntityTypeConfiguration<LabelTracking>
{
    public void Configure(EntityTypeBuilder<LabelTracking> tracking)
    {
        tracking.ToTable("label_trackings");
        tracking.HasKey(t => new { t.MerchantId, t.LabelId });
        tracking.HasIndex(t => t.NextAskAt);
        tracking.HasIndex(t => new { t.MerchantId, t.Status });
        tracking.Property(t => t.Version).IsConcurrencyToken();
    }
}

internal sealed class CallWindowConfiguration : IEntityTypeConfiguration<CallWindow>
{
    public void Configure(EntityTypeBuilder<CallWindow> window)
    {
        window.ToTable("call_windows");
        window.HasKey(w => w.Name);
        window.Property(w => w.Name).HasMaxLength(40);
        window.Property(w => w.Version).IsConcurrencyToken();
    }
}
