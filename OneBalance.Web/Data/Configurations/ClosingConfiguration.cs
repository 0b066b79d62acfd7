using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class AccountClosingConfiguration : IEntityTypeConfiguration<AccountClosing>
{
    public void Configure(EntityTypeBuilder<AccountClosing> closing)
    {
        closing.ToTable("account_closings", table =>
        {
            table.HasCheckConstraint(
                "ck_account_closings_maker_is_not_checker",
                "approved_by IS NULL OR (opened_by IS NOT NULL AND approved_amount IS NOT NULL AND approval_limit IS NOT NULL AND (approved_amount <= approval_limit OR approved_by <> opened_by))");
            // Opened before it closes (2 to 6), approved before it pays (4 to 6), and closed with what was approved.
            table.HasCheckConstraint(
                "ck_account_closings_signed_for",
                "(state NOT IN (2, 3, 4, 5, 6) OR opened_by IS NOT NULL) AND (state NOT IN (4, 5, 6) OR approved_by IS NOT NULL)");
            table.HasCheckConstraint(
                "ck_account_closings_closed_as_approved",
                "remainder IS NULL OR (approved_amount IS NOT NULL AND remainder = approved_amount)");
        });
        closing.HasKey(c => new { c.MerchantId, c.Id });
        closing.Property(c => c.Id).ValueGeneratedNever();
        closing.HasIndex(c => c.Id).IsUnique();
        closing.HasIndex(c => c.Reference).IsUnique();
        // One that was taken back (8) leaves room for another; a closed account is closed for good.
        closing.HasIndex(c => c.MerchantId).IsUnique().HasFilter("state <> 8").HasDatabaseName("ix_account_closings_one_under_way");
        closing.HasIndex(c => new { c.State, c.DueBy });
        closing.Property(c => c.Reference).HasMaxLength(20);
        closing.Property(c => c.Reason).HasMaxLength(1000);
        closing.Property(c => c.ApprovalNote).HasMaxLength(500);
        closing.Property(c => c.Version).IsConcurrencyToken();
    }
}

internal sealed class PayoutLotConfiguration : IEntityTypeConfiguration<PayoutLot>
{
    public void Configure(EntityTypeBuilder<PayoutLot> lot)
    {
        // Planned, failed or replaced (1, 6, 7): it has not left. What pays what is owed (3) never does.
        lot.ToTable("payout_lots", table => table.HasCheckConstraint(
            "ck_payout_lots_approved_before_leaving",
            "NOT needs_approval OR approved_by IS NOT NULL OR state IN (1, 6, 7) OR route = 3"));
        lot.HasKey(l => new { l.MerchantId, l.Id });
        lot.Property(l => l.Id).ValueGeneratedNever();
        lot.HasIndex(l => new { l.MerchantId, l.ClosingId, l.Number }).IsUnique();
        lot.HasIndex(l => l.RefundId).IsUnique();
        lot.HasIndex(l => new { l.State, l.DueBy });
        lot.Property(l => l.PaymentId).HasMaxLength(100);
        lot.Property(l => l.RefundId).HasMaxLength(100);
        lot.Property(l => l.FailureCode).HasMaxLength(60);
        lot.Property(l => l.BankReference).HasMaxLength(60);
        lot.Property(l => l.Note).HasMaxLength(500);
        lot.Property(l => l.ApprovalNote).HasMaxLength(500);
        lot.Property(l => l.ReturnNote).HasMaxLength(500);
    }
}
