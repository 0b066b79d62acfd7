using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

// One configuration a table, in the order of Data/Model. Version columns are concurrency tokens: whoever saves increments
// them, and a stale writer gets DbUpdateConcurrencyException instead of overwriting.

internal sealed class AppUserConfiguration : IEntityTypeConfiguration<AppUser>
{
    public void Configure(EntityTypeBuilder<AppUser> user)
    {
        user.HasOne<Merchant>().WithMany().HasForeignKey(u => u.MerchantId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RoleConfiguration : IEntityTypeConfiguration<IdentityRole>
{
    /// <summary>The roles there are, with ids of their own choosing so that migrations stay the same.</summary>
    public void Configure(EntityTypeBuilder<IdentityRole> role) => role.HasData(
        new IdentityRole { Id = "merchant-owner", Name = Roles.MerchantOwner, NormalizedName = "MERCHANTOWNER", ConcurrencyStamp = "1" },
        new IdentityRole { Id = "support", Name = Roles.Support, NormalizedName = "SUPPORT", ConcurrencyStamp = "1" },
        new IdentityRole { Id = "supervisor", Name = Roles.Supervisor, NormalizedName = "SUPERVISOR", ConcurrencyStamp = "1" });
}

internal sealed class PasskeyConfiguration : IEntityTypeConfiguration<IdentityUserPasskey<string>>
{
    /// <summary>
    /// As in Identity's third schema version. That version cannot be asked for here: Identity reads it from the services
    /// of the application, which tooling and tests do not have, and the model must be the same everywhere.
    /// </summary>
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<string>> passkey)
    {
        passkey.ToTable("AspNetUserPasskeys");
        passkey.HasKey(p => p.CredentialId);
        passkey.Property(p => p.CredentialId).HasMaxLength(1024);
        passkey.OwnsOne(p => p.Data).ToJson();
        passkey.HasOne<AppUser>().WithMany().HasForeignKey(p => p.UserId).IsRequired();
    }
}

internal sealed class MerchantConfiguration : IEntityTypeConfiguration<Merchant>
{
    public void Configure(EntityTypeBuilder<Merchant> merchant)
    {
        merchant.ToTable("merchants");
        merchant.HasKey(m => m.Id);
        merchant.Property(m => m.Id).ValueGeneratedOnAdd();
        merchant.Property(m => m.BusinessName).HasMaxLength(44);
        merchant.Property(m => m.ContactEmail).HasMaxLength(254);
        merchant.OwnsOne(m => m.Address, Address.Configure);
        merchant.HasIndex(m => m.ProcessorCustomerId).IsUnique();
        merchant.Property(m => m.Version).IsConcurrencyToken();
    }
}

internal static class Address
{
    public static void Configure<T>(OwnedNavigationBuilder<T, PostalAddress> address)
        where T : class
    {
        address.Property(a => a.Name).HasMaxLength(44);
        address.Property(a => a.Company).HasMaxLength(44);
        address.Property(a => a.Line1).HasMaxLength(44);
        address.Property(a => a.Line2).HasMaxLength(44);
        address.Property(a => a.City).HasMaxLength(40);
        address.Property(a => a.Province).HasMaxLength(20);
        address.Property(a => a.PostalCode).HasMaxLength(14);
        address.Property(a => a.Country).HasMaxLength(2);
        address.Property(a => a.Phone).HasMaxLength(25);
    }
}

internal sealed class SetUpDraftConfiguration : IEntityTypeConfiguration<SetUpDraft>
{
    public void Configure(EntityTypeBuilder<SetUpDraft> draft)
    {
        draft.ToTable("set_up_drafts");
        draft.HasKey(d => d.MerchantId);
        draft.Property(d => d.MerchantId).ValueGeneratedNever();
        draft.OwnsOne(d => d.BillingAddress, Address.Configure);
        draft.Property(d => d.Version).IsConcurrencyToken();
    }
}

internal sealed class TermsAcceptanceConfiguration : IEntityTypeConfiguration<TermsAcceptance>
{
    public void Configure(EntityTypeBuilder<TermsAcceptance> acceptance)
    {
        acceptance.ToTable("terms_acceptances");
        acceptance.HasKey(a => new { a.MerchantId, a.Version });
        acceptance.Property(a => a.Version).HasMaxLength(20);
        acceptance.Property(a => a.TextHash).HasMaxLength(64);
    }
}

internal sealed class CardOnFileConfiguration : IEntityTypeConfiguration<CardOnFile>
{
    public void Configure(EntityTypeBuilder<CardOnFile> card)
    {
        card.ToTable("cards", table => table.HasCheckConstraint("ck_cards_removed_has_no_role", "removed_at IS NULL OR NOT (is_default OR is_backup)"));
        card.HasKey(c => new { c.MerchantId, c.Id });
        card.HasIndex(c => new { c.MerchantId, c.ProcessorId }).IsUnique();
        card.HasIndex(c => c.MerchantId).IsUnique().HasFilter("is_default").HasDatabaseName("ix_cards_one_default");
        card.HasIndex(c => c.MerchantId, "OneBackup").IsUnique().HasFilter("is_backup").HasDatabaseName("ix_cards_one_backup");
        card.Property(c => c.LastFour).HasMaxLength(4);
    }
}

internal sealed class AutoFundingConfiguration : IEntityTypeConfiguration<AutoFundingSettings>
{
    public void Configure(EntityTypeBuilder<AutoFundingSettings> settings)
    {
        settings.ToTable("auto_funding");
        settings.HasKey(s => s.MerchantId);
        settings.Property(s => s.MerchantId).ValueGeneratedNever();
        settings.Property(s => s.Version).IsConcurrencyToken();
    }
}

internal sealed class TopUpConfiguration : IEntityTypeConfiguration<TopUp>
{
    public void Configure(EntityTypeBuilder<TopUp> topUp)
    {
        topUp.ToTable("top_ups");
        topUp.HasKey(t => new { t.MerchantId, t.Id });
        topUp.HasIndex(t => t.PaymentId).IsUnique();
        topUp.HasIndex(t => new { t.State, t.NextAttemptAt });
        topUp.HasIndex(t => new { t.MerchantId, t.AutomaticSlot }).IsUnique();
        // At most one automatic top-up of a merchant is under way: states 1 to 4 are the ones before an end.
        topUp.HasIndex(t => t.MerchantId).IsUnique().HasFilter("automatic AND state IN (1, 2, 3, 4)").HasDatabaseName("ix_top_ups_one_automatic_under_way");
        topUp.Property(t => t.Version).IsConcurrencyToken();
    }
}

internal sealed class ProcessorEventConfiguration : IEntityTypeConfiguration<ProcessorEvent>
{
    public void Configure(EntityTypeBuilder<ProcessorEvent> processorEvent)
    {
        processorEvent.ToTable("processor_events");
        processorEvent.HasKey(e => e.Id);
        processorEvent.Property(e => e.Outcome).HasMaxLength(40);
        processorEvent.HasIndex(e => new { e.WorkedAt, e.DueAt });
    }
}

internal sealed class ProcessorCursorConfiguration : IEntityTypeConfiguration<ProcessorCursor>
{
    public void Configure(EntityTypeBuilder<ProcessorCursor> cursor)
    {
        cursor.ToTable("processor_cursors");
        cursor.HasKey(c => c.Name);
        cursor.Property(c => c.Name).HasMaxLength(40);
    }
}

internal sealed class LabelConfiguration : IEntityTypeConfiguration<Label>
{
    public void Configure(EntityTypeBuilder<Label> label)
    {
        label.ToTable("labels");
        label.HasKey(l => new { l.MerchantId, l.Id });
        label.OwnsOne(l => l.From, Address.Configure);
        label.OwnsOne(l => l.To, Address.Configure);
        label.Property(l => l.Reference).HasMaxLength(35);
        label.Property(l => l.RecipientEmail).HasMaxLength(60);
        label.Property(l => l.CarrierGroup).HasMaxLength(32);
        label.Property(l => l.SearchText).HasMaxLength(300);
        // What may still hold a recipient, by age: the sweep that erases them never walks over those it has done.
        label.HasIndex(l => l.CreatedAt).HasFilter("recipient_erased_at IS NULL").HasDatabaseName("ix_labels_recipient_kept");
        label.HasIndex(l => new { l.MerchantId, l.State, l.CreatedAt });
        label.HasIndex(l => new { l.MerchantId, l.CreatedAt });
        label.HasIndex(l => l.NextRunAt);
        label.HasIndex(l => new { l.MerchantId, l.TrackingNumber });
        label.HasIndex(l => l.ManifestedAt);
        label.Property(l => l.Version).IsConcurrencyToken();
    }
}

internal sealed class LabelDocumentConfiguration : IEntityTypeConfiguration<LabelDocument>
{
    public void Configure(EntityTypeBuilder<LabelDocument> document)
    {
        document.ToTable("label_documents");
        document.HasKey(d => new { d.MerchantId, d.LabelId, d.Kind });
    }
}

internal sealed class OutgoingMailConfiguration : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> mail)
    {
        mail.ToTable("outgoing_mails");
        mail.HasKey(m => m.Id);
        mail.HasIndex(m => new { m.SentAt, m.NextAttemptAt });
        mail.HasIndex(m => new { m.MerchantId, m.CreatedAt });
    }
}
