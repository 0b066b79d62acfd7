using System.Diagnostics;
using OneBalance.Tests.Support;

namespace OneBalance.Tests.Browser;

/// <summary>Looks at a PDF as a printer and a scanner would: poppler draws it, zbar reads it.</summary>
internal static class Pdf
{
    /// <summary>One page of 4 by 6 inches (288 by 432 points) whose bar code holds the tracking number.</summary>
    public static async Task AssertIsLabelAsync(byte[] pdf, string trackingNumber)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("label.pdf");
        await File.WriteAllBytesAsync(file, pdf);
        Assert.StartsWith("%PDF-", System.Text.Encoding.ASCII.GetString(pdf, 0, 5));

        string facts = await RunAsync("pdfinfo", file);
        Assert.Matches("Pages:\\s+1\\b", facts);
        Assert.Matches("Page size:\\s+288(\\.0+)? x 432(\\.0+)? pts", facts);

        await RunAsync("pdftoppm", "-r", "300", "-png", "-singlefile", file, folder.File("label"));
        string read = await RunAsync("zbarimg", "--quiet", "--raw", folder.File("label.png"));
        Assert.Contains(read.Split('\n'), code => code.Contains(trackingNumber, StringComparison.Ordinal));
        File.Copy(folder.File("label.png"), Artifacts.File("label.png"), overwrite: true);
    }

    /// <summary>What it says, in reading order; no-break spaces read as spaces.</summary>
    public static async Task<string> TextAsync(byte[] pdf)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("paper.pdf");
        await File.WriteAllBytesAsync(file, pdf);
        Assert.StartsWith("%PDF-", System.Text.Encoding.ASCII.GetString(pdf, 0, 5));
        return (await RunAsync("pdftotext", "-layout", "-enc", "UTF-8", file, "-")).Replace('\u00a0', ' ');
    }

    /// <summary>What a scanner reads off each page, first to last; every page must be 4 by 6 inches.</summary>
    public static async Task<IReadOnlyList<string>> CodesAsync(byte[] pdf)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("labels.pdf");
        await File.WriteAllBytesAsync(file, pdf);
        string facts = await RunAsync("pdfinfo", "-l", "-1", file);
        Assert.All(facts.Split('\n').Where(line => line.StartsWith("Page", StringComparison.Ordinal) && line.Contains(" size:", StringComparison.Ordinal)), line => Assert.Contains("288 x 432 pts", line));

        await RunAsync("pdftoppm", "-r", "300", "-png", file, folder.File("page"));
        var codes = new List<string>();
        foreach (string image in Directory.GetFiles(folder.Path, "page-*.png").Order(StringComparer.Ordinal))
        {
            codes.Add((await RunAsync("zbarimg", "--quiet", "--raw", image)).Split('\n')[0]);
        }

        return codes;
    }

    private static async Task<string> RunAsync(string tool, params string[] arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8 })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing.Tool($"{tool} is not installed (Debian and Ubuntu: apt-get install poppler-utils zbar-tools).");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{tool} ended with {process.ExitCode}: {await error}");
            return output;
        }
    }
}
