using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using OneBalance.Core;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Support;

/// <summary>Somebody of this merchant is signed in, for tests of components.</summary>
internal sealed class Someone(MerchantId merchant) : AuthenticationStateProvider
{
    public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(MerchantClaims.MerchantId, merchant.ToString()), new Claim(ClaimTypes.NameIdentifier, "user")], "test"))));
}
