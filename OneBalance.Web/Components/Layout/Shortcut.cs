namespace OneBalance.Web.Components.Layout;

/// <summary>
/// The keyboard shortcuts: single keys, as browsers name them. What a key presses or focuses carries it as
/// <c>aria-keyshortcuts</c>, and js/browser.js finds it there.
/// </summary>
public static class Shortcut
{
    public const string Help = "?";
    public const string NewLabel = "n";
    public const string Labels = "l";
    public const string Balance = "b";
    public const string Home = "h";
    public const string Search = "/";

    /// <summary>Each key with the name of its text, in the order people need them.</summary>
    public static readonly IReadOnlyList<(string Key, string Text)> All =
    [
        (NewLabel, "Shortcut.NewLabel"),
        (Labels, "Shortcut.Labels"),
        (Balance, "Shortcut.Balance"),
        (Home, "Shortcut.Home"),
        (Search, "Shortcut.Search"),
        (Help, "Shortcut.Help"),
    ];
}
