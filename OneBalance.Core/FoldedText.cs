using System.Globalization;
using System.Text;

namespace OneBalance.Core;

/// <summary>What two ways to write the same words have in common: for search, and for names of columns and places.</summary>
public static class FoldedText
{
    /// <summary>
    /// Lower case, without accents, words parted by one space; digits are words of their own after a letter, so that
    /// <c>address1</c>, <c>Address 1</c> and <c>address_1</c> are the same.
    /// </summary>
    public static string Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        bool gap = false;
        foreach (char sign in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(sign) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            if (!char.IsLetterOrDigit(sign))
            {
                gap = folded.Length > 0;
                continue;
            }

            if (gap || (folded.Length > 0 && char.IsAsciiDigit(sign) && char.IsAsciiLetter(folded[^1])))
            {
                folded.Append(' ');
                gap = false;
            }

            folded.Append(char.ToLowerInvariant(sign));
        }

        return folded.ToString();
    }
}
