using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Team;

/// <summary>What came of changing a member, or of taking an invitation back: a closed set.</summary>
public abstract record ChangeMemberOutcome
{
    private ChangeMemberOutcome()
    {
    }

    public sealed record Done : ChangeMemberOutcome;

    /// <summary>The owner has every right and stays.</summary>
    public sealed record IsOwner : ChangeMemberOutcome;

    /// <summary>Nobody removes themselves.</summary>
    public sealed record IsYou : ChangeMemberOutcome;

    /// <summary>Who manages the team gives and takes no right beyond their own.</summary>
    public sealed record BeyondYourRights : ChangeMemberOutcome;

    /// <summary>Somebody else changed or removed the member meanwhile: look again.</summary>
    public sealed record ChangedMeanwhile : ChangeMemberOutcome;
}

/// <summary>Changes what a member may do, from the member's next press on.</summary>
public sealed class ChangeRights(IDbContextFactory<AppDbContext> contexts, AuditTrail audit, TimeProvider time)
{
    /// <param name="version">Of the row that was shown.</param>
    public async Task<ChangeMemberOutcome> RunAsync(MerchantAccess access, Actor by, string userId, MerchantRight rights, int version, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageTeam, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var member = await db.Memberships.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.UserId == userId, ct);
        if (member is null || member.Version != version)
        {
            return new ChangeMemberOutcome.ChangedMeanwhile();
        }

        if (member.IsOwner)
        {
            return new ChangeMemberOutcome.IsOwner();
        }

        rights = Rights.Member(rights).Given;
        if (!(await access.NowAsync(ct)).MayGive(rights ^ member.Rights))
        {
            return new ChangeMemberOutcome.BeyondYourRights();
        }

        string email = await db.Users.Where(user => user.Id == userId).Select(user => user.Email!).SingleAsync(ct);
        audit.Add(db, by, AuditAction.MemberRightsChanged, merchant, $"user/{email}", null, new { member.Rights }, new { Rights = rights });
        await OpenInvitations.WithdrawBeyondAsync(db, merchant, userId, Rights.Member(rights), time.GetUtcNow(), ct);
        member.Rights = rights;
        member.Version++;
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

/// <summary>
/// Removes a member: powerless from the next press on, signed out everywhere within a minute. The person keeps a sign-in of
/// their own, without a merchant, and can be invited again by this or another one.
/// </summary>
public sealed class RemoveMember(IDbContextFactory<AppDbContext> contexts, TeamMails mails, AuditTrail audit, TimeProvider time)
{
    public async Task<ChangeMemberOutcome> RunAsync(MerchantAccess access, Actor by, string userId, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageTeam, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var member = await db.Memberships.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.UserId == userId, ct);
        if (member is null)
        {
            return new ChangeMemberOutcome.ChangedMeanwhile();
        }

        if (member.IsOwner)
        {
            return new ChangeMemberOutcome.IsOwner();
        }

        if (userId == by.UserId)
        {
            return new ChangeMemberOutcome.IsYou();
        }

        if (!(await access.NowAsync(ct)).MayGive(member.Rights))
        {
            return new ChangeMemberOutcome.BeyondYourRights();
        }

        var user = await db.Users.SingleAsync(row => row.Id == userId, ct);
        string business = await db.Merchants.Where(row => row.Id == merchant).Select(row => row.BusinessName).SingleAsync(ct);
        user.MerchantId = null;

        // A new stamp ends every session of the person at its next check.
        user.SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
        db.Memberships.Remove(member);
        db.NoticePreferences.RemoveRange(await db.NoticePreferences.Where(row => row.MerchantId == merchant && row.UserId == userId).ToListAsync(ct));
        await OpenInvitations.WithdrawBeyondAsync(db, merchant, userId, Rights.Nobody, time.GetUtcNow(), ct);
        audit.Add(db, by, AuditAction.MemberRemoved, merchant, $"user/{user.Email}", null, new { member.Rights });
        mails.Removed(db, merchant, user.Email!, user.Language, business);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new ChangeMemberOutcome.ChangedMeanwhile();
        }

        mails.Wake();
        return new ChangeMemberOutcome.Done();
    }
}

internal static class OpenInvitations
{
    /// <summary>Its link still lets somebody in.</summary>
    public static bool Stands(Invitation invitation, DateTimeOffset now) =>
        InvitationRules.StateOf(invitation.ExpiresAt, invitation.AcceptedAt, invitation.WithdrawnAt, now) == InvitationState.Open;

    /// <summary>Takes back, in the caller's context, what a person sent and may no longer give.</summary>
    /// <param name="rights">Of the sender, from now on.</param>
    public static async Task WithdrawBeyondAsync(AppDbContext db, MerchantId merchant, string userId, Rights rights, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var open in await db.Invitations
            .Where(row => row.MerchantId == merchant && row.InvitedBy == userId && row.AcceptedAt == null && row.WithdrawnAt == null).ToListAsync(ct))
        {
            if (rights.MayGive(open.Rights))
            {
                continue;
            }

            open.WithdrawnAt = now;
            open.Version++;
        }
    }
}
