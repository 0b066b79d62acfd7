using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class RefundRequestConfiguration : IEntityTypeConfiguration<RefundRequest>
{
    public void Configure(EntityTypeBuilder<RefundRequest> request)
    {
        request.ToTable("refund_requests");
        request.HasKey(r => new { r.MerchantId, r.LabelId });
        request.HasIndex(r => r.NextRunAt);
        request.HasIndex(r => new { r.MerchantId, r.RequestedAt });
        request.HasIndex(r => new { r.State, r.ExpectedBy });
        request.Property(r => r.Ticket).HasMaxLength(40);
        request.Property(r => r.Reason).HasMaxLength(ClaimRules.MostReason);
        request.Property(r => r.Version).IsConcurrencyToken();
    }
}

internal sealed class RefundSettingsConfiguration : IEntityTypeConfiguration<RefundSettings>
{
    public void Configure(EntityTypeBuilder<RefundSettings> settings)
    {
        settings.ToTable("refund_settings");
        settings.HasKey(s => s.MerchantId);
        settings.Property(s => s.MerchantId).ValueGeneratedNever();
        settings.Property(s => s.Version).IsConcurrencyToken();
    }
}

internal sealed class CreditFileConfiguration : IEntityTypeConfiguration<CreditFile>
{
    public void Configure(EntityTypeBuilder<CreditFile> file)
    {
        file.ToTable("credit_files");
        file.HasKey(f => f.Id);
        file.Property(f => f.Name).HasMaxLength(200);
        file.HasIndex(f => f.ImportedAt);
    }
}

internal sealed class CreditLineConfiguration : IEntityTypeConfiguration<CreditLine>
{
    public void Configure(EntityTypeBuilder<CreditLine> line)
    {
        line.ToTable("credit_lines");
        line.HasKey(l => l.Key);
        line.Property(l => l.Key).HasMaxLength(120);
        line.HasIndex(l => new { l.MerchantId, l.LabelId });
    }
}
