using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Components;

/// <summary>
/// How amounts, dates, times and measures are written for the signed-in person: <c>$1,234.50</c> in English and
/// <c>1 234,50 $</c> in French (no-break spaces), dates always <c>yyyy-MM-dd</c>, times in the browser's zone.
/// </summary>
public sealed class Formats(UserTime time)
{
    private const char NoBreakSpace = '\u00A0';

    /// <summary><c>$1,234.50</c> or <c>1 234,50 $</c>; a negative amount carries a minus sign before everything.</summary>
    public string Money(Money amount)
    {
        var culture = CultureInfo.CurrentUICulture;
        bool french = culture.TwoLetterISOLanguageName == "fr";
        string number = Math.Abs(amount.Dollars).ToString("N2", CultureInfo.InvariantCulture);
        if (french)
        {
            number = number.Replace(',', NoBreakSpace).Replace('.', ',');
        }

        string text = french ? $"{number}{NoBreakSpace}$" : $"${number}";
        return amount.IsNegative ? $"\u2212{text}" : text;
    }

    /// <summary>As <see cref="Money"/>, with a plus sign for amounts above zero: for movements.</summary>
    public string Movement(Money amount) => amount.IsPositive ? $"+{Money(amount)}" : Money(amount);

    /// <summary><c>12 %</c> in French (no-break space), <c>12%</c> in English.</summary>
    public string Percent(decimal percent)
    {
        bool french = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr";
        string number = percent.ToString("0.###", french ? CultureInfo.GetCultureInfo("fr-CA") : CultureInfo.InvariantCulture);
        return french ? $"{number}{NoBreakSpace}%" : $"{number}%";
    }

    public string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public string Date(DateTimeOffset moment) => time.ToLocal(moment).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>2026-12-07 14:03</c> in the browser's zone; the page shows the zone once.</summary>
    public string DateTime(DateTimeOffset moment) => time.ToLocal(moment).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>14:03:59</c> in the browser's zone.</summary>
    public string Time(DateTimeOffset moment) => time.ToLocal(moment).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>1.25 kg</c> or <c>2.76 lb</c>; <c>1,25 kg</c> in French.</summary>
    public string Weight(int grams, Units units) =>
        $"{Measure(Measures.FromGrams(grams, units))}{NoBreakSpace}{(units == Units.Imperial ? "lb" : "kg")}";

    /// <summary><c>30 × 20 × 10 cm</c> or <c>11.81 × 7.87 × 3.94 in</c>; inches are <c>po</c> in French.</summary>
    public string Size(int lengthMm, int widthMm, int heightMm, Units units) =>
        $"{Measure(Measures.FromMillimetres(lengthMm, units))} × {Measure(Measures.FromMillimetres(widthMm, units))} × {Length(heightMm, units)}";

    /// <summary><c>200 cm</c> or <c>78.74 in</c>.</summary>
    public string Length(int millimetres, Units units) =>
        $"{Measure(Measures.FromMillimetres(millimetres, units))}{NoBreakSpace}{(units == Units.Metric ? "cm" : CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr" ? "po" : "in")}";

    private static string Measure(decimal? value) => (value ?? 0m).ToString("0.###", CultureInfo.CurrentUICulture);
}

/// <summary>The time zone of the person's browser, as its cookie <c>time-zone</c> says (told by js/theme.js) and then itself; Eastern until then.</summary>
public sealed class UserTime
{
    /// <summary>No zone's name is longer.</summary>
    private const int LongestId = 64;

    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    /// <summary>Raised when the browser has said its zone: pages that show times render again.</summary>
    public event Action? Changed;

    /// <summary>What the request says; null when it says nothing.</summary>
    public static string? OfPage(HttpContext context) => context.Request.Cookies["time-zone"];

    /// <param name="ianaId">What the browser reports, e.g. <c>America/Vancouver</c>; an unknown one is ignored.</param>
    public void Use(string ianaId)
    {
        // Zones are files, and no name of one has a dot.
        if (ianaId.Length is > 0 and <= LongestId && !ianaId.Contains('.', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(ianaId, out var zone) && zone.Id != Zone.Id)
        {
            Zone = zone;
            Changed?.Invoke();
        }
    }

    public DateTimeOffset ToLocal(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);
}
