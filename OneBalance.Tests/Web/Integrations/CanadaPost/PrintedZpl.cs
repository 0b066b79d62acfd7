using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost.Documents;
using SkiaSharp;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>
/// A ZPL label as a thermal printer of 203 dpi puts it on paper: knows the commands that labels here use, and fails at any other
/// and at whatever lies beside the paper.
/// </summary>
internal sealed partial class PrintedZpl : IDisposable
{
    public const int Width = 812;
    public const int Height = 1218;

    private readonly SKBitmap _paper = new(Width, Height);
    private readonly SKTypeface _face;
    private readonly List<string> _texts = [];

    public PrintedZpl(byte[] label)
    {
        string zpl = Encoding.UTF8.GetString(label);
        string head = $"^XA^CI28^PW{Width}^LL{Height}\n";
        Assert.StartsWith(head, zpl);
        Assert.EndsWith("^XZ\n", zpl);
        using var font = typeof(CanadaPostEmulator).Assembly.GetManifestResourceStream("OneBalance.Web.Emulators.CanadaPost.Fonts.NotoSans-Bold.ttf")!;
        _face = SKTypeface.FromStream(font);
        using var canvas = new SKCanvas(_paper);
        canvas.Clear(SKColors.White);
        foreach (string field in zpl[head.Length..^4].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Draw(canvas, field);
        }
    }

    /// <summary>What is written, in the order of the label.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The share of dark dots in a part of the paper.</summary>
    public double Darkness(int x, int y, int width, int height)
    {
        int dark = 0;
        for (int row = y; row < y + height; row++)
        {
            for (int column = x; column < x + width; column++)
            {
                dark += _paper.GetPixel(column, row).Red < 128 ? 1 : 0;
            }
        }

        return (double)dark / (width * height);
    }

    public byte[] Png()
    {
        using var png = _paper.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    public void Dispose()
    {
        _paper.Dispose();
        _face.Dispose();
    }

    private void Draw(SKCanvas canvas, string field)
    {
        if (Box().Match(field) is { Success: true } box)
        {
            var (x, y, width, height) = (Number(box, "x"), Number(box, "y"), Number(box, "w"), Number(box, "h"));
            Assert.Equal(Math.Min(width, height), Number(box, "t"));
            Fill(canvas, x, y, width, height);
        }
        else if (Diagonal().Match(field) is { Success: true } slant)
        {
            var (x, y, width, height) = (Number(slant, "x"), Number(slant, "y"), Number(slant, "w"), Number(slant, "h"));
            OnPaper(x, y, width, height);
            using var pen = new SKPaint { Color = SKColors.Black, IsStroke = true, StrokeWidth = Number(slant, "t") };
            canvas.DrawLine(x, y + height, x + width, y, pen);
        }
        else if (Barcode().Match(field) is { Success: true } code)
        {
            var (x, y, module, height) = (Number(code, "x"), Number(code, "y"), Number(code, "m"), Number(code, "h"));
            int left = x;
            foreach (var (width, index) in Code128.Encode(code.Groups["d"].Value).Select((width, index) => (width, index)))
            {
                if (index % 2 == 0)
                {
                    Fill(canvas, left, y, width * module, height);
                }

                left += width * module;
            }

            // Ten modules of white on both sides.
            OnPaper(x - (10 * module), y, left - x + (20 * module), height);
        }
        else
        {
            var text = Line().Match(field);
            Assert.True(text.Success, $"Not a field that is known here: {field}");
            Write(canvas, text);
        }
    }

    private void Write(SKCanvas canvas, Match line)
    {
        var (x, y, size, width) = (Number(line, "x"), Number(line, "y"), Number(line, "s"), Number(line, "w"));
        string text = Escaped().Replace(line.Groups["d"].Value, sign => ((char)int.Parse(sign.ValueSpan[1..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        OnPaper(x, y, width, size);
        _texts.Add(text);
        using var font = new SKFont(_face, size) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };
        float wide = font.MeasureText(text);
        Assert.True(wide <= width + 1, $"\"{text}\" is {wide} dots wide and has {width}.");
        bool reversed = line.Groups["r"].Success;
        using var ink = new SKPaint { Color = reversed ? SKColors.White : SKColors.Black };
        canvas.DrawText(text, line.Groups["j"].Value == "C" ? x + ((width - wide) / 2) : x, y + (size * 0.8f), SKTextAlign.Left, font, ink);
    }

    private static void Fill(SKCanvas canvas, int x, int y, int width, int height)
    {
        OnPaper(x, y, width, height);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = false };
        canvas.DrawRect(x, y, width, height, ink);
    }

    private static void OnPaper(int x, int y, int width, int height) =>
        Assert.True(x >= 0 && y >= 0 && x + width <= Width && y + height <= Height, $"{width} by {height} at {x}, {y} lies beside the paper.");

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\^FO(?<x>\d+),(?<y>\d+)\^GB(?<w>\d+),(?<h>\d+),(?<t>\d+)\^FS$")]
    private static partial Regex Box();

    [GeneratedRegex(@"^\^FO(?<x>\d+),(?<y>\d+)\^GD(?<w>\d+),(?<h>\d+),(?<t>\d+),B,R\^FS$")]
    private static partial Regex Diagonal();

    [GeneratedRegex(@"^\^FO(?<x>\d+),(?<y>\d+)\^BY(?<m>\d+)\^BCN,(?<h>\d+),N,N,N,A\^FD(?<d>\d+)\^FS$")]
    private static partial Regex Barcode();

    [GeneratedRegex(@"^\^FO(?<x>\d+),(?<y>\d+)\^A0N,(?<s>\d+),\k<s>\^FB(?<w>\d+),1,0,(?<j>[LC])(?<r>\^FR)?(\^FH_)?\^FD(?<d>[^\^~]+)\^FS$")]
    private static partial Regex Line();

    [GeneratedRegex("_[0-9A-F]{2}")]
    private static partial Regex Escaped();
}
