using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Accounts;

/// <param name="Id">The credential's id, base64url.</param>
public sealed record PasskeyRow(string Id, string? Name, DateTimeOffset CreatedAt);

public enum RemovePasskeyOutcome
{
    Removed,

    /// <summary>Wrong, or too often wrong.</summary>
    PasswordWrong,

    NotFound,
}

/// <summary>The signed-in person's passkeys: list, add, name, remove.</summary>
public sealed class Passkeys(AppDbContext db, UserManager<AppUser> users, SignInManager<AppUser> signIn, AuditTrail trail, ILogger<Passkeys> logger)
{
    public const int Most = 20;
    public const int NameLength = 60;

    public async Task<IReadOnlyList<PasskeyRow>> ListAsync(string userId) =>
    [
        .. (await users.GetPasskeysAsync(await UserAsync(userId)))
            .OrderBy(passkey => passkey.CreatedAt)
            .Select(passkey => new PasskeyRow(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name, passkey.CreatedAt)),
    ];

    /// <returns>Whether it was added; not when the browser's answer does not verify or there are too many.</returns>
    public async Task<bool> AddAsync(string userId, string credentialJson, string name)
    {
        var user = await UserAsync(userId);
        if ((await users.GetPasskeysAsync(user)).Count >= Most)
        {
            return false;
        }

        var attestation = await signIn.PerformPasskeyAttestationAsync(credentialJson);
        if (!attestation.Succeeded)
        {
            return false;
        }

        attestation.Passkey.Name = Shorten(name);
        bool added = (await users.AddOrUpdatePasskeyAsync(user, attestation.Passkey)).Succeeded;
        if (added)
        {
            logger.LogInformation("User {UserId} added a passkey", userId);
        }

        return added;
    }

    /// <summary>Removes one, for whoever gives the password again; see <see cref="TwoFactor.DisableAsync"/>.</summary>
    public async Task<RemovePasskeyOutcome> RemoveAsync(string userId, string id, string password, Actor actor)
    {
        var user = await UserAsync(userId);
        if (!(await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true)).Succeeded)
        {
            return RemovePasskeyOutcome.PasswordWrong;
        }

        if (Decode(id) is not { } credential || await users.GetPasskeyAsync(user, credential) is not { } passkey)
        {
            return RemovePasskeyOutcome.NotFound;
        }

        // Saved with the change that follows, in one transaction.
        trail.Add(db, actor, AuditAction.PasskeyRemoved, user.MerchantId, $"user/{user.Email}", null, new { passkey.Name, passkey.CreatedAt });
        return (await users.RemovePasskeyAsync(user, credential)).Succeeded ? RemovePasskeyOutcome.Removed : RemovePasskeyOutcome.NotFound;
    }

    private static string Shorten(string name) => name.Trim() is var trimmed && trimmed.Length > NameLength ? trimmed[..NameLength] : trimmed;

    private static byte[]? Decode(string id) => Base64Url.IsValid(id) ? Base64Url.DecodeFromChars(id) : null;

    private async Task<AppUser> UserAsync(string userId) =>
        await users.FindByIdAsync(userId) ?? throw new InvalidOperationException($"User {userId} is gone.");
}
