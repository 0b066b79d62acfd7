namespace OneBalance.Web.Components;

/// <summary>
/// Light or dark: the person's choice (cookie <c>theme</c>), else what the browser's system prefers (cookie
/// <c>system-theme</c>, told by js/theme.js), else unknown until the browser has painted once.
/// </summary>
public static class Look
{
    public const string Light = "light";
    public const string Dark = "dark";

    /// <summary><see cref="Light"/>, <see cref="Dark"/>, or null when nothing is known yet.</summary>
    public static string? OfPage(HttpContext context) =>
        Known(context.Request.Cookies["theme"]) ?? Known(context.Request.Cookies["system-theme"]);

    private static string? Known(string? look) => look is Light or Dark ? look : null;
}
