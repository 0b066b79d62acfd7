using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>What a newcomer types. The business name is the address's company.</summary>
public sealed record SignUpRequest(string Email, string Password, Core.Shipping.Address Address, Language Language);

public abstract record SignUpOutcome
{
    private SignUpOutcome()
    {
    }

    /// <summary>A mail is on its way: to confirm the new account, or to tell the owner of an existing one. The page cannot know which.</summary>
    public sealed record CheckInbox : SignUpOutcome;

    public sealed record Refused(IReadOnlyList<CredentialProblem> Credentials, IReadOnlyList<AddressFinding> Address) : SignUpOutcome;
}

/// <summary>What is wrong with an e-mail address or a password: a closed set; the page phrases it.</summary>
public enum CredentialProblem
{
    EmailMissing,
    EmailMalformed,
    PasswordMissing,
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooUniform,
    PasswordWrong,
}

/// <summary>
/// Makes a merchant and its owner in one transaction, together with the mail that confirms the address. An address that
/// is already known gives the same answer, after the same work, and a mail to its owner instead.
/// </summary>
public sealed class SignUp(
    AppDbContext db,
    UserManager<AppUser> users,
    AccountLinks links,
    AccountMails mails,
    TimeProvider time,
    ILogger<SignUp> logger)
{
    public async Task<SignUpOutcome> RunAsync(SignUpRequest request, CancellationToken ct)
    {
        string email = request.Email.Trim();
        var address = AddressRules.Normalize(request.Address);
        CredentialProblem[] credentials = [.. Credentials.CheckEmail(email), .. Credentials.CheckPassword(request.Password)];
        var findings = AddressRules.CheckSender(address);
        if (credentials.Length > 0 || findings.Count > 0)
        {
            return new SignUpOutcome.Refused(credentials, findings);
        }

        if (await users.FindByEmailAsync(email) is { } owner)
        {
            // Hashing is what takes time; both answers take as long.
            users.PasswordHasher.HashPassword(owner, request.Password);
            await TellOwnerAsync(owner, ct);
            return new SignUpOutcome.CheckInbox();
        }

        if (!await CreateAsync(email, request.Password, address, request.Language, ct))
        {
            // The same address in the same moment, from another tab: the other one has it.
            db.ChangeTracker.Clear();
            await TellOwnerAsync(await users.FindByEmailAsync(email) ?? throw new InvalidOperationException("An address is taken and has no user."), ct);
        }

        return new SignUpOutcome.CheckInbox();
    }

    /// <returns>False when the address was taken meanwhile; then nothing is stored.</returns>
    private async Task<bool> CreateAsync(string email, string password, Core.Shipping.Address address, Language language, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var merchant = new Merchant
        {
            BusinessName = address.Company,
            Address = PostalAddress.From(address),
            ContactEmail = email,
            CreatedAt = time.GetUtcNow(),
        };
        db.Merchants.Add(merchant);
        await db.SaveChangesAsync(ct);

        var user = new AppUser { UserName = email, Email = email, MerchantId = merchant.Id, Language = language, LockoutEnabled = true };
        try
        {
            var created = await users.CreateAsync(user, password);
            if (created.Errors.Any(error => error.Code is nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail)))
            {
                return false;
            }

            Require(created);
        }
        catch (DbUpdateException) when (db.Entry(user).State == EntityState.Added)
        {
            return false;
        }

        Require(await users.AddToRoleAsync(user, Roles.MerchantOwner));
        db.Memberships.Add(new Membership { MerchantId = merchant.Id, UserId = user.Id, IsOwner = true, AddedAt = time.GetUtcNow() });
        mails.ConfirmEmail(db, user, links.ConfirmEmail(user.Id, await users.GenerateEmailConfirmationTokenAsync(user)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);

        mails.Wake();
        logger.LogInformation("Merchant {MerchantId} signed up", merchant.Id);
        return true;
    }

    private async Task TellOwnerAsync(AppUser owner, CancellationToken ct)
    {
        if (owner.EmailConfirmed)
        {
            mails.AlreadySignedUp(db, owner, links.SignIn());
        }
        else
        {
            mails.ConfirmEmail(db, owner, links.ConfirmEmail(owner.Id, await users.GenerateEmailConfirmationTokenAsync(owner)));
        }

        await db.SaveChangesAsync(ct);
        mails.Wake();
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"Identity refused what was checked before: {string.Join(", ", result.Errors.Select(error => error.Code))}");
        }
    }
}

/// <summary>
/// What an e-mail address and a password must be. A password has 10 to 128 characters, both included, at least 5 different
/// ones; no rules about kinds of characters, which make passwords worse.
/// </summary>
public static class Credentials
{
    public const int EmailLength = 254;
    public const int PasswordShortest = 10;
    public const int PasswordLongest = 128;
    public const int PasswordDistinct = 5;

    public static IEnumerable<CredentialProblem> CheckEmail(string email)
    {
        if (email.Length == 0)
        {
            yield return CredentialProblem.EmailMissing;
        }
        else if (email.Length > EmailLength || email.Any(char.IsWhiteSpace)
            || !MailAddress.TryCreate(email, out var parsed) || parsed.Address != email || !parsed.Host.Contains('.', StringComparison.Ordinal))
        {
            yield return CredentialProblem.EmailMalformed;
        }
    }

    public static IEnumerable<CredentialProblem> CheckPassword(string password)
    {
        if (password.Length == 0)
        {
            yield return CredentialProblem.PasswordMissing;
        }
        else if (password.Length < PasswordShortest)
        {
            yield return CredentialProblem.PasswordTooShort;
        }
        else if (password.Length > PasswordLongest)
        {
            yield return CredentialProblem.PasswordTooLong;
        }
        else if (password.Distinct().Count() < PasswordDistinct)
        {
            yield return CredentialProblem.PasswordTooUniform;
        }
    }
}
