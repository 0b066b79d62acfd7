using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Core.Notices;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class ServiceNoticeConfiguration : IEntityTypeConfiguration<ServiceNotice>
{
    public void Configure(EntityTypeBuilder<ServiceNotice> notice)
    {
        notice.ToTable("service_notices");
        notice.HasKey(n => n.Id);
        notice.Property(n => n.Id).HasConversion(id => id.Value, value => new ServiceNoticeId(value)).ValueGeneratedNever();
        notice.Property(n => n.EnglishTitle).HasMaxLength(ServiceNoticeRules.TitleLength);
        notice.Property(n => n.FrenchTitle).HasMaxLength(ServiceNoticeRules.TitleLength);
        notice.Property(n => n.EnglishText).HasMaxLength(ServiceNoticeRules.TextLength);
        notice.Property(n => n.FrenchText).HasMaxLength(ServiceNoticeRules.TextLength);
        notice.Property(n => n.UpdatedBy).HasMaxLength(450);
        notice.Property(n => n.Version).IsConcurrencyToken();
        // Every purchase asks for those that have not ended.
        notice.HasIndex(n => n.To).HasFilter("withdrawn_at IS NULL").HasDatabaseName("ix_service_notices_open");
    }
}
