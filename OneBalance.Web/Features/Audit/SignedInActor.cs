using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace OneBalance.Web.Features.Audit;

/// <summary>Who acts on this page, and from where: for the audit trail.</summary>
public sealed class SignedInActor(AuthenticationStateProvider authentication)
{
    /// <summary>The visitor's network address, told by the request that made the page; a circuit has no request of its own.</summary>
    public string? Address { get; set; }

    /// <exception cref="InvalidOperationException">Nobody is signed in; pages guard with their policy.</exception>
    public async Task<Actor> NowAsync() =>
        From((await authentication.GetAuthenticationStateAsync()).User, Address) ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>For endpoints, which have a request; null when nobody is signed in.</summary>
    public static Actor? From(ClaimsPrincipal user, string? address) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? new Actor(id, user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name ?? "", address)
            : null;
}
