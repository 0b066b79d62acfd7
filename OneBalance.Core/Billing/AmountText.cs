using System.Text.RegularExpressions;

namespace OneBalance.Core.Billing;

/// <summary>
/// Reads an amount of dollars as people type it.
/// <code>
/// English   25   25.5   25.50   1,234.50   $25.00   25,50
/// French    25   25,5   25,50   1 234,50   25,00 $  25.50
/// </code>
/// A comma or point followed by one or two last digits is the decimal sign in both languages; a comma (English) or space
/// (French) is a group sign only where exactly three digits follow. Whatever could be read in two ways is refused.
/// </summary>
public static partial class AmountText
{
    /// <summary>Null when it is no amount, is negative, or has a fraction of a cent.</summary>
    public static Money? Read(string? typed, Language language)
    {
        string text = Spaces().Replace(typed ?? "", " ").Trim();
        text = text.TrimStart('$').TrimEnd('$').Trim();
        var match = language == Language.French ? French().Match(text) : English().Match(text);
        if (!match.Success)
        {
            return null;
        }

        string whole = Groups().Replace(match.Groups["whole"].Value, "");
        string cents = match.Groups["cents"].Value.PadRight(2, '0');
        return long.TryParse(whole + cents, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long value)
            ? new Money(value)
            : null;
    }

    [GeneratedRegex(@"^(?<whole>[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,9})([.,](?<cents>[0-9]{1,2}))?$")]
    private static partial Regex English();

    [GeneratedRegex(@"^(?<whole>[0-9]{1,3}( [0-9]{3})+|[0-9]{1,9})([.,](?<cents>[0-9]{1,2}))?$")]
    private static partial Regex French();

    /// <summary>The no-break spaces that French amounts are shown with count as spaces.</summary>
    [GeneratedRegex(@"[\s\u00A0\u202F]+")]
    private static partial Regex Spaces();

    [GeneratedRegex("[ ,]")]
    private static partial Regex Groups();
}
