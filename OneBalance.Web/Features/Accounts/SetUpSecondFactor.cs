using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Accounts;

/// <summary>How far a member of support is from having signed in with a second factor.</summary>
/// <param name="HasApp">An authenticator app is switched on.</param>
/// <param name="HasPasskey">At least one passkey is there.</param>
public sealed record SecondFactorState(bool HasApp, bool HasPasskey)
{
    public bool HasAny => HasApp || HasPasskey;
}

/// <summary>
/// Support signs in with a second factor, and reaches nothing without one. Whoever has none sets the first one up here, and is
/// signed in with it at once. Whoever has one uses it: a password alone never adds another.
/// </summary>
public sealed class SetUpSecondFactor(UserManager<AppUser> users, SignInManager<AppUser> signIn, TwoFactor twoFactor, Passkeys passkeys)
{
    public async Task<SecondFactorState> StateAsync(string userId)
    {
        var user = await UserAsync(userId);
        return new SecondFactorState(user.TwoFactorEnabled, (await users.GetPasskeysAsync(user)).Count > 0);
    }

    /// <returns>The recovery codes, shown once; null when the code is not right or there is a second factor already.</returns>
    public async Task<IReadOnlyList<string>?> ByAppAsync(string userId, string code) =>
        (await StateAsync(userId)).HasAny ? null : await twoFactor.EnableAsync(userId, code, SecondFactor.WithCode);

    /// <returns>Whether it was added; not when the browser's answer does not verify or there is a second factor already.</returns>
    public async Task<bool> ByPasskeyAsync(string userId, string credentialJson, string name)
    {
        if ((await StateAsync(userId)).HasAny || !await passkeys.AddAsync(userId, credentialJson, name))
        {
            return false;
        }

        await signIn.SignInWithClaimsAsync(await UserAsync(userId), isPersistent: false, [SecondFactor.WithPasskey]);
        return true;
    }

    /// <summary>Signs out, and forgets that this browser may skip the second step.</summary>
    public async Task StartOverAsync()
    {
        await signIn.ForgetTwoFactorClientAsync();
        await signIn.SignOutAsync();
    }

    private async Task<AppUser> UserAsync(string userId) =>
        await users.FindByIdAsync(userId) ?? throw new InvalidOperationException($"User {userId} is gone.");
}

/// <summary>
/// Whether a session began with a second factor. Told by two things that must both hold: how the person signed in, and that the
/// factor is still on the account.
/// </summary>
public static class SecondFactor
{
    /// <summary>Claim of a member of support who has an authenticator app or a passkey, put in whenever the cookie is made.</summary>
    public const string OnAccount = "second_factor";

    /// <summary>Password and a code of the app, or a recovery code: as Identity says it.</summary>
    public static readonly Claim WithCode = new("amr", "mfa");

    public static readonly Claim WithPasskey = new(ClaimTypes.AuthenticationMethod, "pwk");

    /// <summary>Whether this session may act as support, if the roles say so too.</summary>
    public static bool IsProven(ClaimsPrincipal user) =>
        user.HasClaim(claim => claim.Type == OnAccount)
        && (user.HasClaim(WithCode.Type, WithCode.Value) || user.HasClaim(WithPasskey.Type, WithPasskey.Value));

    /// <summary>Support or supervisor, and not proven yet: reaches only the page that sets it up.</summary>
    public static bool IsMissing(ClaimsPrincipal user) => MerchantClaims.IsOfSupport(user) && !IsProven(user);

    /// <summary>When a cookie is made anew from the user's row, how the session began is kept.</summary>
    public static void Carry(ClaimsPrincipal from, ClaimsIdentity to)
    {
        foreach (var claim in from.Claims.Where(claim => claim.Type == WithCode.Type || claim.Type == WithPasskey.Type))
        {
            to.AddClaim(new Claim(claim.Type, claim.Value));
        }
    }
}
