using System.Diagnostics;
using OneBalance.Tests.Support;
using OneBalance.Web.Components.Account;
using SkiaSharp;

namespace OneBalance.Tests.Web.Components;

/// <summary>Codes are read back by an independent reader (zbar).</summary>
public sealed class QrCodeTests
{
    [Theory]
    [InlineData("A", 21)]
    [InlineData("otpauth://totp/OneBalance:demo%40example.com?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=OneBalance&digits=6", 45)]
    public void The_smallest_size_that_holds_the_text_is_taken(string text, int size) => Assert.Equal(size, QrCode.Of(text).Size);

    [Fact]
    public void More_than_the_largest_size_holds_is_refused()
    {
        Assert.Equal(177, QrCode.Of(new string('x', 2331)).Size);
        Assert.Throws<ArgumentException>(() => QrCode.Of(new string('x', 2332)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(62)]
    [InlineData(120)]
    [InlineData(180)]
    [InlineData(213)]
    [InlineData(400)]
    public void A_reader_reads_the_text(int length)
    {
        string text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i * 7 % 26)));
        using var folder = new TemporaryFolder();
        string picture = folder.File("code.png");
        Draw(QrCode.Of(text), picture);
        Assert.Equal(text, Read(picture));
    }

    private static void Draw(QrCode code, string file)
    {
        const int Module = 6;
        const int Quiet = 4;
        int side = (code.Size + 2 * Quiet) * Module;
        using var bitmap = new SKBitmap(side, side);
        using (var canvas = new SKCanvas(bitmap))
        using (var ink = new SKPaint { Color = SKColors.Black })
        {
            canvas.Clear(SKColors.White);
            for (int y = 0; y < code.Size; y++)
            {
                for (int x = 0; x < code.Size; x++)
                {
                    if (code[x, y])
                    {
                        canvas.DrawRect((x + Quiet) * Module, (y + Quiet) * Module, Module, Module, ink);
                    }
                }
            }
        }

        using var stream = File.Create(file);
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
    }

    private static string Read(string picture)
    {
        Process? zbar = null;
        try
        {
            zbar = Process.Start(new ProcessStartInfo("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture]) { RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing.Tool("zbarimg (zbar-tools) is not installed.");
        }

        using (zbar)
        {
            string text = zbar!.StandardOutput.ReadToEnd().TrimEnd('\n');
            zbar.WaitForExit();
            return text;
        }
    }
}
