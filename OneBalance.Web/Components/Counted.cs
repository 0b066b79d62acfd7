using Microsoft.Extensions.Localization;
using OneBalance.Core;

namespace OneBalance.Web.Components;

/// <summary>Words that follow a number.</summary>
public static class Counted
{
    /// <summary>
    /// The text of this key, or its singular under the key with <c>One</c> behind it: for 1, in French for 0 too. The number is
    /// <c>{0}</c>, what else is said follows it.
    /// </summary>
    public static string Count(this IStringLocalizer texts, string key, int count, params object[] more) =>
        texts[count == 1 || (count == 0 && PageLanguage.Current == Language.French) ? $"{key}One" : key, [count, .. more]];
}
