using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Configurations;

internal sealed class MembershipConfiguration : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> membership)
    {
        membership.ToTable("memberships");
        membership.HasKey(m => new { m.MerchantId, m.UserId });
        membership.Property(m => m.UserId).HasMaxLength(64);
        membership.Property(m => m.Name).HasMaxLength(80);
        membership.HasIndex(m => m.UserId).IsUnique().HasDatabaseName("ix_memberships_one_merchant");
        membership.HasIndex(m => m.MerchantId).IsUnique().HasFilter("is_owner").HasDatabaseName("ix_memberships_one_owner");
        membership.HasOne<Merchant>().WithMany().HasForeignKey(m => m.MerchantId).OnDelete(DeleteBehavior.Restrict);
        membership.HasOne<AppUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Restrict);
        membership.Property(m => m.Version).IsConcurrencyToken();
    }
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.ToTable("invitations");
        invitation.HasKey(i => new { i.MerchantId, i.Id });
        invitation.Property(i => i.Email).HasMaxLength(254);
        invitation.Property(i => i.NormalizedEmail).HasMaxLength(254);
        invitation.Property(i => i.SecretDigest).HasMaxLength(32);
        invitation.Property(i => i.InvitedBy).HasMaxLength(64);
        invitation.HasIndex(i => i.SecretDigest).IsUnique();
        invitation.HasIndex(i => new { i.MerchantId, i.NormalizedEmail }).IsUnique()
            .HasFilter("accepted_at IS NULL AND withdrawn_at IS NULL").HasDatabaseName("ix_invitations_one_open");
        invitation.HasOne<Merchant>().WithMany().HasForeignKey(i => i.MerchantId).OnDelete(DeleteBehavior.Restrict);
        invitation.Property(i => i.Version).IsConcurrencyToken();
    }
}
