using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>Changes the signed-in person's password; their other browsers are signed out.</summary>
public sealed class ChangePassword(AppDbContext db, UserManager<AppUser> users, SignInManager<AppUser> signIn, AccountLinks links, AccountMails mails, ILogger<ChangePassword> logger)
{
    /// <returns>What is wrong; empty when it is changed.</returns>
    public async Task<IReadOnlyList<CredentialProblem>> RunAsync(string userId, string present, string wanted, CancellationToken ct)
    {
        var user = await users.FindByIdAsync(userId) ?? throw new InvalidOperationException($"User {userId} is gone.");
        CredentialProblem[] problems =
        [
            .. Credentials.CheckPassword(wanted),
            .. await users.CheckPasswordAsync(user, present) ? Array.Empty<CredentialProblem>() : [CredentialProblem.PasswordWrong],
        ];
        if (problems.Length > 0)
        {
            return problems;
        }

        var result = await users.ChangePasswordAsync(user, present, wanted);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The new password was refused: {string.Join(", ", result.Errors.Select(error => error.Code))}");
        }

        mails.PasswordChanged(db, user, links.SignIn());
        await db.SaveChangesAsync(ct);
        mails.Wake();
        await signIn.RefreshSignInAsync(user);
        logger.LogInformation("User {UserId} changed the password", userId);
        return [];
    }
}
