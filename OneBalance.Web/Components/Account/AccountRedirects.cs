using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using OneBalance.Core;

namespace OneBalance.Web.Components.Account;

/// <summary>Where the account pages lead: only ever to an address of ours.</summary>
internal sealed class AccountRedirects(NavigationManager navigation)
{
    public const string ReturnUrl = "returnUrl";

    private const string MessageCookie = "account-message";

    /// <summary>A path of ours as given; <c>/</c> for anything else.</summary>
    public static string Local(string? address) => LocalPath.OrNull(address) ?? "/";

    /// <summary>After sign-in: to where the person wanted to go, in the language on their row if this browser asks for neither.</summary>
    public void ToWhereTheyWanted(HttpContext context, string? returnUrl, Language language)
    {
        if (!PageLanguage.IsKnown(context))
        {
            PageLanguage.Remember(context, language);
        }

        navigation.NavigateTo(Local(returnUrl));
    }

    public void To(string page, params (string Name, string? Value)[] query) =>
        navigation.NavigateTo(QueryHelpers.AddQueryString(page, query.Where(part => part.Value is not null).ToDictionary(part => part.Name, part => part.Value)));

    /// <summary>To a page that shows a message once; <paramref name="key"/> is a key of the account texts, never text itself.</summary>
    public void ToWithMessage(HttpContext context, string page, string key)
    {
        context.Response.Cookies.Append(MessageCookie, key, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = TimeSpan.FromSeconds(30),
        });
        navigation.NavigateTo(page);
    }

    /// <summary>The message's key, taken away; null when there is none.</summary>
    public static string? TakeMessage(HttpContext context)
    {
        string? key = context.Request.Cookies[MessageCookie];
        if (key is not null && !context.Response.HasStarted)
        {
            context.Response.Cookies.Delete(MessageCookie);
        }

        return key;
    }
}
