using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("audit_entries");
        entry.HasKey(e => e.Id);
        entry.Property(e => e.Id).ValueGeneratedNever();
        entry.Property(e => e.UserId).HasMaxLength(450);
        entry.Property(e => e.Email).HasMaxLength(254);
        entry.Property(e => e.Address).HasMaxLength(45);
        entry.Property(e => e.Subject).HasMaxLength(200);
        entry.Property(e => e.Reason).HasMaxLength(1000);
        entry.HasIndex(e => new { e.At, e.Id });
        entry.HasIndex(e => new { e.MerchantId, e.At });
        entry.HasIndex(e => new { e.UserId, e.At });
    }
}
