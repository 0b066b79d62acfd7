using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

// What the processor tells: disputes, refunds, its own account, and how they meet the ledger.

internal sealed class CardDisputeConfiguration : IEntityTypeConfiguration<CardDispute>
{
    public void Configure(EntityTypeBuilder<CardDispute> dispute)
    {
        dispute.ToTable("card_disputes");
        dispute.HasKey(d => new { d.MerchantId, d.Id });
        dispute.HasIndex(d => d.Id).IsUnique();
        dispute.HasIndex(d => new { d.State, d.EvidenceDueBy });
        dispute.Property(d => d.Id).HasMaxLength(100);
        dispute.Property(d => d.Reason).HasMaxLength(60);
        dispute.Property(d => d.Version).IsConcurrencyToken();
    }
}

internal sealed class CardRefundConfiguration : IEntityTypeConfiguration<CardRefund>
{
    public void Configure(EntityTypeBuilder<CardRefund> refund)
    {
        refund.ToTable("card_refunds");
        refund.HasKey(r => new { r.MerchantId, r.Id });
        refund.HasIndex(r => r.Id).IsUnique();
        refund.Property(r => r.Id).HasMaxLength(100);
        refund.Property(r => r.Version).IsConcurrencyToken();
    }
}

internal sealed class ProcessorTransactionConfiguration : IEntityTypeConfiguration<ProcessorTransaction>
{
    public void Configure(EntityTypeBuilder<ProcessorTransaction> transaction)
    {
        transaction.ToTable("processor_transactions");
        transaction.HasKey(t => t.Id);
        transaction.Property(t => t.Id).HasMaxLength(100);
        transaction.Property(t => t.Category).HasMaxLength(60);
        // Exactly one: a second transaction that would meet the same transfer is refused.
        transaction.HasIndex(t => new { t.MerchantId, t.TransferKey }).IsUnique();
        transaction.HasIndex(t => t.MatchedAt);
    }
}

internal sealed class ReconciliationRunConfiguration : IEntityTypeConfiguration<ReconciliationRun>
{
    public void Configure(EntityTypeBuilder<ReconciliationRun> run)
    {
        run.ToTable("reconciliation_runs");
        run.HasKey(r => r.Id);
        run.Property(r => r.Id).ValueGeneratedNever();
        run.HasIndex(r => r.StartedAt);
        run.Property(r => r.Problem).HasMaxLength(200);
    }
}

internal sealed class ReconciliationDifferenceConfiguration : IEntityTypeConfiguration<ReconciliationDifference>
{
    public void Configure(EntityTypeBuilder<ReconciliationDifference> difference)
    {
        difference.ToTable("reconciliation_differences");
        difference.HasKey(d => d.Id);
        difference.Property(d => d.Id).ValueGeneratedNever();
        difference.Property(d => d.Subject).HasMaxLength(250);
        difference.Property(d => d.What).HasMaxLength(60);
        difference.HasIndex(d => d.Subject).IsUnique();
        difference.HasIndex(d => new { d.ResolvedAt, d.ClearedAt, d.OccurredAt });
        difference.Property(d => d.Version).IsConcurrencyToken();
    }
}

internal sealed class DifferenceClearanceConfiguration : IEntityTypeConfiguration<DifferenceClearance>
{
    public void Configure(EntityTypeBuilder<DifferenceClearance> clearance)
    {
        clearance.ToTable("difference_clearances");
        clearance.HasKey(c => c.DifferenceId);
        clearance.Property(c => c.DifferenceId).ValueGeneratedNever();
        clearance.Property(c => c.Reason).HasMaxLength(500);
    }
}

internal sealed class AutoFundingEventConfiguration : IEntityTypeConfiguration<AutoFundingEvent>
{
    public void Configure(EntityTypeBuilder<AutoFundingEvent> happened)
    {
        happened.ToTable("auto_funding_events");
        happened.HasKey(e => new { e.MerchantId, e.Id });
        happened.HasIndex(e => e.Id);
        happened.Property(e => e.Code).HasMaxLength(60);
    }
}
