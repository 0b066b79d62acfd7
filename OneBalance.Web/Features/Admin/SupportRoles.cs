using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>Somebody who works at the desk.</summary>
/// <param name="SecondFactor">Whether an authenticator app or a passkey is there; without one the role opens nothing.</param>
public sealed record SupportPerson(string UserId, string Email, bool IsSupport, bool IsSupervisor, bool SecondFactor);

/// <summary>Who works at the desk, and who supervises it.</summary>
public sealed class SupportRoleQueries(IDbContextFactory<AppDbContext> contexts)
{
    public async Task<IReadOnlyList<SupportPerson>> ListAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandSupervisorAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var held = await db.UserRoles
            .Join(db.Roles.Where(role => role.Name == Roles.Support || role.Name == Roles.Supervisor), h => h.RoleId, role => role.Id, (h, role) => new { h.UserId, role.Name })
            .Join(db.Users, h => h.UserId, user => user.Id, (h, user) => new { user.Id, user.Email, user.TwoFactorEnabled, h.Name, Passkey = db.UserPasskeys.Any(passkey => passkey.UserId == user.Id) })
            .ToListAsync(ct);
        return
        [
            .. held.GroupBy(row => (row.Id, row.Email, row.TwoFactorEnabled, row.Passkey))
                .Select(group => new SupportPerson(
                    group.Key.Id,
                    group.Key.Email ?? "",
                    group.Any(row => row.Name == Roles.Support),
                    group.Any(row => row.Name == Roles.Supervisor),
                    group.Key.TwoFactorEnabled || group.Key.Passkey))
                .OrderBy(person => person.Email, StringComparer.Ordinal),
        ];
    }
}

/// <summary>
/// Grants and withdraws the roles of support and supervisor: from the command line, or by a supervisor for somebody else, with a
/// reason. An address without an account gets one, without a merchant; its owner chooses a password by "forgot password".
/// Sessions of that person end, so that they begin again with what they may now do.
/// </summary>
public sealed class GrantRole(AppDbContext db, UserManager<AppUser> users, AuditTrail trail)
{
    private const string Key = "user/";

    /// <param name="role"><see cref="Roles.Support"/> or <see cref="Roles.Supervisor"/>, in any case.</param>
    public async Task<GrantRoleOutcome> RunAsync(string email, string role, string reason, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandSupervisorAsync(ct);
        string address = email.Trim();
        if (RoleOf(role) is not { } name)
        {
            return new GrantRoleOutcome.UnknownRole();
        }

        if (Credentials.CheckEmail(address).Any())
        {
            return new GrantRoleOutcome.NoAddress();
        }

        if (!SupportActionRules.IsReason(reason))
        {
            return new GrantRoleOutcome.ReasonNeeded();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        bool made = false;
        if (await users.FindByEmailAsync(address) is not { } user)
        {
            user = new AppUser { UserName = address, Email = address, EmailConfirmed = true, LockoutEnabled = true };
            Require(await users.CreateAsync(user));
            made = true;
        }
        else if (user.MerchantId is not null)
        {
            return new GrantRoleOutcome.OfMerchant();
        }

        if (user.Id == actor.UserId)
        {
            return new GrantRoleOutcome.Oneself();
        }

        if (await users.IsInRoleAsync(user, name))
        {
            return new GrantRoleOutcome.HasIt();
        }

        var before = await users.GetRolesAsync(user);
        Require(await users.AddToRoleAsync(user, name));
        Require(await users.UpdateSecurityStampAsync(user));
        trail.Add(db, actor, AuditAction.RoleGranted, null, Key + address, reason, new { Roles = before }, new { Roles = await users.GetRolesAsync(user), NewAccount = made });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new GrantRoleOutcome.Granted(made);
    }

    /// <summary>By a supervisor, from somebody else.</summary>
    public async Task<GrantRoleOutcome> WithdrawAsync(string userId, string role, string reason, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandSupervisorAsync(ct);
        if (RoleOf(role) is not { } name)
        {
            return new GrantRoleOutcome.UnknownRole();
        }

        if (!SupportActionRules.IsReason(reason))
        {
            return new GrantRoleOutcome.ReasonNeeded();
        }

        if (userId == actor.UserId)
        {
            return new GrantRoleOutcome.Oneself();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await users.FindByIdAsync(userId) is not { } user || !await users.IsInRoleAsync(user, name))
        {
            return new GrantRoleOutcome.HasItNot();
        }

        var before = await users.GetRolesAsync(user);
        Require(await users.RemoveFromRoleAsync(user, name));
        Require(await users.UpdateSecurityStampAsync(user));
        trail.Add(db, actor, AuditAction.RoleWithdrawn, null, Key + user.Email, reason, new { Roles = before }, new { Roles = await users.GetRolesAsync(user) });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new GrantRoleOutcome.Withdrawn();
    }

    /// <summary>As stored, in whatever case it was typed; null for anything but the two roles of the desk.</summary>
    public static string? RoleOf(string typed) =>
        new[] { Roles.Support, Roles.Supervisor }.FirstOrDefault(name => string.Equals(name, typed.Trim(), StringComparison.OrdinalIgnoreCase));

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The role could not be changed: {string.Join(", ", result.Errors.Select(error => error.Code))}");
        }
    }
}

/// <summary>What came of granting or withdrawing: a closed set.</summary>
public abstract record GrantRoleOutcome
{
    private GrantRoleOutcome()
    {
    }

    /// <param name="NewAccount">The address had no account and got one.</param>
    public sealed record Granted(bool NewAccount) : GrantRoleOutcome;

    public sealed record Withdrawn : GrantRoleOutcome;

    public sealed record UnknownRole : GrantRoleOutcome;

    public sealed record NoAddress : GrantRoleOutcome;

    public sealed record ReasonNeeded : GrantRoleOutcome;

    /// <summary>Nobody changes what they may do themselves.</summary>
    public sealed record Oneself : GrantRoleOutcome;

    /// <summary>Whoever acts for a merchant does not work at the desk with the same account.</summary>
    public sealed record OfMerchant : GrantRoleOutcome;

    public sealed record HasIt : GrantRoleOutcome;

    public sealed record HasItNot : GrantRoleOutcome;
}
