using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class NoticePreferencesConfiguration : IEntityTypeConfiguration<NoticePreferences>
{
    public void Configure(EntityTypeBuilder<NoticePreferences> preferences)
    {
        preferences.ToTable("notice_preferences");
        preferences.HasKey(p => new { p.MerchantId, p.UserId });
        preferences.HasOne<AppUser>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        preferences.Property(p => p.Version).IsConcurrencyToken();
    }
}

internal sealed class NoticeWrittenConfiguration : IEntityTypeConfiguration<NoticeWritten>
{
    public void Configure(EntityTypeBuilder<NoticeWritten> written)
    {
        written.ToTable("notices_written");
        written.HasKey(n => new { n.MerchantId, n.Key });
        written.Property(n => n.Key).HasMaxLength(100);
    }
}

/// <summary>Finds the top-ups whose end nobody has been told, however many there are.</summary>
internal sealed class TopUpNoticeConfiguration : IEntityTypeConfiguration<TopUp>
{
    public void Configure(EntityTypeBuilder<TopUp> topUp) =>
        topUp.HasIndex(t => t.EndedAt)
            .HasFilter("ended_at IS NOT NULL AND (noticed_state IS NULL OR noticed_state <> state)")
            .HasDatabaseName("ix_top_ups_to_notice");
}

internal sealed class TaxPaperConfiguration : IEntityTypeConfiguration<TaxPaper>
{
    public void Configure(EntityTypeBuilder<TaxPaper> paper)
    {
        paper.ToTable("tax_papers");
        // The key keeps a series free of doubles; the series row, saved in the same transaction, keeps it free of gaps.
        paper.HasKey(p => new { p.MerchantId, p.Kind, p.Number });
        paper.HasIndex(p => new { p.MerchantId, p.LabelId, p.Kind }).IsUnique();
        paper.HasIndex(p => new { p.MerchantId, p.LedgerSequence });
    }
}

internal sealed class TaxPaperSeriesConfiguration : IEntityTypeConfiguration<TaxPaperSeries>
{
    public void Configure(EntityTypeBuilder<TaxPaperSeries> series)
    {
        series.ToTable("tax_paper_series");
        series.HasKey(s => s.MerchantId);
        series.Property(s => s.MerchantId).ValueGeneratedNever();
        series.Property(s => s.Version).IsConcurrencyToken();
    }
}
