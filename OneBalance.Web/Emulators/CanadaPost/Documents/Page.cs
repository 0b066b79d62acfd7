using SkiaSharp;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>A page being drawn, in points from the upper left corner, with the two bundled typefaces.</summary>
internal sealed class Page(SKCanvas canvas)
{
    /// <summary>
    /// Loaded once: looking a font up by name drops text silently. Only the letters a label needs, and a bold face of its own:
    /// a face made bold while drawing is written into each file glyph by glyph.
    /// </summary>
    private static readonly SKTypeface Regular = LoadTypeface("NotoSans-Regular.ttf");

    private static readonly SKTypeface Bold = LoadTypeface("NotoSans-Bold.ttf");

    private static readonly SKPaint Ink = new() { Color = SKColors.Black, IsAntialias = true };
    private static readonly SKPaint Grey = new() { Color = new SKColor(0x44, 0x44, 0x44), IsAntialias = true };
    private static readonly SKPaint Paper = new() { Color = SKColors.White, IsAntialias = true };
    private static readonly SKPaint Bars = new() { Color = SKColors.Black, IsAntialias = false };

    /// <summary>A PDF of pages of one size; the same content makes the same bytes.</summary>
    public static byte[] Pdf(float width, float height, string title, DateTimeOffset created, params IReadOnlyList<Action<Page>> pages)
    {
        using var bytes = new MemoryStream();
        var metadata = new SKDocumentPdfMetadata
        {
            Title = title,
            Creator = "Emulated carrier",
            Producer = "Emulated carrier",
            Creation = created.UtcDateTime,
            Modified = created.UtcDateTime,
            RasterDpi = SKDocument.DefaultRasterDpi,
            EncodingQuality = 100,
        };
        using (var document = SKDocument.CreatePdf(bytes, metadata))
        {
            foreach (var draw in pages)
            {
                draw(new Page(document.BeginPage(width, height)));
                document.EndPage();
            }

            document.Close();
        }

        return bytes.ToArray();
    }

    /// <summary>One line, made smaller until it fits.</summary>
    public void Text(string text, float x, float y, float size, float width = float.MaxValue, SKTextAlign align = SKTextAlign.Left, bool bold = false, Tone tone = Tone.Ink)
    {
        using var font = Font(size, bold);
        float measured = font.MeasureText(text);
        if (measured > width)
        {
            font.Size = size * width / measured;
        }

        canvas.DrawText(text, x, y, align, font, Paint(tone));
    }

    /// <summary>How wide one line is, in the unit of the size.</summary>
    public static float WidthOf(string text, float size, bool bold = false)
    {
        using var font = Font(size, bold);
        return font.MeasureText(text);
    }

    public void Box(float x, float y, float width, float height, Tone tone = Tone.Ink) => canvas.DrawRect(x, y, width, height, Paint(tone));

    public void Frame(float x, float y, float width, float height, float line = 1)
    {
        using var paint = new SKPaint { Color = SKColors.Black, IsStroke = true, StrokeWidth = line };
        canvas.DrawRect(x, y, width, height, paint);
    }

    public void Line(float x1, float y1, float x2, float y2, float width = 1)
    {
        using var paint = new SKPaint { Color = SKColors.Black, IsStroke = true, StrokeWidth = width };
        canvas.DrawLine(x1, y1, x2, y2, paint);
    }

    /// <summary>A strip of slanted lines, as printed on both sides of the large postal code.</summary>
    public void Hatch(float x, float y, float width, float height)
    {
        canvas.Save();
        canvas.ClipRect(new SKRect(x, y, x + width, y + height));
        for (float offset = -height; offset < width; offset += 6)
        {
            Line(x + offset, y + height, x + offset + height, y, 2);
        }

        canvas.Restore();
    }

    /// <summary>A Code 128 filling the width between quiet zones of ten modules.</summary>
    public void Barcode(string content, float x, float y, float width, float height)
    {
        var modules = Code128.Encode(content);
        float module = width / (modules.Sum() + 20);
        float left = x + (10 * module);
        for (int index = 0; index < modules.Count; index++)
        {
            if (index % 2 == 0)
            {
                canvas.DrawRect(left, y, modules[index] * module, height, Bars);
            }

            left += modules[index] * module;
        }
    }

    private static SKFont Font(float size, bool bold) => new(bold ? Bold : Regular, size) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

    private static SKPaint Paint(Tone tone) => tone switch
    {
        Tone.Ink => Ink,
        Tone.Grey => Grey,
        Tone.Paper => Paper,
        _ => throw new ArgumentOutOfRangeException(nameof(tone), tone, null),
    };

    private static SKTypeface LoadTypeface(string file)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream($"OneBalance.Web.Emulators.CanadaPost.Fonts.{file}")
            ?? throw new InvalidOperationException("The typeface is not in the assembly.");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("The typeface cannot be read.");
    }
}

internal enum Tone
{
    Ink,
    Grey,
    Paper,
}
