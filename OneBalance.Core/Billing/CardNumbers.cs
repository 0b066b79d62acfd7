using System.Text;

namespace OneBalance.Core.Billing;

/// <summary>Card numbers are the processor's: where one comes in by mistake, nothing but its last four digits is kept.</summary>
public static class CardNumbers
{
    /// <summary>Digits in a card number; both bounds are included.</summary>
    private const int Fewest = 13;

    private const int Most = 19;

    /// <summary>
    /// The text with every card number replaced, e.g. <c>****4242</c>. A card number is a word of 13 to 19 digits, whole or in
    /// groups with one blank or hyphen between, whose last digit is the check digit of the others (ISO/IEC 7812). Digits
    /// that touch a letter are none: they belong to an id.
    /// </summary>
    public static string Mask(string text)
    {
        var masked = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            if (char.IsAsciiDigit(text[i]) && (i == 0 || !char.IsLetterOrDigit(text[i - 1])) && EndOfNumber(text, i) is { } end)
            {
                masked.Append("****").Append(LastFour(text, end));
                i = end;
            }
            else
            {
                masked.Append(text[i++]);
            }
        }

        return masked.ToString();
    }

    /// <summary>Behind the longest card number that begins here; null when none does.</summary>
    private static int? EndOfNumber(string text, int begin)
    {
        int? end = null;
        int digits = 0;
        int sum = 0;
        int alternate = 0;
        for (int i = begin; i < text.Length && digits < Most; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                if (text[i] is ' ' or '-' && char.IsAsciiDigit(text[i - 1]))
                {
                    continue;
                }

                break;
            }

            // Two sums, because which digits count twice is known only at the end: every second one before the last.
            int digit = text[i] - '0';
            int twice = digit < 5 ? 2 * digit : (2 * digit) - 9;
            (sum, alternate) = (alternate + digit, sum + twice);
            digits++;
            if (digits >= Fewest && sum % 10 == 0 && (i + 1 == text.Length || !char.IsLetterOrDigit(text[i + 1])))
            {
                end = i + 1;
            }
        }

        return end;
    }

    private static string LastFour(string text, int end)
    {
        Span<char> four = stackalloc char[4];
        for (int at = four.Length; at > 0;)
        {
            if (char.IsAsciiDigit(text[--end]))
            {
                four[--at] = text[end];
            }
        }

        return new string(four);
    }
}
