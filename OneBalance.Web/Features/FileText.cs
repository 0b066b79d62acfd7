using System.Text;

namespace OneBalance.Web.Features;

/// <summary>The text of a file that somebody hands in: UTF-8 with or without its mark, or else Windows-1252, as spreadsheets still save it.</summary>
internal static class FileText
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Null when it is no text.</summary>
    public static string? Read(byte[] content)
    {
        // No text has a zero byte, but files of spreadsheets and pictures do.
        if (Array.IndexOf(content, (byte)0) >= 0)
        {
            return null;
        }

        try
        {
            string text = Utf8.GetString(content);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(content);
        }
    }
}
