using CsvHelper;

namespace OneBalance.Web.Features.Batches;

/// <summary>What a file holds: the headers, and each line's cells, as many as there are headers.</summary>
public sealed record BatchTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Lines);

/// <summary>Why a file cannot be read.</summary>
public enum BatchFileProblem
{
    TooLarge,
    Empty,
    NoLines,
    TooManyLines,
    TooManyColumns,

    /// <summary>Neither UTF-8 nor Windows-1252 text, e.g. a spreadsheet's own format.</summary>
    NotText,
}

/// <summary>
/// Reads a file of values: UTF-8 with or without its mark, or else Windows-1252; parted by commas, semicolons or tabs,
/// whichever the first line has most; values may be quoted. Lines without any value are passed over.
/// </summary>
public static class BatchFile
{
    /// <summary>In bytes.</summary>
    public const int MostBytes = 1_000_000;

    public const int MostLines = 500;

    private const int MostColumns = 120;
    private const int LongestCell = 500;

    /// <summary>The table, or why there is none.</summary>
    public static (BatchTable? Table, BatchFileProblem? Problem) Read(byte[] content)
    {
        if (content.Length > MostBytes)
        {
            return (null, BatchFileProblem.TooLarge);
        }

        if (FileText.Read(content) is not { } text)
        {
            return (null, BatchFileProblem.NotText);
        }

        return string.IsNullOrWhiteSpace(text) ? (null, BatchFileProblem.Empty) : Parse(text);
    }

    private static (BatchTable? Table, BatchFileProblem? Problem) Parse(string text)
    {
        using var csv = CsvReader.FromText(text, new CsvReaderOptions { Separator = Separator(text), HasHeader = false, TrimWhitespace = true });
        if (!csv.Read())
        {
            return (null, BatchFileProblem.Empty);
        }

        string[] headers = Cells(csv, csv.FieldCount);
        if (headers.Length > MostColumns)
        {
            return (null, BatchFileProblem.TooManyColumns);
        }

        var lines = new List<IReadOnlyList<string>>();
        while (csv.Read())
        {
            string[] cells = Cells(csv, headers.Length);
            if (Array.TrueForAll(cells, string.IsNullOrEmpty))
            {
                continue;
            }

            if (lines.Count == MostLines)
            {
                return (null, BatchFileProblem.TooManyLines);
            }

            lines.Add(cells);
        }

        return lines.Count == 0 ? (null, BatchFileProblem.NoLines) : (new BatchTable(headers, lines), null);
    }

    /// <summary>Whichever stands most often outside quotes in the first line; a comma when none does.</summary>
    private static char Separator(string text)
    {
        var counts = new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 };
        bool quoted = false;
        foreach (char sign in text)
        {
            if (sign == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && sign is '\n' or '\r')
            {
                break;
            }
            else if (!quoted && counts.TryGetValue(sign, out int count))
            {
                counts[sign] = count + 1;
            }
        }

        return counts.MaxBy(entry => entry.Value).Key;
    }

    /// <summary>A cell that a short line lacks is empty.</summary>
    private static string[] Cells(CsvReader csv, int columns) =>
        [.. Enumerable.Range(0, columns).Select(column => column < csv.FieldCount ? Cell(csv.GetString(column)) : "")];

    /// <summary>Without signs that cannot be shown, and no longer than any value needs to be.</summary>
    private static string Cell(string text)
    {
        string shown = new([.. text.Select(sign => char.IsControl(sign) ? ' ' : sign)]);
        return shown.Trim() is { Length: > LongestCell } longer ? longer[..LongestCell] : shown.Trim();
    }
}
