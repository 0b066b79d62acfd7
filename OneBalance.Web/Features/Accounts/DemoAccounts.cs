using Microsoft.AspNetCore.Identity;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Accounts;

/// <summary>
/// Two accounts to look around with, made at start-up in Development only and named on the sign-in page there: a merchant
/// who has not set up carriers and has an empty balance, and a member of support. Making them again changes nothing.
/// </summary>
public sealed class DemoAccounts(AppDbContext db, UserManager<AppUser> users, TimeProvider time)
{
    public const string MerchantEmail = "demo@example.com";
    public const string MerchantPassword = "demo-merchant-1";
    public const string SupportEmail = "support@example.com";
    public const string SupportPassword = "demo-support-1";

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
            await transaction.CommitAsync(ct);
        }

        if (await users.FindByEmailAsync(SupportEmail) is null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await CreateAsync(SupportEmail, SupportPassword, null, Roles.Support);
            await transaction.CommitAsync(ct);
        }
    }

    private async Task CreateAsync(string email, string password, MerchantId? merchant, string role)
    {
        var user = new AppUser { UserName = email, Email = email, EmailConfirmed = true, MerchantId = merchant, LockoutEnabled = true };
        Require(await users.CreateAsync(user, password));
        Require(await users.AddToRoleAsync(user, role));
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A demo account was refused: {string.Join(", ", result.Errors.Select(error => error.Code))}");
        }
    }
}
