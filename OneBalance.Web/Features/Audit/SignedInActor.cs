using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using OneBalance.Core.Support;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Audit;

/// <summary>Who acts on this page, and from where: for the audit trail.</summary>
public sealed class SignedInActor(AuthenticationStateProvider authentication, ReadDeskRole roles)
{
    /// <summary>The visitor's network address, told by the request that made the page; a circuit has no request of its own.</summary>
    public string? Address { get; set; }

    /// <exception cref="InvalidOperationException">Nobody is signed in; pages guard with their policy.</exception>
    public async Task<Actor> NowAsync() =>
        From((await authentication.GetAuthenticationStateAsync()).User, Address) ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>As support, for the desk's use cases, which demand the role.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in; pages guard with their policy.</exception>
    public async Task<SupportAccess> SupportAsync() =>
        SupportFrom((await authentication.GetAuthenticationStateAsync()).User, Address, roles) ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>For endpoints, which have a request; null when nobody is signed in.</summary>
    public static Actor? From(ClaimsPrincipal user, string? address) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? new Actor(id, user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name ?? "", address)
            : null;

    /// <summary>As <see cref="SupportAsync"/>, for an endpoint.</summary>
    public static SupportAccess SupportOf(HttpContext http) =>
        SupportFrom(http.User, http.Connection.RemoteIpAddress?.ToString(), http.RequestServices.GetRequiredService<ReadDeskRole>())
        ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>Both must have the role: the session, which has none while it views as a merchant, and what is stored.</summary>
    private static SupportAccess? SupportFrom(ClaimsPrincipal user, string? address, ReadDeskRole roles) =>
        From(user, address) is not { } actor ? null
        : SupportAccess.OfPerson(actor, async ct => MerchantClaims.IsOfSupport(user) ? await roles(actor.UserId, ct) : DeskRole.None);
}
