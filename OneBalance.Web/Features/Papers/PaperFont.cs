using System.Text;
using SkiaSharp;

namespace OneBalance.Web.Features.Papers;

/// <summary>
/// The one typeface of our documents, embedded and loaded once: looking a font up by name drops text silently, and one
/// typeface a document makes huge files.
/// </summary>
internal static class PaperFont
{
    private const int Minus = 0x2212;

    private static readonly SKTypeface Typeface = Load();

    public static SKFont Of(float size, bool bold) =>
        new(Typeface, size) { Embolden = bold, Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

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

    private static SKTypeface Load()
    {
        using var stream = typeof(PaperFont).Assembly.GetManifestResourceStream("Papers.NotoSans-Regular.ttf")
            ?? throw new InvalidOperationException("The typeface is not in the assembly.");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("The typeface cannot be read.");
    }
}
