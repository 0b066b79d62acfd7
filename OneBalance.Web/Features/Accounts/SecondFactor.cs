using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>The second step of signing in: a code of the authenticator app, or one of the recovery codes.</summary>
public sealed class SignInWithSecondFactor(SignInManager<AppUser> signIn, UserManager<AppUser> users, ILogger<SignInWithSecondFactor> logger)
{
    /// <summary>Whether the first step was made in this browser a moment ago.</summary>
    public async Task<bool> IsExpectedAsync() => await signIn.GetTwoFactorAuthenticationUserAsync() is not null;

    /// <param name="rememberBrowser">Not heeded for support, who gives a code each time.</param>
    public async Task<SignInOutcome> ByAppAsync(string code, bool remember, bool rememberBrowser) =>
        await signIn.GetTwoFactorAuthenticationUserAsync() is { } user
            ? Outcome(user, await signIn.TwoFactorAuthenticatorSignInAsync(Digits(code), remember, rememberBrowser && !await IsOfSupportAsync(user)))
            : new SignInOutcome.Refused();

    public async Task<SignInOutcome> ByRecoveryCodeAsync(string code) =>
        await signIn.GetTwoFactorAuthenticationUserAsync() is { } user
            ? Outcome(user, await signIn.TwoFactorRecoveryCodeSignInAsync(code.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant()))
            : new SignInOutcome.Refused();

    /// <summary>As people copy it: blanks and hyphens do not matter.</summary>
    public static string Digits(string code) => new([.. code.Where(char.IsAsciiDigit)]);

    private async Task<bool> IsOfSupportAsync(AppUser user) =>
        await users.IsInRoleAsync(user, Roles.Support) || await users.IsInRoleAsync(user, Roles.Supervisor);

    private SignInOutcome Outcome(AppUser user, SignInResult result)
    {
        if (result.IsLockedOut)
        {
            logger.LogWarning("User {UserId} is locked out", user.Id);
        }

        return result.Succeeded ? new SignInOutcome.Done(user.Language)
            : result.IsLockedOut ? new SignInOutcome.LockedOut()
            : new SignInOutcome.Refused();
    }
}

/// <summary>Signs in with a passkey of this device.</summary>
public sealed class SignInWithPasskey(SignInManager<AppUser> signIn, UserManager<AppUser> users)
{
    public async Task<SignInOutcome> RunAsync(string credentialJson)
    {
        var assertion = await signIn.PerformPasskeyAssertionAsync(credentialJson);
        if (!assertion.Succeeded || !await signIn.CanSignInAsync(assertion.User))
        {
            return new SignInOutcome.Refused();
        }

        if (await users.IsLockedOutAsync(assertion.User))
        {
            return new SignInOutcome.LockedOut();
        }

        await users.AddOrUpdatePasskeyAsync(assertion.User, assertion.Passkey);
        await signIn.SignInAsync(assertion.User, isPersistent: false, "pwk");
        return new SignInOutcome.Done(assertion.User.Language);
    }
}
