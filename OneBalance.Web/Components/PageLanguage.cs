using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;
using OneBalance.Core;

namespace OneBalance.Web.Components;

/// <summary>
/// English and French as spoken in Canada. The page's language is the remembered choice (a cookie), else what the browser
/// asks for, else English.
/// </summary>
public static class PageLanguage
{
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo(Language.English.CultureName());
    public static readonly CultureInfo French = CultureInfo.GetCultureInfo(Language.French.CultureName());

    /// <summary>The language of the page being made.</summary>
    public static Language Current => Languages.FromCultureName(CultureInfo.CurrentUICulture.Name);

    public static CultureInfo Culture(Language language) => CultureInfo.GetCultureInfo(language.CultureName());

    /// <summary>The address that switches to the other language and comes back.</summary>
    /// <param name="path">Path and query of the present page, with or without a leading slash.</param>
    public static string SwitchAddress(string path) =>
        $"language/{(Current == Language.French ? "en" : "fr")}?returnUrl={Uri.EscapeDataString("/" + path.TrimStart('/'))}";

    /// <summary>Remembers the language in this browser for a year.</summary>
    public static void Remember(HttpContext context, Language language) =>
        context.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(Culture(language))),
            new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                HttpOnly = true,
                IsEssential = true,
                SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            });

    /// <summary>Whether a choice or the browser says which language; otherwise pages are English by default only.</summary>
    public static bool IsKnown(HttpContext context) =>
        context.Request.Cookies[CookieRequestCultureProvider.DefaultCookieName] is not null || Asked(context) is not null;

    public static void Configure(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture(English);
        options.SupportedCultures = [English, French];
        options.SupportedUICultures = [English, French];
        options.RequestCultureProviders = [new CookieRequestCultureProvider { Options = options }, new BrowserLanguage { Options = options }];
        options.ApplyCurrentCultureToResponseHeaders = true;
    }

    private static Language? Asked(HttpContext context) =>
        context.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language, StringWithQualityHeaderValueComparer.QualityComparer)
            .Select(language => language.Value.ToString())
            .FirstOrDefault(tag => IsFrench(tag) || tag.StartsWith("en", StringComparison.OrdinalIgnoreCase)) is { } wanted
                ? Languages.FromCultureName(wanted)
                : null;

    private static bool IsFrench(string tag) => tag.StartsWith("fr", StringComparison.OrdinalIgnoreCase);

    /// <summary>Accept-Language by weight; any French is fr-CA and any English en-CA (the framework's own provider knows only exact tags).</summary>
    private sealed class BrowserLanguage : RequestCultureProvider
    {
        public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext) =>
            Task.FromResult(Asked(httpContext) is { } asked ? new ProviderCultureResult(Culture(asked).Name) : null);
    }
}
