using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Ledger;
using OneBalance.Core.Support;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class SupportActionConfiguration : IEntityTypeConfiguration<SupportAction>
{
    public void Configure(EntityTypeBuilder<SupportAction> action)
    {
        action.ToTable("support_actions");
        action.HasKey(a => new { a.MerchantId, a.Id });
        action.Property(a => a.Reversed).HasMaxLength(LedgerCommand.MaxKeyLength);
        action.Property(a => a.Reason).HasMaxLength(SupportActionRules.LongestReason);
        action.Property(a => a.Email).HasMaxLength(254);
        action.Property(a => a.Address).HasMaxLength(45);
        action.Property(a => a.Refusal).HasMaxLength(60);
        action.HasIndex(a => new { a.State, a.AskedAt });

        // Asked for and not ended (1): one of a kind, and one reversal of a transfer. No index holds nulls to be equal on both databases.
        action.HasIndex(a => new { a.MerchantId, a.Kind }).IsUnique().HasFilter("state = 1 AND reversed IS NULL").HasDatabaseName("ix_support_actions_one_of_a_kind_under_way");
        action.HasIndex(a => new { a.MerchantId, a.Reversed }).IsUnique().HasFilter("state = 1 AND reversed IS NOT NULL").HasDatabaseName("ix_support_actions_one_reversal_under_way");
        action.Property(a => a.Version).IsConcurrencyToken();
    }
}

internal sealed class CarrierAdjustmentConfiguration : IEntityTypeConfiguration<CarrierAdjustment>
{
    public void Configure(EntityTypeBuilder<CarrierAdjustment> adjustment)
    {
        adjustment.ToTable("carrier_adjustments");
        adjustment.HasKey(a => new { a.MerchantId, a.Id });
        adjustment.HasIndex(a => a.CarrierLineId).IsUnique();
        adjustment.HasIndex(a => new { a.State, a.NoticedAt });
        adjustment.Property(a => a.CarrierLineId).HasMaxLength(AdjustmentRules.LongestLineId);
        adjustment.Property(a => a.Explanation).HasMaxLength(AdjustmentRules.LongestWords);
        adjustment.Property(a => a.EvidenceName).HasMaxLength(120);
        adjustment.Property(a => a.EvidenceType).HasMaxLength(40);
        adjustment.Property(a => a.Dispute).HasMaxLength(AdjustmentRules.LongestWords);
        adjustment.Property(a => a.Decision).HasMaxLength(AdjustmentRules.LongestWords);
        adjustment.Property(a => a.Version).IsConcurrencyToken();
    }
}
