using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data;

/// <summary>
/// The one model for both databases. Runtime code sees only this type; the two subclasses exist for migrations.
/// Money is a long of cents, times are UTC, every key of merchant data leads with the merchant.
/// </summary>
public class AppDbContext(DbContextOptions options) : IdentityDbContext<AppUser>(options), IDataProtectionKeyContext
{
    public DbSet<Merchant> Merchants => Set<Merchant>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<SetUpDraft> SetUpDrafts => Set<SetUpDraft>();
    public DbSet<TermsAcceptance> TermsAcceptances => Set<TermsAcceptance>();
    public DbSet<CardOnFile> Cards => Set<CardOnFile>();
    public DbSet<AutoFundingSettings> AutoFunding => Set<AutoFundingSettings>();
    public DbSet<TopUp> TopUps => Set<TopUp>();
    public DbSet<ProcessorEvent> ProcessorEvents => Set<ProcessorEvent>();
    public DbSet<ProcessorCursor> ProcessorCursors => Set<ProcessorCursor>();
    public DbSet<AutoFundingEvent> AutoFundingEvents => Set<AutoFundingEvent>();
    public DbSet<CardDispute> CardDisputes => Set<CardDispute>();
    public DbSet<CardRefund> CardRefunds => Set<CardRefund>();
    public DbSet<AccountClosing> AccountClosings => Set<AccountClosing>();
    public DbSet<PayoutLot> PayoutLots => Set<PayoutLot>();
    public DbSet<ProcessorTransaction> ProcessorTransactions => Set<ProcessorTransaction>();
    public DbSet<ReconciliationRun> ReconciliationRuns => Set<ReconciliationRun>();
    public DbSet<ReconciliationDifference> ReconciliationDifferences => Set<ReconciliationDifference>();
    public DbSet<DifferenceClearance> DifferenceClearances => Set<DifferenceClearance>();
    public DbSet<Label> Labels => Set<Label>();
    public DbSet<LabelDocument> LabelDocuments => Set<LabelDocument>();
    public DbSet<CustomsGoods> CustomsGoods => Set<CustomsGoods>();
    public DbSet<RefundRequest> RefundRequests => Set<RefundRequest>();
    public DbSet<RefundSettings> RefundSettings => Set<RefundSettings>();
    public DbSet<CreditFile> CreditFiles => Set<CreditFile>();
    public DbSet<CreditLine> CreditLines => Set<CreditLine>();
    public DbSet<TaxPaper> TaxPapers => Set<TaxPaper>();
    public DbSet<TaxPaperSeries> TaxPaperSeries => Set<TaxPaperSeries>();
    public DbSet<NoticePreferences> NoticePreferences => Set<NoticePreferences>();
    public DbSet<ServiceNotice> ServiceNotices => Set<ServiceNotice>();
    public DbSet<NoticeWritten> NoticesWritten => Set<NoticeWritten>();
    public DbSet<SavedAddress> SavedAddresses => Set<SavedAddress>();
    public DbSet<ParcelPreset> ParcelPresets => Set<ParcelPreset>();
    public DbSet<Batch> Batches => Set<Batch>();
    public DbSet<BatchLine> BatchLines => Set<BatchLine>();
    public DbSet<LabelSettings> LabelSettings => Set<LabelSettings>();
    public DbSet<PrintJob> PrintJobs => Set<PrintJob>();
    public DbSet<Manifest> Manifests => Set<Manifest>();
    public DbSet<ManifestPart> ManifestParts => Set<ManifestPart>();
    public DbSet<ManifestLabel> ManifestLabels => Set<ManifestLabel>();
    public DbSet<LabelTracking> LabelTrackings => Set<LabelTracking>();
    public DbSet<CallWindow> CallWindows => Set<CallWindow>();
    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();
    public DbSet<SupportAction> SupportActions => Set<SupportAction>();
    public DbSet<CarrierAdjustment> CarrierAdjustments => Set<CarrierAdjustment>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    public DbSet<LedgerBookRow> LedgerBooks => Set<LedgerBookRow>();
    public DbSet<LedgerTransferRow> LedgerTransfers => Set<LedgerTransferRow>();
    public DbSet<LedgerEntryRow> LedgerEntries => Set<LedgerEntryRow>();
    public DbSet<LedgerReservationRow> LedgerReservations => Set<LedgerReservationRow>();
    public DbSet<LedgerAuditRun> LedgerAuditRuns => Set<LedgerAuditRun>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<Money>().HaveConversion<MoneyConverter>();
        configuration.Properties<MerchantId>().HaveConversion<MerchantIdConverter>();
        configuration.Properties<LabelId>().HaveConversion<LabelIdConverter>();
        configuration.Properties<TopUpId>().HaveConversion<TopUpIdConverter>();
        configuration.Properties<CardId>().HaveConversion<CardIdConverter>();
        configuration.Properties<SavedAddressId>().HaveConversion<SavedAddressIdConverter>();
        configuration.Properties<ParcelPresetId>().HaveConversion<ParcelPresetIdConverter>();
        configuration.Properties<BatchId>().HaveConversion<BatchIdConverter>();
        configuration.Properties<ManifestId>().HaveConversion<ManifestIdConverter>();
        configuration.Properties<PrintJobId>().HaveConversion<PrintJobIdConverter>();
        configuration.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
        if (Database.IsSqlite())
        {
            // Said aloud because SQLite's convention sees it in the snapshot (a long) but not in the model (a converted id).
            builder.Entity<Merchant>().Property(merchant => merchant.Id).UseAutoincrement();
        }
    }
}

/// <summary>For tooling and start-up migration only.</summary>
public sealed class SqliteAppDbContext(DbContextOptions<SqliteAppDbContext> options) : AppDbContext(options);

/// <summary>For tooling and start-up migration only.</summary>
public sealed class PostgresAppDbContext(DbContextOptions<PostgresAppDbContext> options) : AppDbContext(options);
