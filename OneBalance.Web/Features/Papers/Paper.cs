using SkiaSharp;

namespace OneBalance.Web.Features.Papers;

/// <param name="Share">Of the table's width; the shares of a table add up to 1.</param>
/// <param name="Number">Amounts stand at the right.</param>
internal sealed record PaperColumn(string Title, float Share, bool Number = false);

/// <summary>
/// A document of letter pages, written from top to bottom: what does not fit goes on the next page, tables repeat their head,
/// and every page says its number and how many there are. The same content makes the same bytes.
/// </summary>
/// <param name="title">Also the file's own title.</param>
/// <param name="created">The file's own date: that of its content, not of its drawing.</param>
/// <param name="pageOf">Says <c>Page 1 of 3</c> in the reader's language.</param>
internal sealed class Paper(string title, DateTimeOffset created, Func<int, int, string> pageOf)
{
    public const float Width = 612;
    public const float Height = 792;

    private const float Left = 48;
    private const float Right = Width - 48;
    private const float Top = 52;
    private const float Bottom = Height - 60;
    private const float Body = 9.5f;
    private const float Line = 13.5f;

    private static readonly SKColor Ink = new(0x1d, 0x1b, 0x33);
    private static readonly SKColor Grey = new(0x58, 0x56, 0x6b);
    private static readonly SKColor Accent = new(0x43, 0x38, 0xca);
    private static readonly SKColor Rule = new(0xd5, 0xd4, 0xe2);

    private readonly List<List<Action<SKCanvas>>> _pages = [[]];
    private float _y = Top;

    /// <summary>The product's name and the document's title.</summary>
    public Paper Head(string product, string heading, string? under = null)
    {
        Write(product, Left, _y, 11, Accent, bold: true);
        _y += 26;
        Write(heading, Left, _y, 18, Ink, bold: true);
        _y += 8;
        if (under is not null)
        {
            _y += 10;
            Write(under, Left, _y, Body, Grey);
        }

        _y += 22;
        return this;
    }

    public Paper Section(string heading)
    {
        Need(3 * Line);
        _y += 8;
        Write(heading, Left, _y, 12, Ink, bold: true);
        _y += Line + 3;
        return this;
    }

    /// <summary>A paragraph, broken at spaces.</summary>
    public Paper Text(string text, bool quiet = false)
    {
        foreach (string line in Break(text, Right - Left, quiet ? 8.5f : Body))
        {
            Need(Line);
            Write(line, Left, _y, quiet ? 8.5f : Body, quiet ? Grey : Ink);
            _y += Line;
        }

        _y += 3;
        return this;
    }

    /// <summary>Names at the left, what they name beside them.</summary>
    public Paper Facts(params IEnumerable<(string Name, string Value)> facts)
    {
        foreach (var (name, value) in facts)
        {
            var lines = Break(value, Right - Left - 170, Body);
            Need(lines.Count * Line);
            Write(name, Left, _y, Body, Grey, most: 160);
            foreach (string line in lines)
            {
                Write(line, Left + 170, _y, Body, Ink);
                _y += Line;
            }
        }

        _y += 6;
        return this;
    }

    /// <param name="bold">Rows that sum up, by index.</param>
    public Paper Table(IReadOnlyList<PaperColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows, Func<int, bool>? bold = null)
    {
        Need(3 * Line);
        TableHead(columns);
        for (int index = 0; index < rows.Count; index++)
        {
            bool strong = bold?.Invoke(index) == true;
            var cells = columns.Select((column, at) => column.Number ? [rows[index][at]] : Break(rows[index][at], Wide(column) - 6, Body)).ToList();
            float height = cells.Max(cell => cell.Count) * Line;
            if (_y + height > Bottom)
            {
                NextPage();
                TableHead(columns);
            }

            if (strong)
            {
                Stroke(_y - Line + 3.5f);
            }

            float x = Left;
            for (int at = 0; at < columns.Count; at++)
            {
                float y = _y;
                foreach (string line in cells[at])
                {
                    WriteCell(line, columns[at], x, y, Ink, strong);
                    y += Line;
                }

                x += Wide(columns[at]);
            }

            _y += height;
        }

        _y += 6;
        return this;
    }

    public byte[] ToPdf()
    {
        using var bytes = new MemoryStream();
        var metadata = new SKDocumentPdfMetadata
        {
            Title = title,
            Creator = "OneBalance",
            Producer = "OneBalance",
            Creation = created.UtcDateTime,
            Modified = created.UtcDateTime,
            RasterDpi = SKDocument.DefaultRasterDpi,
            EncodingQuality = 100,
        };
        using (var document = SKDocument.CreatePdf(bytes, metadata))
        {
            for (int page = 0; page < _pages.Count; page++)
            {
                var canvas = document.BeginPage(Width, Height);
                foreach (var draw in _pages[page])
                {
                    draw(canvas);
                }

                Draw(canvas, title, Left, Height - 34, 8, Grey, bold: false, SKTextAlign.Left, Right - Left - 90);
                Draw(canvas, pageOf(page + 1, _pages.Count), Right, Height - 34, 8, Grey, bold: false, SKTextAlign.Right, 90);
                document.EndPage();
            }

            document.Close();
        }

        return bytes.ToArray();
    }

    private void TableHead(IReadOnlyList<PaperColumn> columns)
    {
        float x = Left;
        foreach (var column in columns)
        {
            WriteCell(column.Title, column, x, _y, Grey, bold: false);
            x += Wide(column);
        }

        _y += 4;
        Stroke(_y);
        _y += Line;
    }

    private void WriteCell(string text, PaperColumn column, float x, float y, SKColor colour, bool bold)
    {
        if (column.Number)
        {
            Write(text, x + Wide(column), y, Body, colour, bold, SKTextAlign.Right, Wide(column) - 4);
        }
        else
        {
            Write(text, x, y, Body, colour, bold, most: Wide(column) - 6);
        }
    }

    private static float Wide(PaperColumn column) => column.Share * (Right - Left);

    private void Need(float height)
    {
        if (_y + height > Bottom)
        {
            NextPage();
        }
    }

    private void NextPage()
    {
        _pages.Add([]);
        _y = Top;
    }

    private void Stroke(float y) => _pages[^1].Add(canvas =>
    {
        using var paint = new SKPaint { Color = Rule, IsStroke = true, StrokeWidth = 0.75f };
        canvas.DrawLine(Left, y, Right, y, paint);
    });

    private void Write(string text, float x, float y, float size, SKColor colour, bool bold = false, SKTextAlign align = SKTextAlign.Left, float most = float.MaxValue) =>
        _pages[^1].Add(canvas => Draw(canvas, PaperFont.Writable(text), x, y, size, colour, bold, align, most));

    /// <summary>One line, made smaller until it fits.</summary>
    private static void Draw(SKCanvas canvas, string text, float x, float y, float size, SKColor colour, bool bold, SKTextAlign align, float most)
    {
        using var font = PaperFont.Of(size, bold);
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        float measured = font.MeasureText(text);
        if (measured > most)
        {
            font.Size = size * most / measured;
        }

        canvas.DrawText(text, x, y, align, font, paint);
    }

    /// <summary>At spaces; a word wider than a line is left to be made smaller.</summary>
    private static List<string> Break(string text, float width, float size)
    {
        using var font = PaperFont.Of(size, bold: false);
        var lines = new List<string>();
        foreach (string paragraph in text.Split('\n'))
        {
            string line = "";
            foreach (string word in paragraph.Split(' '))
            {
                string longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && font.MeasureText(longer) > width)
                {
                    lines.Add(line);
                    line = word;
                }
                else
                {
                    line = longer;
                }
            }

            lines.Add(line);
        }

        return lines;
    }
}
