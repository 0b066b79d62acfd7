using OneBalance.Core;

namespace OneBalance.Web.Features.Papers;

/// <summary>A document as an answer to a browser: saved under its name, kept by no cache.</summary>
internal static class PaperAnswer
{
    /// <summary>The language asked for, else that of the page.</summary>
    public static Language LanguageOf(string? asked) => asked switch
    {
        "fr" => Language.French,
        "en" => Language.English,
        _ => Components.PageLanguage.Current,
    };

    public static IResult File(HttpContext http, byte[] content, string mediaType, string name)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return Results.File(content, mediaType, name);
    }
}
