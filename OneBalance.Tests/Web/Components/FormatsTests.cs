using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components;

namespace OneBalance.Tests.Web.Components;

/// <summary>Amounts, dates and measures as written in Canada, in both languages. NB stands for a no-break space.</summary>
public sealed class FormatsTests
{
    private const string NB = "\u00A0";

    [Theory]
    [InlineData("en-CA", 123450, "$1,234.50")]
    [InlineData("en-CA", 0, "$0.00")]
    [InlineData("en-CA", -5, "\u2212$0.05")]
    [InlineData("fr-CA", 123450, "1" + NB + "234,50" + NB + "$")]
    [InlineData("fr-CA", 123456789, "1" + NB + "234" + NB + "567,89" + NB + "$")]
    [InlineData("fr-CA", -5, "\u22120,05" + NB + "$")]
    public void Money_is_written_as_the_language_has_it(string culture, long cents, string written) =>
        Assert.Equal(written, In(culture, formats => formats.Money(new Money(cents))));

    [Theory]
    [InlineData("en-CA", 100, "+$1.00")]
    [InlineData("en-CA", -100, "\u2212$1.00")]
    [InlineData("en-CA", 0, "$0.00")]
    [InlineData("fr-CA", 100, "+1,00" + NB + "$")]
    public void A_movement_says_which_way(string culture, long cents, string written) =>
        Assert.Equal(written, In(culture, formats => formats.Movement(new Money(cents))));

    [Theory]
    [InlineData("en-CA", "9.975", "9.975%")]
    [InlineData("en-CA", "13", "13%")]
    [InlineData("fr-CA", "9.975", "9,975" + NB + "%")]
    public void A_percentage_has_its_space_in_French_only(string culture, string percent, string written) =>
        Assert.Equal(written, In(culture, formats => formats.Percent(decimal.Parse(percent, CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("en-CA")]
    [InlineData("fr-CA")]
    public void Dates_are_the_same_in_both_languages(string culture)
    {
        Assert.Equal("2026-07-01", In(culture, formats => formats.Date(new DateOnly(2026, 7, 1))));
        Assert.Equal("2026-07-01 08:05", In(culture, formats => formats.DateTime(new DateTimeOffset(2026, 7, 1, 12, 5, 0, TimeSpan.Zero))));
    }

    [Fact]
    public void Times_are_in_the_browsers_zone_on_both_sides_of_daylight_saving()
    {
        var time = new UserTime();
        time.Use("America/Vancouver");
        var formats = new Formats(time);
        Assert.Equal("2026-01-15 04:00", formats.DateTime(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero)));
        Assert.Equal("2026-07-15 05:00", formats.DateTime(new DateTimeOffset(2026, 7, 15, 12, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_zone_the_server_does_not_know_changes_nothing()
    {
        var time = new UserTime();
        int changes = 0;
        time.Changed += () => changes++;
        time.Use("Mars/Olympus_Mons");
        time.Use("");
        time.Use("/dev/zero");
        time.Use("/usr/share/zoneinfo/America/Vancouver");
        time.Use("../zoneinfo/America/Vancouver");
        time.Use(new string('A', 10_000));
        Assert.Equal(0, changes);
        Assert.Equal("America/Toronto", time.Zone.Id);
    }

    [Theory]
    [InlineData("en-CA", Units.Metric, "1.25" + NB + "kg")]
    [InlineData("fr-CA", Units.Metric, "1,25" + NB + "kg")]
    [InlineData("en-CA", Units.Imperial, "2.76" + NB + "lb")]
    [InlineData("fr-CA", Units.Imperial, "2,76" + NB + "lb")]
    public void Weights_are_written_as_the_merchant_prefers(string culture, Units units, string written) =>
        Assert.Equal(written, In(culture, formats => formats.Weight(1_250, units)));

    [Theory]
    [InlineData("en-CA", Units.Metric, "30 × 20.5 × 10" + NB + "cm")]
    [InlineData("fr-CA", Units.Metric, "30 × 20,5 × 10" + NB + "cm")]
    [InlineData("en-CA", Units.Imperial, "11.81 × 8.07 × 3.94" + NB + "in")]
    [InlineData("fr-CA", Units.Imperial, "11,81 × 8,07 × 3,94" + NB + "po")]
    public void Sizes_are_written_as_the_merchant_prefers(string culture, Units units, string written) =>
        Assert.Equal(written, In(culture, formats => formats.Size(300, 205, 100, units)));

    private static string In(string culture, Func<Formats, string> write)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return write(new Formats(new UserTime()));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
