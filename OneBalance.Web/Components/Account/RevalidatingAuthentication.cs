using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Admin;

namespace OneBalance.Web.Components.Account;

/// <summary>
/// Signs an open page out when its user's security stamp has changed (password reset, second factor, removed from the team), and
/// when the hour of looking as a merchant is over.
/// </summary>
internal sealed class RevalidatingAuthentication(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options, TimeProvider time)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (ViewAsMerchant.IsOver(authenticationState.User, time.GetUtcNow()))
        {
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        return await users.GetUserAsync(authenticationState.User) is { } user
            && authenticationState.User.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user);
    }
}
