using Microsoft.AspNetCore.Identity;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>
/// Accounts to look around with, made at start-up in Development only and named on the sign-in page there: a merchant who has
/// not set up carriers and has an empty balance, a member of its team who may buy labels only, a member of support and a
/// supervisor, both with an authenticator whose secret everybody knows. Making them again changes nothing.
/// </summary>
public sealed class DemoAccounts(AppDbContext db, UserManager<AppUser> users, TimeProvider time)
{
    public const string MerchantEmail = "demo@example.com";
    public const string MerchantPassword = "demo-merchant-1";
    public const string ClerkEmail = "clerk@example.com";
    public const string ClerkPassword = "demo-clerk-1";
    public const string SupportEmail = "support@example.com";
    public const string SupportPassword = "demo-support-1";
    public const string SupervisorEmail = "supervisor@example.com";
    public const string SupervisorPassword = "demo-supervisor-1";

    /// <summary>Of both support accounts' authenticator, base 32; see <see cref="DemoCode"/>.</summary>
    public const string SupportSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    public async Task SeedAsync(CancellationToken ct)
    {
        if (await users.FindByEmailAsync(MerchantEmail) is null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var merchant = new Merchant
            {
                BusinessName = "Maple & Pine Goods",
                Address = new PostalAddress
                {
                    Company = "Maple & Pine Goods",
                    Line1 = "111 Wellington St",
                    City = "Ottawa",
                    Province = "ON",
                    PostalCode = "K1A0A9",
                    Country = "CA",
                    Phone = "613-555-0142",
                },
                ContactEmail = MerchantEmail,
                CreatedAt = time.GetUtcNow(),
            };
            db.Merchants.Add(merchant);
            await db.SaveChangesAsync(ct);
            await CreateAsync(MerchantEmail, MerchantPassword, merchant.Id, Roles.MerchantOwner);
            await CreateAsync(ClerkEmail, ClerkPassword, merchant.Id, role: null);
            await transaction.CommitAsync(ct);
        }

        await CreateSupportAsync(SupportEmail, SupportPassword, Roles.Support, ct);
        await CreateSupportAsync(SupervisorEmail, SupervisorPassword, Roles.Supervisor, ct);
    }

    private async Task CreateSupportAsync(string email, string password, string role, CancellationToken ct)
    {
        if (await users.FindByEmailAsync(email) is null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var user = await CreateAsync(email, password, null, role);
            Require(await users.SetAuthenticationTokenAsync(user, "[AspNetUserStore]", "AuthenticatorKey", SupportSecret));
            Require(await users.SetTwoFactorEnabledAsync(user, true));
            await transaction.CommitAsync(ct);
        }
    }

    private async Task<AppUser> CreateAsync(string email, string password, MerchantId? merchant, string? role)
    {
        var user = new AppUser { UserName = email, Email = email, EmailConfirmed = true, MerchantId = merchant, LockoutEnabled = true };
        Require(await users.CreateAsync(user, password));
        if (role is not null)
        {
            Require(await users.AddToRoleAsync(user, role));
        }

        if (merchant is { } its)
        {
            bool isOwner = role == Roles.MerchantOwner;
            db.Memberships.Add(new Membership
            {
                MerchantId = its,
                UserId = user.Id,
                IsOwner = isOwner,
                Rights = isOwner ? MerchantRight.None : MerchantRight.BuyLabels,
                AddedAt = time.GetUtcNow(),
            });
            await db.SaveChangesAsync();
        }

        return user;
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A demo account was refused: {string.Join(", ", result.Errors.Select(error => error.Code))}");
        }
    }
}
