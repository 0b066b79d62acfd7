using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Tax;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Statements;

/// <summary>Draws a tax invoice or credit note from what was stored when it was issued: the same paper at any time, in either language.</summary>
public sealed class TaxPaperFile(StatementWords words, IStringLocalizer<StatementTexts> texts, IStringLocalizer<LabelTexts> labels)
{
    public byte[] Pdf(IssuedTaxPaper paper, Language language)
    {
        using var spoken = new SpokenIn(language);
        var formats = SpokenIn.Formats;
        var content = paper.Content;
        bool invoice = paper.Kind == TaxPaperKind.Invoice;
        string heading = texts[$"Paper.{paper.Kind}"];
        var facts = new List<(string, string)> { (texts["Paper.Number"], paper.Number), (texts["Paper.Date"], formats.Date(EasternDay.Of(paper.IssuedAt))) };
        if (paper.InvoiceNumber is { } corrected)
        {
            facts.Add((texts["Paper.Corrects"], corrected));
        }

        facts.Add((texts["Paper.Supplier"], Block(content.Supplier.Name, [content.Supplier.Address])));
        facts.Add((texts["Paper.GstHstNumber"], content.Supplier.GstHstNumber is { Length: > 0 } gst ? gst : texts["Paper.NoNumber"]));
        if (content.Supplier.QstNumber is { Length: > 0 } qst)
        {
            facts.Add((texts["Paper.QstNumber"], qst));
        }

        facts.Add((texts["Paper.Buyer"], Block(content.Buyer.Name, content.Buyer.Address)));
        facts.Add((texts["Column.Service"], content.Supply.ServiceName));
        if (content.Supply.TrackingNumber is { } tracking)
        {
            facts.Add((texts["Column.Tracking"], tracking));
        }

        if (content.Supply.Reference.Length > 0)
        {
            facts.Add((texts["Column.Reference"], content.Supply.Reference));
        }

        facts.Add((texts["Paper.Place"], content.Supply.DestinationCountry == "CA"
            ? texts["Paper.PlaceInCanada", content.Supply.DestinationProvince]
            : texts["Paper.PlaceOutside", content.Supply.DestinationCountry]));
        var rows = new List<IReadOnlyList<string>>();
        rows.AddRange(content.Lines.Select(line => (IReadOnlyList<string>)[NameOf(line, content), formats.Money(line.Amount)]));
        rows.Add([texts["Paper.BeforeTax"], formats.Money(content.BeforeTax)]);
        rows.AddRange(content.Taxes.Select(tax => (IReadOnlyList<string>)[words.Tax(tax.Kind, tax.Percent, formats), formats.Money(tax.Amount)]));
        if (content.Taxes.Count == 0)
        {
            rows.Add([texts["Paper.ZeroRated"], formats.Money(Money.Zero)]);
        }

        rows.Add([texts[$"Paper.Total.{paper.Kind}"], $"{formats.Money(content.Total)} CAD"]);
        int beforeTax = content.Lines.Count;
        return new Paper($"{heading} {paper.Number}", paper.IssuedAt, (page, of) => texts["Pdf.PageOf", page, of])
            .Head(content.Supplier.Name, heading, paper.Number)
            .Facts(facts)
            .Table([new(texts["Paper.Description"], 0.75f), new(texts["Column.Amount"], 0.25f, true)], rows, index => index == beforeTax || index == rows.Count - 1)
            .Text(texts[invoice ? "Paper.PaidFromBalance" : "Paper.CreditedToBalance"], quiet: true)
            .ToPdf();
    }

    /// <summary>Known codes in our words, as on the label's page; others in the carrier's.</summary>
    private string NameOf(PriceLine line, TaxPaperContent content) =>
        line.Kind == PriceLineKind.Base ? content.Supply.ServiceName
        : labels[$"Line.{line.Code}"] is { ResourceNotFound: false } known ? known.Value
        : line.Name.Length > 0 ? line.Name
        : line.Code;

    private static string Block(string name, IEnumerable<string> lines) => string.Join('\n', lines.Prepend(name).Where(line => line.Length > 0));
}
