namespace OneBalance.Web.Components.Layout;

/// <summary>
/// The keyboard shortcuts: single keys, as browsers name them. What a key presses or focuses carries it as
/// <c>aria-keyshortcuts</c>, and js/shortcuts.js finds it there.
/// </summary>
public static class Shortcut
{
    public const string Help = "?";
    public const string NewLabel = "n";
    public const string Labels = "l";
    public const string Balance = "b";
    public const string Home = "h";
    public const string Search = "/";

    /// <summary>The name of the text that says what a key does.</summary>
    public static string TextOf(string key) => key switch
    {
        Help => "Shortcut.Help",
        NewLabel => "Shortcut.NewLabel",
        Labels => "Shortcut.Labels",
        Balance => "Shortcut.Balance",
        Home => "Shortcut.Home",
        Search => "Shortcut.Search",
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, null),
    };
}
