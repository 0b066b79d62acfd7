using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>Mails a link to choose a new password. Says nothing about whether the address is known.</summary>
public sealed class ForgotPassword(AppDbContext db, UserManager<AppUser> users, AccountLinks links, AccountMails mails)
{
    public async Task RunAsync(string email, CancellationToken ct)
    {
        if (await users.FindByEmailAsync(email.Trim()) is { EmailConfirmed: true } user)
        {
            mails.ResetPassword(db, user, links.ResetPassword(await users.GeneratePasswordResetTokenAsync(user)));
            await db.SaveChangesAsync(ct);
            mails.Wake();
        }
    }
}

public abstract record ResetPasswordOutcome
{
    private ResetPasswordOutcome()
    {
    }

    public sealed record Done : ResetPasswordOutcome;

    /// <summary>The link is spent, too old, or not for this address; an unknown address says the same.</summary>
    public sealed record LinkRefused : ResetPasswordOutcome;

    public sealed record Refused(IReadOnlyList<CredentialProblem> Problems) : ResetPasswordOutcome;
}

/// <summary>Sets a new password by a mailed link, and unlocks the account.</summary>
public sealed class ResetPassword(AppDbContext db, UserManager<AppUser> users, AccountLinks links, AccountMails mails, ILogger<ResetPassword> logger)
{
    public async Task<ResetPasswordOutcome> RunAsync(string email, string? code, string password, CancellationToken ct)
    {
        email = email.Trim();
        CredentialProblem[] problems = [.. Credentials.CheckEmail(email), .. Credentials.CheckPassword(password)];
        if (problems.Length > 0)
        {
            return new ResetPasswordOutcome.Refused(problems);
        }

        if (AccountLinks.Decode(code) is not { } token
            || await users.FindByEmailAsync(email) is not { } user
            || !(await users.ResetPasswordAsync(user, token, password)).Succeeded)
        {
            return new ResetPasswordOutcome.LinkRefused();
        }

        await users.SetLockoutEndDateAsync(user, null);
        mails.PasswordChanged(db, user, links.SignIn());
        await db.SaveChangesAsync(ct);
        mails.Wake();
        logger.LogInformation("User {UserId} reset the password", user.Id);
        return new ResetPasswordOutcome.Done();
    }
}
