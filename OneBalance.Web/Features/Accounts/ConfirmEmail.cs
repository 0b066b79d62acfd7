using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>Confirms an address by the link that was mailed to it. The same link pressed twice says the same.</summary>
public sealed class ConfirmEmail(UserManager<AppUser> users)
{
    /// <returns>Whether the address is confirmed now.</returns>
    public async Task<bool> RunAsync(string? userId, string? code) =>
        userId is not null
        && AccountLinks.Decode(code) is { } token
        && await users.FindByIdAsync(userId) is { } user
        && (user.EmailConfirmed && await users.VerifyUserTokenAsync(user, users.Options.Tokens.EmailConfirmationTokenProvider, UserManager<AppUser>.ConfirmEmailTokenPurpose, token)
            || (await users.ConfirmEmailAsync(user, token)).Succeeded);
}

/// <summary>Sends the confirmation link again. Says nothing about whether the address is known.</summary>
public sealed class ResendConfirmation(AppDbContext db, UserManager<AppUser> users, AccountLinks links, AccountMails mails)
{
    public async Task RunAsync(string email, CancellationToken ct)
    {
        if (await users.FindByEmailAsync(email.Trim()) is { EmailConfirmed: false } user)
        {
            mails.ConfirmEmail(db, user, links.ConfirmEmail(user.Id, await users.GenerateEmailConfirmationTokenAsync(user)));
            await db.SaveChangesAsync(ct);
            mails.Wake();
        }
    }
}
