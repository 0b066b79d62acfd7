using System.Globalization;
using System.Text;
using Microsoft.Extensions.Localization;
using MiniExcelLibs;
using OneBalance.Core;
using OneBalance.Core.Statements;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Statements;

/// <summary>A statement as files: PDF to read and keep, CSV and XLSX to work with. The statement of a period that has ended makes the same PDF whenever it is asked for.</summary>
public sealed class StatementFiles(StatementWords words, IStringLocalizer<StatementTexts> texts)
{
    /// <summary>Lines of movements in a PDF; the files to work with hold all of them.</summary>
    public const int MostPdfLines = 5_000;

    /// <summary>
    /// The movements; after an empty line the totals by kind, and after another the taxes, each under titles of its own. Begins
    /// with a byte order mark: without it a spreadsheet takes accents for something else.
    /// </summary>
    public byte[] Csv(StatementView view, Language language)
    {
        using var spoken = new SpokenIn(language);
        var csv = new CsvText(language);
        Titles("Column.Number", "Column.Date", "Column.Time", "Column.Kind", "Column.What", "Column.Tracking", "Column.Reference", "Column.Amount", "Column.Balance");
        Edge("Opening", view.Period.From, view.Statement.Opening);
        foreach (var line in view.Lines)
        {
            var at = SpokenIn.Formats;
            csv.Number(line.Movement.Sequence)
                .Text(at.Date(line.Movement.At))
                .Text(at.Time(line.Movement.At))
                .Text(words.Category(line.Movement.Category))
                .Text(words.Line(line))
                .Text(line.TrackingNumber ?? "")
                .Text(line.Reference ?? "")
                .Amount(line.Movement.Amount)
                .Amount(line.Balance)
                .EndLine();
        }

        Edge("Closing", view.Period.To, view.Statement.Closing);
        csv.EndLine();
        Titles("Column.What", "Column.Count", "Column.In", "Column.Out", "Column.Amount");
        foreach (var total in view.Statement.Totals)
        {
            csv.Text(words.Category(total.Category)).Number(total.Count).Amount(total.Received).Amount(total.Paid).Amount(total.Net).EndLine();
        }

        csv.EndLine();
        Titles("Column.Tax", "Column.Base", "Column.Charged", "Column.Credited", "Column.Net");
        foreach (var tax in view.Taxes)
        {
            csv.Text(words.Tax(tax.Kind, tax.Percent, SpokenIn.Formats)).Amount(tax.Base).Amount(tax.Charged).Amount(tax.Credited).Amount(tax.Net).EndLine();
        }

        return [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(csv.ToString())];

        void Titles(params string[] titles)
        {
            foreach (string title in titles)
            {
                csv.Text(texts[title]);
            }

            csv.EndLine();
        }

        void Edge(string key, DateOnly day, Money balance) =>
            csv.Empty().Date(day).Empty().Text(texts[key]).Text(texts[key]).Empty().Empty().Empty().Amount(balance).EndLine();
    }

    /// <summary>Sheets: summary, movements, taxes, services. Amounts are numbers; text is stored as text and never as a formula.</summary>
    public byte[] Xlsx(StatementView view, Language language)
    {
        using var spoken = new SpokenIn(language);
        var formats = SpokenIn.Formats;
        var sheets = new Dictionary<string, object>
        {
            [texts["Sheet.Summary"]] = Rows(
                ["Column.What", "Column.Count", "Column.In", "Column.Out", "Column.Amount"],
                [
                    [texts["Opening"].Value, null, null, null, view.Statement.Opening.Dollars],
                    .. view.Statement.Totals.Select(total => new object?[] { words.Category(total.Category), total.Count, total.Received.Dollars, total.Paid.Dollars, total.Net.Dollars }),
                    [texts["Closing"].Value, null, null, null, view.Statement.Closing.Dollars],
                ]),
            [texts["Sheet.Movements"]] = Rows(
                ["Column.Number", "Column.Date", "Column.Time", "Column.Kind", "Column.What", "Column.Tracking", "Column.Reference", "Column.Amount", "Column.Balance"],
                view.Lines.Select(line => new object?[]
                {
                    line.Movement.Sequence, formats.Date(line.Movement.At), formats.Time(line.Movement.At), words.Category(line.Movement.Category), words.Line(line),
                    line.TrackingNumber ?? "", line.Reference ?? "", line.Movement.Amount.Dollars, line.Balance.Dollars,
                })),
            [texts["Sheet.Taxes"]] = Rows(
                ["Column.Tax", "Column.Base", "Column.Charged", "Column.Credited", "Column.Net"],
                view.Taxes.Select(tax => new object?[] { words.Tax(tax.Kind, tax.Percent, formats), tax.Base.Dollars, tax.Charged.Dollars, tax.Credited.Dollars, tax.Net.Dollars })),
            [texts["Sheet.Services"]] = Rows(
                ["Column.Service", "Column.Labels", "Column.Spent"],
                view.Services.Select(service => new object?[] { service.Service, service.Labels, service.Spent.Dollars })),
        };
        using var bytes = new MemoryStream();
        bytes.SaveAs(sheets);
        return bytes.ToArray();
    }

    public byte[] Pdf(StatementView view, Language language)
    {
        using var spoken = new SpokenIn(language);
        var formats = SpokenIn.Formats;
        // What has ended is dated by its end, so that it is the same paper whenever it is made.
        var dated = view.Unfinished ? view.MadeAt : EasternDay.EndOf(view.Period.To);
        var paper = new Paper($"{texts["Pdf.Title"]} {words.Period(view.Period, formats)}", dated, (page, of) => texts["Pdf.PageOf", page, of])
            .Head("OneBalance", texts["Pdf.Title"], words.Period(view.Period, formats))
            .Facts([
                (texts["Pdf.Merchant"], view.BusinessName),
                (texts["Opening"], formats.Money(view.Statement.Opening)),
                (texts["Closing"], formats.Money(view.Statement.Closing)),
                .. view.Held.IsPositive ? [(texts["Held"].Value, formats.Money(view.Held))] : Array.Empty<(string, string)>(),
                .. view.Owed.IsPositive ? [(texts["Owed"].Value, formats.Money(view.Owed))] : Array.Empty<(string, string)>(),
                .. view.Unfinished
                    ? [(texts["Pdf.Until"].Value, texts["Pdf.Unfinished"].Value), (texts["Pdf.Made"].Value, $"{formats.DateTime(view.MadeAt)} ({texts["Pdf.Zone"]})")]
                    : Array.Empty<(string, string)>(),
            ])
            .Section(texts["Summary"])
            .Table(
                [new(texts["Column.What"], 0.36f), new(texts["Column.Count"], 0.1f, true), new(texts["Column.In"], 0.18f, true), new(texts["Column.Out"], 0.18f, true), new(texts["Column.Amount"], 0.18f, true)],
                [
                    [texts["Opening"], "", "", "", formats.Money(view.Statement.Opening)],
                    .. view.Statement.Totals.Select(total => (IReadOnlyList<string>)[
                        words.Category(total.Category), total.Count.ToString(CultureInfo.InvariantCulture), formats.Money(total.Received), formats.Money(total.Paid), formats.Movement(total.Net)]),
                    [texts["Closing"], "", "", "", formats.Money(view.Statement.Closing)],
                ],
                index => index == view.Statement.Totals.Count + 1);
        if (view.Taxes.Count > 0)
        {
            paper.Section(texts["Taxes"]).Table(
                [new(texts["Column.Tax"], 0.28f), new(texts["Column.Base"], 0.18f, true), new(texts["Column.Charged"], 0.18f, true), new(texts["Column.Credited"], 0.18f, true), new(texts["Column.Net"], 0.18f, true)],
                [.. view.Taxes.Select(tax => (IReadOnlyList<string>)[
                    words.Tax(tax.Kind, tax.Percent, formats), formats.Money(tax.Base), formats.Money(tax.Charged), formats.Money(tax.Credited), formats.Money(tax.Net)])])
                .Text(texts["Taxes.Note"], quiet: true);
        }

        paper.Section(texts["Movements"]);
        if (view.Lines.Count == 0)
        {
            return paper.Text(texts["Movements.None"]).ToPdf();
        }

        if (view.Lines.Count > MostPdfLines)
        {
            paper.Text(texts["Pdf.TooMany", MostPdfLines, view.Lines.Count]);
        }

        return paper
            .Table(
                [new(texts["Column.Date"], 0.19f), new(texts["Column.What"], 0.47f), new(texts["Column.Amount"], 0.17f, true), new(texts["Column.Balance"], 0.17f, true)],
                [.. view.Lines.Take(MostPdfLines).Select(line => (IReadOnlyList<string>)[
                    formats.DateTime(line.Movement.At), words.Line(line), formats.Movement(line.Movement.Amount), formats.Money(line.Balance)])])
            .Text(texts["Pdf.Note"], quiet: true)
            .ToPdf();
    }

    /// <summary>A row for each, under the titles; a sheet without rows still has its titles.</summary>
    private List<Dictionary<string, object?>> Rows(string[] titles, IEnumerable<object?[]> rows)
    {
        string[] names = [.. titles.Select(title => texts[title].Value)];
        var filled = rows.Select(row => names.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second)).ToList();
        return filled.Count > 0 ? filled : [names.ToDictionary(name => name, _ => (object?)null)];
    }
}
