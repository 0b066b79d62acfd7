using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using OneBalance.Core;
using OneBalance.Core.Team;

namespace OneBalance.Web.Features.Merchants;

/// <summary>The person at the page and the merchant they act for. Use cases and queries take the merchant from here and nowhere else.</summary>
public sealed record SignedInMerchant(MerchantAccess Merchant, string UserId, string Email)
{
    /// <summary>As they were when the page was opened: for showing and hiding; the use cases decide.</summary>
    public Rights Rights => Merchant.Rights;
}

/// <summary>What a person may do for a merchant, as stored now; nothing for whoever is no member.</summary>
public delegate Task<Rights> ReadRights(MerchantId merchant, string userId, CancellationToken ct);

/// <summary>Reads the signed-in merchant of this circuit or request, with the person's rights.</summary>
public sealed class SignedIn(AuthenticationStateProvider authentication, ReadRights rights)
{
    /// <exception cref="InvalidOperationException">Nobody is signed in, or a user without a merchant; pages guard with the merchant policy.</exception>
    public async Task<SignedInMerchant> MerchantAsync() =>
        await OfAsync((await authentication.GetAuthenticationStateAsync()).User, CancellationToken.None)
        ?? throw new InvalidOperationException("No merchant is signed in.");

    /// <summary>Null when nobody, or a user without a merchant, is signed in.</summary>
    public async Task<SignedInMerchant?> OfAsync(ClaimsPrincipal user, CancellationToken ct)
    {
        if (!IsMerchant(user) || user.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id)
        {
            return null;
        }

        var merchant = new MerchantId(long.Parse(user.FindFirstValue(MerchantClaims.MerchantId)!, System.Globalization.CultureInfo.InvariantCulture));
        var access = user.HasClaim(claim => claim.Type == MerchantClaims.LookOnly)
            ? MerchantAccess.LookOnly(merchant)
            : MerchantAccess.OfPerson(merchant, await rights(merchant, id, ct), later => rights(merchant, id, later));
        return new SignedInMerchant(access, id, user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name ?? "");
    }

    /// <summary>As <see cref="OfAsync(ClaimsPrincipal, CancellationToken)"/>, for an endpoint.</summary>
    public static Task<SignedInMerchant?> OfAsync(HttpContext http) =>
        http.RequestServices.GetRequiredService<SignedIn>().OfAsync(http.User, http.RequestAborted);

    /// <summary>Whether the user acts for a merchant at all.</summary>
    public static bool IsMerchant(ClaimsPrincipal user) => user.HasClaim(claim => claim.Type == MerchantClaims.MerchantId);
}

/// <summary>Claims and policies of signed-in users.</summary>
public static class MerchantClaims
{
    /// <summary>Claim with the merchant's id, put into the cookie at sign-in from the user's row.</summary>
    public const string MerchantId = "merchant_id";

    /// <summary>Claim beside <see cref="MerchantId"/>: support views as the merchant, and may only look.</summary>
    public const string LookOnly = "look_only";

    /// <summary>The role of support, as the cookie names it.</summary>
    public const string SupportRole = Data.Model.Roles.Support;

    /// <summary>Policy: signed in for a merchant, with whatever rights; the use cases ask for those.</summary>
    public const string MerchantPolicy = "Merchant";

    /// <summary>The role of a supervisor, as the cookie names it.</summary>
    public const string SupervisorRole = Data.Model.Roles.Supervisor;

    /// <summary>Policy: signed in as support or supervisor, with a second factor.</summary>
    public const string SupportPolicy = "Support";

    /// <summary>Policy: signed in as supervisor, with a second factor.</summary>
    public const string SupervisorPolicy = "Supervisor";

    /// <summary>Whether the roles are support's, proven by a second factor or not: for showing and leading, never for letting in.</summary>
    public static bool IsOfSupport(ClaimsPrincipal user) => user.IsInRole(SupportRole) || user.IsInRole(SupervisorRole);
}
