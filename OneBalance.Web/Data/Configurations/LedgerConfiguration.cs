using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class LedgerBookConfiguration : IEntityTypeConfiguration<LedgerBookRow>
{
    public void Configure(EntityTypeBuilder<LedgerBookRow> book)
    {
        book.ToTable("ledger_books");
        book.HasKey(b => b.MerchantId);
        book.Property(b => b.MerchantId).ValueGeneratedNever();
    }
}

internal sealed class LedgerTransferConfiguration : IEntityTypeConfiguration<LedgerTransferRow>
{
    public void Configure(EntityTypeBuilder<LedgerTransferRow> transfer)
    {
        transfer.ToTable("ledger_transfers");
        transfer.HasKey(t => new { t.MerchantId, t.Sequence });
        transfer.HasIndex(t => new { t.MerchantId, t.Key }).IsUnique();
        transfer.Property(t => t.Key).HasMaxLength(LedgerCommand.MaxKeyLength);
        transfer.Property(t => t.Reference).HasMaxLength(LedgerCommand.MaxKeyLength);

        // The balance page's filter by kind, newest first. None by time: LedgerMoments finds a day by number.
        transfer.HasIndex(t => new { t.MerchantId, t.Kind, t.Sequence });

        // A transfer is reversed at most once.
        transfer.HasIndex(t => new { t.MerchantId, t.Reference }).IsUnique().HasFilter($"kind = {(int)LedgerTransferKind.Correct}");
    }
}

internal sealed class LedgerEntryConfiguration : IEntityTypeConfiguration<LedgerEntryRow>
{
    public void Configure(EntityTypeBuilder<LedgerEntryRow> entry)
    {
        entry.ToTable("ledger_entries");
        entry.HasKey(e => new { e.MerchantId, e.Sequence, e.Account });
    }
}

internal sealed class LedgerReservationConfiguration : IEntityTypeConfiguration<LedgerReservationRow>
{
    public void Configure(EntityTypeBuilder<LedgerReservationRow> reservation)
    {
        reservation.ToTable("ledger_reservations");
        reservation.HasKey(r => new { r.MerchantId, r.Key });
        reservation.Property(r => r.Key).HasMaxLength(LedgerCommand.MaxKeyLength);
    }
}

internal sealed class LedgerAuditRunConfiguration : IEntityTypeConfiguration<LedgerAuditRun>
{
    public void Configure(EntityTypeBuilder<LedgerAuditRun> run)
    {
        run.ToTable("ledger_audit_runs");
        run.HasKey(r => r.Id);
        run.HasIndex(r => r.Night).IsUnique();
        run.HasIndex(r => r.EndedAt);
    }
}
