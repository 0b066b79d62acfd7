using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Caching.Memory;
using OneBalance.Core;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <param name="Language">The language on the person's row, for a browser that asks for neither.</param>
    public sealed record Done(Language Language) : SignInOutcome;

    public sealed record NeedsSecondFactor : SignInOutcome;

    /// <summary>The password is right, and the address was never confirmed.</summary>
    public sealed record NeedsConfirmation : SignInOutcome;

    public sealed record LockedOut : SignInOutcome;

    public sealed record Refused : SignInOutcome;
}

/// <summary>
/// Signs in with e-mail and password. Whether an address has an account cannot be told from the answer, nor from how long
/// it takes: an unknown one is hashed against and locked like a known one.
/// </summary>
public sealed class SignInWithPassword(UserManager<AppUser> users, SignInManager<AppUser> signIn, UnknownAttempts unknown, ILogger<SignInWithPassword> logger)
{
    private static readonly string DecoyHash = new PasswordHasher<AppUser>().HashPassword(new AppUser(), Guid.NewGuid().ToString());

    public async Task<SignInOutcome> RunAsync(string email, string password, bool remember)
    {
        email = email.Trim();
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            users.PasswordHasher.VerifyHashedPassword(new AppUser(), DecoyHash, password);
            return unknown.Failed(email) ? new SignInOutcome.LockedOut() : new SignInOutcome.Refused();
        }

        if (!user.EmailConfirmed && !await users.IsLockedOutAsync(user))
        {
            if (await users.CheckPasswordAsync(user, password))
            {
                return new SignInOutcome.NeedsConfirmation();
            }

            await users.AccessFailedAsync(user);
            return await users.IsLockedOutAsync(user) ? new SignInOutcome.LockedOut() : new SignInOutcome.Refused();
        }

        var result = await signIn.PasswordSignInAsync(user, password, remember, lockoutOnFailure: true);
        if (result.IsLockedOut)
        {
            logger.LogWarning("User {UserId} is locked out", user.Id);
        }

        return result.Succeeded ? new SignInOutcome.Done(user.Language)
            : result.RequiresTwoFactor ? new SignInOutcome.NeedsSecondFactor()
            : result.IsLockedOut ? new SignInOutcome.LockedOut()
            : new SignInOutcome.Refused();
    }
}

/// <summary>Counts failures for addresses without an account, so that they seem to lock like the others.</summary>
public sealed class UnknownAttempts(IMemoryCache cache, LockoutRule lockout)
{
    /// <summary>Whether this many failures would have locked an account.</summary>
    public bool Failed(string email)
    {
        var counter = cache.GetOrCreate((nameof(UnknownAttempts), email.ToUpperInvariant()), entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = lockout.Duration;
            return new Counter();
        })!;
        return counter.Next() >= lockout.Attempts;
    }

    private sealed class Counter
    {
        private int _count;

        public int Next() => Interlocked.Increment(ref _count);
    }
}

/// <summary>How many failures lock an account, and for how long.</summary>
public sealed record LockoutRule(int Attempts, TimeSpan Duration)
{
    public static readonly LockoutRule Default = new(5, TimeSpan.FromMinutes(10));
}
