using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Accounts;

/// <summary>Puts the merchant's id into the cookie at sign-in: from the user's row, never from anything a browser sends.</summary>
internal sealed class AccountClaims(UserManager<AppUser> users, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AppUser, IdentityRole>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        if (user.MerchantId is { } merchant)
        {
            identity.AddClaim(new Claim(MerchantClaims.MerchantId, merchant.Value.ToString(CultureInfo.InvariantCulture)));
        }

        if (MerchantClaims.IsOfSupport(new ClaimsPrincipal(identity)) && (user.TwoFactorEnabled || (await UserManager.GetPasskeysAsync(user)).Count > 0))
        {
            identity.AddClaim(new Claim(SecondFactor.OnAccount, "1"));
        }

        return identity;
    }
}
