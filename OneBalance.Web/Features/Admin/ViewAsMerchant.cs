using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Admin;

/// <summary>
/// Support looks at the product as a merchant sees it. While it lasts the session has none of support's roles: it sees what the
/// merchant sees, changes nothing (the use cases refuse, see <see cref="MerchantAccess.LookOnly"/>), and ends by itself after an
/// hour. Beginning and ending are in the audit trail.
/// </summary>
public sealed class ViewAsMerchant(IDbContextFactory<AppDbContext> contexts, SignInManager<AppUser> signIn, UserManager<AppUser> users, AuditTrail trail, TimeProvider time)
{
    /// <summary>Claim with the end, in Unix seconds: a cookie that is renewed meanwhile does not move it.</summary>
    private const string Until = "look_until";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>How long the cookie outlives the hour, good for nothing but telling at the next request that it is over.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromDays(1);

    /// <returns>Null when the reason is missing; false when there is no such account.</returns>
    public async Task<bool?> BeginAsync(SupportAccess support, HttpContext http, MerchantId merchant, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!SupportActionRules.IsReason(reason))
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Merchants.Where(row => row.Id == merchant).Select(row => row.BusinessName).SingleOrDefaultAsync(ct) is not { } name
            || await users.GetUserAsync(http.User) is not { } user)
        {
            return false;
        }

        var until = time.GetUtcNow() + Longest;
        trail.Add(db, actor, AuditAction.ViewStarted, merchant, $"account/{merchant}", reason, null, new { Until = until });
        await db.SaveChangesAsync(ct);
        var principal = await signIn.CreateUserPrincipalAsync(user);
        var identity = (ClaimsIdentity)principal.Identity!;
        SecondFactor.Carry(http.User, identity);
        Narrow(identity, merchant.ToString(), name, until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        await http.SignInAsync(IdentityConstants.ApplicationScheme, principal, new AuthenticationProperties { ExpiresUtc = until + Told, AllowRefresh = false });
        return true;
    }

    /// <summary>Back to support's own session.</summary>
    /// <returns>The account that was looked at; null when none was.</returns>
    public async Task<MerchantId?> EndAsync(HttpContext http, Actor actor, CancellationToken ct)
    {
        if (await users.GetUserAsync(http.User) is not { } user || await TellEndAsync(http.User, actor, ct) is not { } merchant)
        {
            return null;
        }

        var principal = await signIn.CreateUserPrincipalAsync(user);
        SecondFactor.Carry(http.User, (ClaimsIdentity)principal.Identity!);
        await http.SignInAsync(IdentityConstants.ApplicationScheme, principal, new AuthenticationProperties());
        return merchant;
    }

    /// <summary>Writes down that looking is over, once: whoever ends it, signs out or comes back after the hour.</summary>
    /// <returns>The account that was looked at; null when none was.</returns>
    public async Task<MerchantId?> TellEndAsync(ClaimsPrincipal user, Actor actor, CancellationToken ct)
    {
        if (!IsViewing(user) || user.FindFirstValue(MerchantClaims.MerchantId) is not { } id)
        {
            return null;
        }

        var merchant = new MerchantId(long.Parse(id, CultureInfo.InvariantCulture));
        await using var db = await contexts.CreateDbContextAsync(ct);
        var last = await db.AuditEntries
            .Where(line => line.UserId == actor.UserId && line.MerchantId == merchant && (line.Action == AuditAction.ViewStarted || line.Action == AuditAction.ViewEnded))
            .OrderByDescending(line => line.At).Select(line => (AuditAction?)line.Action).FirstOrDefaultAsync(ct);
        if (last != AuditAction.ViewEnded)
        {
            trail.Add(db, actor, AuditAction.ViewEnded, merchant, $"account/{merchant}", null);
            await db.SaveChangesAsync(ct);
        }

        return merchant;
    }

    public static bool IsViewing(ClaimsPrincipal user) => user.HasClaim(claim => claim.Type == MerchantClaims.LookOnly);

    /// <summary>Whether the hour is over.</summary>
    public static bool IsOver(ClaimsPrincipal user, DateTimeOffset now) =>
        IsViewing(user) && (!long.TryParse(user.FindFirstValue(Until), NumberStyles.None, CultureInfo.InvariantCulture, out long until) || now.ToUnixTimeSeconds() >= until);

    /// <summary>When a cookie is made anew while somebody looks, they go on looking and no more.</summary>
    public static void Carry(ClaimsPrincipal from, ClaimsIdentity to)
    {
        if (from.FindFirstValue(MerchantClaims.LookOnly) is { } name && from.FindFirstValue(MerchantClaims.MerchantId) is { } merchant)
        {
            Narrow(to, merchant, name, from.FindFirstValue(Until) ?? "0");
        }
    }

    /// <summary>Takes support's roles out, and puts in whom the session looks at.</summary>
    private static void Narrow(ClaimsIdentity identity, string merchant, string name, string until)
    {
        foreach (var role in identity.FindAll(identity.RoleClaimType).ToList())
        {
            identity.RemoveClaim(role);
        }

        identity.AddClaim(new Claim(MerchantClaims.MerchantId, merchant));
        identity.AddClaim(new Claim(MerchantClaims.LookOnly, name));
        identity.AddClaim(new Claim(Until, until));
    }
}

/// <summary>Where looking begins and ends: both are posts, as they change the session.</summary>
public static class ViewAsMerchantEndpoints
{
    public const string EndPath = "/admin/view/end";

    public static void MapViewAsMerchant(this WebApplication app)
    {
        app.MapPost("/admin/accounts/{merchant:long}/view", async (long merchant, HttpContext context, IAntiforgery antiforgery, ViewAsMerchant view, CancellationToken ct) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                return Results.BadRequest();
            }

            string reason = (await context.Request.ReadFormAsync(ct))["reason"].ToString();
            return await view.BeginAsync(SignedInActor.SupportOf(context), context, new MerchantId(merchant), reason, ct) switch
            {
                null => Results.LocalRedirect($"/admin/accounts/{merchant}?view=reason"),
                true => Results.LocalRedirect("/"),
                false => Results.NotFound(),
            };
        }).RequireAuthorization(MerchantClaims.SupportPolicy);
        app.MapPost(EndPath, async (HttpContext context, IAntiforgery antiforgery, ViewAsMerchant view, CancellationToken ct) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                return Results.BadRequest();
            }

            return Results.LocalRedirect(await view.EndAsync(context, Who(context), ct) is { } merchant ? $"/admin/accounts/{merchant}" : "/");
        }).RequireAuthorization();
    }

    /// <summary>A second wall before the use cases: while somebody looks, nothing is posted but the way out; a refusal is told on the page that says so.</summary>
    public static void UseLookOnly(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (ViewAsMerchant.IsOver(context.User, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()))
        {
            await context.RequestServices.GetRequiredService<ViewAsMerchant>().TellEndAsync(context.User, Who(context), context.RequestAborted);
            await context.SignOutAsync(IdentityConstants.ApplicationScheme);
            context.Response.Redirect("/Account/Login");
            return;
        }

        if (!ViewAsMerchant.IsViewing(context.User) || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || context.Request.Path == EndPath || context.Request.Path == "/Account/Logout"
            || context.Request.Path.StartsWithSegments("/_blazor") || context.Request.Path.StartsWithSegments("/status"))
        {
            await next(context);
            return;
        }

        // The page that says so is looked at: sent on as a press, it would ask for a form that it does not have.
        context.Request.Method = HttpMethods.Get;
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
    });

    internal static Actor Who(HttpContext context) =>
        SignedInActor.From(context.User, context.Connection.RemoteIpAddress?.ToString()) ?? throw new InvalidOperationException("Nobody is signed in.");
}
