using SkiaSharp;

namespace OneBalance.Web.Features.Papers;

/// <summary>
/// The one typeface of our documents, embedded and loaded once: looking a font up by name drops text silently, and one
/// typeface a document makes huge files.
/// </summary>
internal static class PaperFont
{
    private static readonly SKTypeface Typeface = Load();

    public static SKFont Of(float size, bool bold) =>
        new(Typeface, size) { Embolden = bold, Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

    private static SKTypeface Load()
    {
        using var stream = typeof(PaperFont).Assembly.GetManifestResourceStream("Papers.NotoSans-Regular.ttf")
            ?? throw new InvalidOperationException("The typeface is not in the assembly.");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("The typeface cannot be read.");
    }
}
