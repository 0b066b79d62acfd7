using System.Text;
using SkiaSharp;

namespace OneBalance.Web.Features.Papers;

/// <summary>
/// The typefaces of our documents, embedded and loaded once: looking a font up by name drops text silently, and a face made
/// bold while drawing is written into each file glyph by glyph.
/// </summary>
internal static class PaperFont
{
    private const int Minus = 0x2212;

    private static readonly SKTypeface Regular = Load("NotoSans-Regular.ttf");

    private static readonly SKTypeface Bold = Load("NotoSans-Bold.ttf");

    public static SKFont Of(float size, bool bold) =>
        new(bold ? Bold : Regular, size) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

    /// <summary>
    /// The text in characters that the typeface has: a sign of its own for minus becomes a dash, what else is missing a question
    /// mark. Drawn as they are they would be empty boxes.
    /// </summary>
    public static string Writable(string text)
    {
        using var font = Of(10, bold: false);
        var written = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            written.Append(font.GetGlyph(rune.Value) != 0 ? rune.ToString() : rune.Value == Minus ? "\u2013" : "?");
        }

        return written.ToString();
    }

    private static SKTypeface Load(string file)
    {
        using var stream = typeof(PaperFont).Assembly.GetManifestResourceStream($"Papers.{file}")
            ?? throw new InvalidOperationException("The typeface is not in the assembly.");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("The typeface cannot be read.");
    }
}
