using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class BatchConfiguration : IEntityTypeConfiguration<Batch>
{
    public void Configure(EntityTypeBuilder<Batch> batch)
    {
        batch.ToTable("batches");
        batch.HasKey(b => new { b.MerchantId, b.Id });
        batch.Property(b => b.Name).HasMaxLength(100);
        batch.Property(b => b.CreatedBy).HasMaxLength(64);
        batch.OwnsOne(b => b.From, Address.Configure);
        batch.HasIndex(b => new { b.MerchantId, b.CreatedAt });
        batch.HasIndex(b => b.NextRunAt);
        batch.Property(b => b.Version).IsConcurrencyToken();
    }
}

internal sealed class BatchLineConfiguration : IEntityTypeConfiguration<BatchLine>
{
    public void Configure(EntityTypeBuilder<BatchLine> line)
    {
        line.ToTable("batch_lines");
        line.HasKey(l => new { l.MerchantId, l.BatchId, l.Number });
        line.HasOne<Batch>().WithMany().HasForeignKey(l => new { l.MerchantId, l.BatchId }).OnDelete(DeleteBehavior.Cascade);
        // One label belongs to one line, whatever goes wrong.
        line.HasIndex(l => new { l.MerchantId, l.LabelId }).IsUnique();
        line.Property(l => l.Version).IsConcurrencyToken();
    }
}
