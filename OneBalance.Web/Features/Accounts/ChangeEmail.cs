using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>
/// Asks to use another address. It is used only once the link mailed to it is pressed; whether it already has an account
/// is told to that address alone.
/// </summary>
public sealed class ChangeEmail(AppDbContext db, UserManager<AppUser> users, AccountLinks links, AccountMails mails)
{
    /// <returns>What is wrong; empty when a mail is on its way.</returns>
    public async Task<IReadOnlyList<CredentialProblem>> RunAsync(string userId, string email, string password, CancellationToken ct)
    {
        email = email.Trim();
        var user = await users.FindByIdAsync(userId) ?? throw new InvalidOperationException($"User {userId} is gone.");
        CredentialProblem[] problems =
        [
            .. Credentials.CheckEmail(email),
            .. await users.CheckPasswordAsync(user, password) ? Array.Empty<CredentialProblem>() : [CredentialProblem.PasswordWrong],
        ];
        if (problems.Length > 0)
        {
            return problems;
        }

        if (await users.FindByEmailAsync(email) is { } owner)
        {
            mails.AlreadySignedUp(db, owner, links.SignIn());
        }
        else
        {
            mails.ConfirmEmailChange(db, user, email, links.ConfirmEmailChange(user.Id, email, await users.GenerateChangeEmailTokenAsync(user, email)));
        }

        await db.SaveChangesAsync(ct);
        mails.Wake();
        return [];
    }
}

/// <summary>Uses the new address from the moment its link is pressed: for signing in, and as the merchant's contact.</summary>
public sealed class ConfirmEmailChange(AppDbContext db, UserManager<AppUser> users, SignInManager<AppUser> signIn, ILogger<ConfirmEmailChange> logger)
{
    /// <param name="signedIn">The id of the person at the browser, whose sign-in is kept; null when nobody is.</param>
    public async Task<bool> RunAsync(string? userId, string? email, string? code, string? signedIn, CancellationToken ct)
    {
        if (userId is null || email is null || AccountLinks.Decode(code) is not { } token || await users.FindByIdAsync(userId) is not { } user)
        {
            return false;
        }

        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            string before = user.Email!;
            if (!(await users.ChangeEmailAsync(user, email, token)).Succeeded || !(await users.SetUserNameAsync(user, email)).Succeeded)
            {
                return false;
            }

            if (user.MerchantId is { } merchant)
            {
                await db.Merchants.Where(m => m.Id == merchant && m.ContactEmail == before)
                    .ExecuteUpdateAsync(set => set.SetProperty(m => m.ContactEmail, email).SetProperty(m => m.Version, m => m.Version + 1), ct);
            }

            await transaction.CommitAsync(ct);
        }

        if (signedIn == user.Id)
        {
            await signIn.RefreshSignInAsync(user);
        }

        logger.LogInformation("User {UserId} changed the e-mail address", userId);
        return true;
    }
}
