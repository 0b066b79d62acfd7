using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Accounts;

/// <param name="RecoveryCodesLeft">0 to 10.</param>
public sealed record TwoFactorState(bool Enabled, int RecoveryCodesLeft);

/// <summary>What an authenticator app needs.</summary>
/// <param name="Key">In groups of four, for typing.</param>
/// <param name="Address">The <c>otpauth</c> address, for a QR code or an app on the same device.</param>
public sealed record AuthenticatorKey(string Key, string Address);

/// <summary>The second step of signing in, of the signed-in person: switch on with a first code, off, new recovery codes.</summary>
public sealed class TwoFactor(AppDbContext db, UserManager<AppUser> users, SignInManager<AppUser> signIn, AuditTrail trail, ILogger<TwoFactor> logger)
{
    private const int RecoveryCodes = 10;
    private const string Issuer = "OneBalance";

    public async Task<TwoFactorState> StateAsync(string userId)
    {
        var user = await UserAsync(userId);
        return new TwoFactorState(user.TwoFactorEnabled, await users.CountRecoveryCodesAsync(user));
    }

    /// <summary>The present key; made at the first question.</summary>
    public async Task<AuthenticatorKey> KeyAsync(string userId)
    {
        var user = await UserAsync(userId);
        string? key = await users.GetAuthenticatorKeyAsync(user);
        if (string.IsNullOrEmpty(key))
        {
            await users.ResetAuthenticatorKeyAsync(user);
            await signIn.RefreshSignInAsync(user);
            key = (await users.GetAuthenticatorKeyAsync(user))!;
        }

        string account = Uri.EscapeDataString(user.Email!);
        return new AuthenticatorKey(
            string.Join(' ', key.ToLowerInvariant().Chunk(4).Select(group => new string(group))),
            string.Create(CultureInfo.InvariantCulture, $"otpauth://totp/{Issuer}:{account}?secret={key}&issuer={Issuer}&digits=6"));
    }

    /// <returns>The recovery codes, shown once; null when the code is not right.</returns>
    /// <param name="begins">What the session is from now on, when the code just given is its second factor; null to keep it as it is.</param>
    public async Task<IReadOnlyList<string>?> EnableAsync(string userId, string code, Claim? begins = null)
    {
        var user = await UserAsync(userId);
        if (!await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, SignInWithSecondFactor.Digits(code)))
        {
            return null;
        }

        await users.SetTwoFactorEnabledAsync(user, true);
        var codes = await NewCodesAsync(user);
        if (begins is null)
        {
            await signIn.RefreshSignInAsync(user);
        }
        else
        {
            await signIn.SignInWithClaimsAsync(user, isPersistent: false, [begins]);
        }

        logger.LogInformation("User {UserId} switched the second step on", userId);
        return codes;
    }

    /// <returns>New recovery codes, shown once; the old ones no longer work.</returns>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(string userId) => await NewCodesAsync(await UserAsync(userId));

    /// <summary>
    /// Switches it off and forgets the key: switching it on again starts with a new one. The password is asked for again, so that
    /// an open session alone, on a machine that was left, does not weaken the account.
    /// </summary>
    /// <returns>Whether it was switched off; not when the password is wrong or too often was.</returns>
    public async Task<bool> DisableAsync(string userId, string password, Actor actor)
    {
        var user = await UserAsync(userId);
        if (!(await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true)).Succeeded)
        {
            return false;
        }

        // Saved with the change that follows, in one transaction.
        trail.Add(db, actor, AuditAction.SecondStepSwitchedOff, user.MerchantId, $"user/{user.Email}", null);
        await users.SetTwoFactorEnabledAsync(user, false);
        await users.ResetAuthenticatorKeyAsync(user);
        await signIn.RefreshSignInAsync(user);
        logger.LogInformation("User {UserId} switched the second step off", userId);
        return true;
    }

    private async Task<IReadOnlyList<string>> NewCodesAsync(AppUser user) =>
        [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];

    private async Task<AppUser> UserAsync(string userId) =>
        await users.FindByIdAsync(userId) ?? throw new InvalidOperationException($"User {userId} is gone.");
}
