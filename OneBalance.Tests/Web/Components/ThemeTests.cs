using System.Text.RegularExpressions;
using MudBlazor;
using MudBlazor.Utilities;
using OneBalance.Tests.Support;
using OneBalance.Web.Components;

namespace OneBalance.Tests.Web.Components;

/// <summary>One set of colours in two places (MudBlazor's theme, the plain pages' style sheet), readable in both looks.</summary>
public sealed class ThemeTests
{
    public static TheoryData<string, string> Tokens => new()
    {
        { "background", nameof(Palette.Background) },
        { "surface", nameof(Palette.Surface) },
        { "text", nameof(Palette.TextPrimary) },
        { "text-secondary", nameof(Palette.TextSecondary) },
        { "line", nameof(Palette.LinesDefault) },
        { "line-strong", nameof(Palette.LinesInputs) },
        { "primary", nameof(Palette.Primary) },
        { "primary-strong", nameof(Palette.PrimaryDarken) },
        { "primary-text", nameof(Palette.PrimaryContrastText) },
        { "success", nameof(Palette.Success) },
        { "warning", nameof(Palette.Warning) },
        { "error", nameof(Palette.Error) },
        { "info", nameof(Palette.Info) },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public void The_style_sheet_and_the_theme_agree(string token, string property)
    {
        var theme = Theme.Create();
        string css = File.ReadAllText(Path.Combine(Repository.Root, "OneBalance.Web", "wwwroot", "app.css"));
        Assert.Equal(Read(css, ":root {", token), Hex(theme.PaletteLight, property));
        Assert.Equal(Read(css, ":root[data-theme=\"dark\"] {", token), Hex(theme.PaletteDark, property));
    }

    [Theory]
    [InlineData(nameof(Palette.TextPrimary), nameof(Palette.Background))]
    [InlineData(nameof(Palette.TextPrimary), nameof(Palette.Surface))]
    [InlineData(nameof(Palette.TextSecondary), nameof(Palette.Background))]
    [InlineData(nameof(Palette.TextSecondary), nameof(Palette.Surface))]
    [InlineData(nameof(Palette.Primary), nameof(Palette.Background))]
    [InlineData(nameof(Palette.Primary), nameof(Palette.Surface))]
    [InlineData(nameof(Palette.Error), nameof(Palette.Surface))]
    [InlineData(nameof(Palette.PrimaryContrastText), nameof(Palette.Primary))]
    [InlineData(nameof(Palette.SuccessContrastText), nameof(Palette.Success))]
    [InlineData(nameof(Palette.WarningContrastText), nameof(Palette.Warning))]
    [InlineData(nameof(Palette.ErrorContrastText), nameof(Palette.Error))]
    [InlineData(nameof(Palette.InfoContrastText), nameof(Palette.Info))]
    public void Text_can_be_read(string text, string on)
    {
        var theme = Theme.Create();
        Assert.All<Palette>([theme.PaletteLight, theme.PaletteDark], palette => Assert.True(
            Contrast(Colour(palette, text), Colour(palette, on)) >= 4.5,
            $"{text} on {on} in {palette.GetType().Name}: {Contrast(Colour(palette, text), Colour(palette, on)):0.00}"));
    }

    [Fact]
    public void Contrast_of_black_on_white_is_21() =>
        Assert.Equal(21, Contrast(new MudColor("#000000"), new MudColor("#ffffff")), 2);

    private static string Read(string css, string block, string token)
    {
        int start = css.IndexOf(block, StringComparison.Ordinal);
        string body = css[start..css.IndexOf('}', start)];
        return Token(token).Match(body).Groups[1].Value;
    }

    private static Regex Token(string name) => new($"--ob-{Regex.Escape(name)}: (#[0-9a-f]{{6}});");

    private static MudColor Colour(Palette palette, string property) => property == nameof(Palette.PrimaryDarken)
        ? new MudColor(palette.PrimaryDarken)
        : (MudColor)typeof(Palette).GetProperty(property)!.GetValue(palette)!;

    private static string Hex(Palette palette, string property) => Colour(palette, property).ToString(MudColorOutputFormats.Hex)[..7].ToLowerInvariant();

    /// <summary>WCAG 2.2's contrast ratio.</summary>
    private static double Contrast(MudColor one, MudColor other)
    {
        double a = Luminance(one), b = Luminance(other);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(MudColor colour) =>
        0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);

    private static double Linear(byte channel) =>
        channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
}
