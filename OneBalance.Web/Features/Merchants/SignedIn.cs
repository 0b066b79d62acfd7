using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using OneBalance.Core;

namespace OneBalance.Web.Features.Merchants;

/// <summary>The person at the page and the merchant they act for. Use cases and queries take the merchant id from here and nowhere else.</summary>
public sealed record SignedInMerchant(MerchantId Merchant, string UserId, string Email);

/// <summary>Reads the signed-in merchant of this circuit or request.</summary>
public sealed class SignedIn(AuthenticationStateProvider authentication)
{
    /// <exception cref="InvalidOperationException">Nobody is signed in, or a user without a merchant; pages guard with the merchant policy.</exception>
    public async Task<SignedInMerchant> MerchantAsync() =>
        From((await authentication.GetAuthenticationStateAsync()).User)
        ?? throw new InvalidOperationException("No merchant is signed in.");

    /// <summary>Null when nobody, or a user without a merchant, is signed in.</summary>
    public static SignedInMerchant? From(ClaimsPrincipal user) =>
        user.FindFirstValue(MerchantClaims.MerchantId) is { } merchant
        && user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? new SignedInMerchant(
                new MerchantId(long.Parse(merchant, System.Globalization.CultureInfo.InvariantCulture)),
                id,
                user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name ?? "")
            : null;
}

/// <summary>Claims and policies of signed-in users.</summary>
public static class MerchantClaims
{
    /// <summary>Claim with the merchant's id, put into the cookie at sign-in from the user's row.</summary>
    public const string MerchantId = "merchant_id";

    /// <summary>The role of support, as the cookie names it.</summary>
    public const string SupportRole = Data.Model.Roles.Support;

    /// <summary>Policy: signed in as a merchant's owner.</summary>
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
