using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Team;

/// <summary>What an invitation's page shows to whoever has its link.</summary>
/// <param name="HasAccount">The address signs in already: no password is chosen, the person signs in.</param>
public sealed record InvitationView(string Business, string Email, MerchantRight Rights, Language Language, InvitationState State, bool HasAccount);

/// <param name="Name">As the person wants to be called in the team.</param>
/// <param name="Password">For a new sign-in; ignored for an address that has one.</param>
/// <param name="SignedInAs">The id of the person at the browser; null when nobody is signed in.</param>
/// <param name="Address">The browser's network address.</param>
public sealed record Acceptance(string? Code, string Name, string Password, Language Language, string? SignedInAs, string? Address);

/// <summary>What came of accepting: a closed set.</summary>
public abstract record AcceptOutcome
{
    private AcceptOutcome()
    {
    }

    /// <summary>The person is a member and signed in.</summary>
    public sealed record Joined : AcceptOutcome;

    /// <summary>Not a link of ours, or a newer mail has replaced it.</summary>
    public sealed record LinkRefused : AcceptOutcome;

    /// <summary>Accepted, withdrawn or too old.</summary>
    public sealed record Over(InvitationState State) : AcceptOutcome;

    public sealed record Refused(bool NameMissing, IReadOnlyList<CredentialProblem> Password) : AcceptOutcome;

    /// <summary>The address has a sign-in: use it first, so that only its owner joins.</summary>
    public sealed record SignInFirst : AcceptOutcome;

    /// <summary>The address came to belong to another account meanwhile.</summary>
    public sealed record BelongsElsewhere : AcceptOutcome;
}

/// <summary>
/// Accepts an invitation by the link that was mailed, once: the person gets a sign-in, or the one they have, and the rights they
/// were invited with, all in one transaction. The mail proves the address, so it needs no confirming.
/// </summary>
public sealed class AcceptInvitation(
    AppDbContext db,
    UserManager<AppUser> users,
    SignInManager<AppUser> signIn,
    TeamMails mails,
    AuditTrail audit,
    TimeProvider time,
    ILogger<AcceptInvitation> logger)
{
    /// <summary>Null for a link that is not ours, or that a newer mail has replaced.</summary>
    public async Task<InvitationView?> ReadAsync(string? code, CancellationToken ct)
    {
        if (await FindAsync(code, ct) is not { } invitation)
        {
            return null;
        }

        string business = await db.Merchants.Where(row => row.Id == invitation.MerchantId).Select(row => row.BusinessName).SingleAsync(ct);
        bool known = await db.Users.AnyAsync(user => user.NormalizedEmail == invitation.NormalizedEmail, ct);
        return new InvitationView(business, invitation.Email, invitation.Rights, invitation.Language, StateOf(invitation), known);
    }

    public async Task<AcceptOutcome> RunAsync(Acceptance accepted, CancellationToken ct)
    {
        if (await FindAsync(accepted.Code, ct) is not { } invitation)
        {
            return new AcceptOutcome.LinkRefused();
        }

        if (StateOf(invitation) is var state and not InvitationState.Open)
        {
            return new AcceptOutcome.Over(state);
        }

        string name = accepted.Name.Trim();
        bool nameMissing = name.Length is 0 or > InvitationRules.NameLength;
        var user = await users.FindByEmailAsync(invitation.Email);
        CredentialProblem[] password = user is null ? [.. Credentials.CheckPassword(accepted.Password)] : [];
        if (nameMissing || password.Length > 0)
        {
            return new AcceptOutcome.Refused(nameMissing, password);
        }

        if (user is not null && (user.MerchantId is not null || (await users.GetRolesAsync(user)).Count > 0))
        {
            return new AcceptOutcome.BelongsElsewhere();
        }

        if (user is not null && user.Id != accepted.SignedInAs)
        {
            return new AcceptOutcome.SignInFirst();
        }

        try
        {
            user = await JoinAsync(invitation, user, name, accepted, ct);
        }
        catch (DbUpdateException)
        {
            // Pressed twice, or withdrawn at the same moment: the database takes a member once.
            db.ChangeTracker.Clear();
            return await FindAsync(accepted.Code, ct) is { } now ? new AcceptOutcome.Over(StateOf(now)) : new AcceptOutcome.LinkRefused();
        }

        mails.Wake();
        await signIn.SignInAsync(user, isPersistent: false);
        logger.LogInformation("User {UserId} joined merchant {MerchantId}", user.Id, invitation.MerchantId);
        return new AcceptOutcome.Joined();
    }

    private async Task<AppUser> JoinAsync(Invitation invitation, AppUser? known, string name, Acceptance accepted, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = time.GetUtcNow();
        invitation.AcceptedAt = now;
        invitation.Version++;
        await db.SaveChangesAsync(ct);

        var user = known ?? new AppUser
        {
            UserName = invitation.Email,
            Email = invitation.Email,
            EmailConfirmed = true,
            Language = accepted.Language,
            LockoutEnabled = true,
        };
        user.MerchantId = invitation.MerchantId;
        Require(known is null ? await users.CreateAsync(user, accepted.Password) : await users.UpdateAsync(user));
        db.Memberships.Add(new Membership { MerchantId = invitation.MerchantId, UserId = user.Id, Rights = Rights.Member(invitation.Rights).Given, Name = name, AddedAt = now });
        audit.Add(
            db,
            new Actor(user.Id, invitation.Email, accepted.Address),
            AuditAction.MemberJoined,
            invitation.MerchantId,
            $"user/{invitation.Email}",
            null,
            null,
            new { invitation.Rights });
        var owner = await db.Memberships.Where(row => row.MerchantId == invitation.MerchantId && row.IsOwner)
            .Join(db.Users, row => row.UserId, person => person.Id, (_, person) => new { person.Email, person.Language }).SingleOrDefaultAsync(ct);
        if (owner?.Email is { } to)
        {
            string business = await db.Merchants.Where(row => row.Id == invitation.MerchantId).Select(row => row.BusinessName).SingleAsync(ct);
            mails.Joined(db, invitation.MerchantId, to, owner.Language, business, name, invitation.Email);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return user;
    }

    private async Task<Invitation?> FindAsync(string? code, CancellationToken ct) =>
        InvitationSecret.DigestOf(code) is { } digest ? await db.Invitations.SingleOrDefaultAsync(row => row.SecretDigest == digest, ct) : null;

    private InvitationState StateOf(Invitation invitation) =>
        InvitationRules.StateOf(invitation.ExpiresAt, invitation.AcceptedAt, invitation.WithdrawnAt, time.GetUtcNow());

    /// <exception cref="DbUpdateException">The address was taken at the same moment.</exception>
    private static void Require(IdentityResult result)
    {
        if (result.Errors.Any(error => error.Code is nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail)
            or nameof(IdentityErrorDescriber.ConcurrencyFailure)))
        {
            throw new DbUpdateException("The address was taken at the same moment.");
        }

        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"Identity refused what was checked before: {string.Join(", ", result.Errors.Select(error => error.Code))}");
        }
    }
}
