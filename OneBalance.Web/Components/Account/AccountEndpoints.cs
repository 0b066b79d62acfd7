using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using OneBalance.Core;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Admin;

namespace OneBalance.Web.Components.Account;

/// <summary>What the account pages need besides pages: signing out, the browser's questions about passkeys, the language.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this WebApplication app)
    {
        app.MapGet("/language/{language:regex(^(en|fr)$)}", SwitchLanguageAsync).AllowAnonymous();

        var account = app.MapGroup("/Account").RequireRateLimiting(AccountRateLimit.Policy);
        account.MapPost("/Logout", SignOutAsync).AllowAnonymous();
        account.MapPost("/PasskeyCreationOptions", PasskeyCreationAsync).RequireAuthorization();
        app.MapPost("/Account/PasskeyRequestOptions", PasskeyRequestAsync).RequireRateLimiting(AccountRateLimit.PasskeyOptions).AllowAnonymous();
    }

    private static async Task<IResult> SwitchLanguageAsync(string language, string? returnUrl, HttpContext context, RememberLanguage remember, UserManager<AppUser> users)
    {
        var chosen = language == "fr" ? Language.French : Language.English;
        PageLanguage.Remember(context, chosen);
        if (users.GetUserId(context.User) is { } user)
        {
            await remember.RunAsync(user, chosen, context.RequestAborted);
        }

        return Results.LocalRedirect(AccountRedirects.Local(returnUrl));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, SignInManager<AppUser> signIn, ViewAsMerchant view)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        if (ViewAsMerchant.IsViewing(context.User))
        {
            await view.TellEndAsync(context.User, ViewAsMerchantEndpoints.Who(context), context.RequestAborted);
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/Account/Login");
    }

    private static async Task<IResult> PasskeyCreationAsync(HttpContext context, IAntiforgery antiforgery, UserManager<AppUser> users, SignInManager<AppUser> signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        if (await users.GetUserAsync(context.User) is not { } user)
        {
            return Results.NotFound();
        }

        string name = user.Email ?? user.Id;
        return Results.Content(
            await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id, Name = name, DisplayName = name }),
            "application/json");
    }

    /// <summary>Always without naming a user: the browser offers what it has, and the answer tells nothing about who has an account.</summary>
    private static async Task<IResult> PasskeyRequestAsync(HttpContext context, IAntiforgery antiforgery, SignInManager<AppUser> signIn) =>
        await antiforgery.IsRequestValidAsync(context)
            ? Results.Content(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json")
            : Results.BadRequest();
}
