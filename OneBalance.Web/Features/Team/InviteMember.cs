using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Team;

/// <param name="Language">Of the mail, and of the page it leads to.</param>
public sealed record Invite(string Email, MerchantRight Rights, Language Language);

/// <summary>What came of an invitation: a closed set.</summary>
public abstract record InviteOutcome
{
    private InviteOutcome()
    {
    }

    public sealed record Sent(DateTimeOffset ValidUntil) : InviteOutcome;

    public sealed record EmailRefused(CredentialProblem Problem) : InviteOutcome;

    public sealed record AlreadyMember : InviteOutcome;

    /// <summary>The address belongs to another account of the product, and a person belongs to one.</summary>
    public sealed record BelongsElsewhere : InviteOutcome;

    /// <summary>Who manages the team gives and takes no right beyond their own.</summary>
    public sealed record BeyondYourRights : InviteOutcome;

    /// <summary>The last mail is less than a minute old.</summary>
    public sealed record JustSent : InviteOutcome;

    public sealed record TooManyPeople(int Most) : InviteOutcome;

    /// <summary>No such open invitation: accepted or withdrawn meanwhile.</summary>
    public sealed record NotFound : InviteOutcome;
}

/// <summary>
/// Invites a person by mail to act for the merchant. Each mail carries a new secret; the one before is void. Inviting the same
/// address again is sending again, with what is asked for now.
/// </summary>
public sealed class InviteMember(IDbContextFactory<AppDbContext> contexts, TeamMails mails, AuditTrail audit, TimeProvider time)
{
    public async Task<InviteOutcome> RunAsync(MerchantAccess access, Actor by, Invite invite, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageTeam, ct);
        string email = invite.Email.Trim();
        foreach (var problem in Credentials.CheckEmail(email))
        {
            return new InviteOutcome.EmailRefused(problem);
        }

        string normalized = Normalized(email);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var known = await db.Users.Where(user => user.NormalizedEmail == normalized)
            .Select(user => new { user.MerchantId, HasRole = db.UserRoles.Any(role => role.UserId == user.Id) }).SingleOrDefaultAsync(ct);
        if (known?.MerchantId == merchant)
        {
            return new InviteOutcome.AlreadyMember();
        }

        if (known is { MerchantId: not null } or { HasRole: true })
        {
            return new InviteOutcome.BelongsElsewhere();
        }

        var open = await db.Invitations.SingleOrDefaultAsync(
            row => row.MerchantId == merchant && row.NormalizedEmail == normalized && row.AcceptedAt == null && row.WithdrawnAt == null, ct);
        if (open is null
            && await db.Memberships.CountAsync(row => row.MerchantId == merchant, ct)
            + await db.Invitations.CountAsync(row => row.MerchantId == merchant && row.AcceptedAt == null && row.WithdrawnAt == null, ct) >= InvitationRules.MostPeople)
        {
            return new InviteOutcome.TooManyPeople(InvitationRules.MostPeople);
        }

        return await SendAsync(db, access, merchant, by, open, new Invite(email, invite.Rights, invite.Language), ct);
    }

    /// <summary>Sends the mail again, with a new link that is valid for another 7 days.</summary>
    public async Task<InviteOutcome> AgainAsync(MerchantAccess access, Actor by, Guid id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageTeam, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await db.Invitations.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id && row.AcceptedAt == null && row.WithdrawnAt == null, ct);
        return open is null ? new InviteOutcome.NotFound() : await SendAsync(db, access, merchant, by, open, new Invite(open.Email, open.Rights, open.Language), ct);
    }

    internal static string Normalized(string email) => email.Normalize().ToUpperInvariant();

    private async Task<InviteOutcome> SendAsync(
        AppDbContext db, MerchantAccess access, MerchantId merchant, Actor by, Invitation? open, Invite invite, CancellationToken ct)
    {
        // Another's open invitation is not cut short either.
        var now = time.GetUtcNow();
        var mine = await access.NowAsync(ct);
        if (!mine.MayGive(invite.Rights) || (open is not null && OpenInvitations.Stands(open, now) && !mine.MayGive(open.Rights ^ invite.Rights)))
        {
            return new InviteOutcome.BeyondYourRights();
        }

        if (open is not null && now < open.SentAt + InvitationRules.SendAgainAfter)
        {
            return new InviteOutcome.JustSent();
        }

        var (code, digest) = InvitationSecret.New();
        var action = open is null ? AuditAction.MemberInvited : AuditAction.InvitationSentAgain;
        object? before = open is null ? null : new { open.Rights, open.ExpiresAt };
        if (open is null)
        {
            open = new Invitation
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(now),
                Email = invite.Email,
                NormalizedEmail = Normalized(invite.Email),
                SecretDigest = digest,
                InvitedBy = by.UserId,
            };
            db.Invitations.Add(open);
        }

        open.SecretDigest = digest;
        open.InvitedBy = by.UserId;
        open.Rights = invite.Rights;
        open.Language = invite.Language;
        open.SentAt = now;
        open.ExpiresAt = now + InvitationRules.ValidFor;
        open.Version++;
        string business = await db.Merchants.Where(row => row.Id == merchant).Select(row => row.BusinessName).SingleAsync(ct);
        mails.Invited(db, open, code, business, by.Email);
        audit.Add(db, by, action, merchant, $"user/{open.Email}", null, before, new { open.Rights, open.ExpiresAt });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Pressed twice, or accepted or invited by somebody else at the same moment: that mail is on its way.
            return new InviteOutcome.JustSent();
        }

        mails.Wake();
        return new InviteOutcome.Sent(open.ExpiresAt);
    }
}

/// <summary>Takes an invitation back: its link is void from then on.</summary>
public sealed class WithdrawInvitation(IDbContextFactory<AppDbContext> contexts, AuditTrail audit, TimeProvider time)
{
    /// <returns>Changed meanwhile when there is none to take back: it was accepted or withdrawn.</returns>
    public async Task<ChangeMemberOutcome> RunAsync(MerchantAccess access, Actor by, Guid id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageTeam, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await db.Invitations.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id && row.AcceptedAt == null && row.WithdrawnAt == null, ct);
        if (open is null)
        {
            return new ChangeMemberOutcome.ChangedMeanwhile();
        }

        var now = time.GetUtcNow();
        if (OpenInvitations.Stands(open, now) && !(await access.NowAsync(ct)).MayGive(open.Rights))
        {
            return new ChangeMemberOutcome.BeyondYourRights();
        }

        open.WithdrawnAt = now;
        open.Version++;
        audit.Add(db, by, AuditAction.InvitationWithdrawn, merchant, $"user/{open.Email}", null, new { open.Rights, open.ExpiresAt });
        try
        {
            await db.SaveChangesAsync(ct);
            return new ChangeMemberOutcome.Done();
        }
        catch (DbUpdateConcurrencyException)
        {
            return new ChangeMemberOutcome.ChangedMeanwhile();
        }
    }
}
