using OneBalance.Core.Shipping;

namespace OneBalance.Core.Tax;

/// <summary>Which paper, and so which series of numbers. Persisted: values are frozen.</summary>
public enum TaxPaperKind
{
    /// <summary>One a label.</summary>
    Invoice = 1,

    /// <summary>One a refunded label; its amounts are what is given back, above zero.</summary>
    CreditNote = 2,
}

/// <summary>Who sells, as on the paper.</summary>
/// <param name="GstHstNumber">Registration number, e.g. <c>123456789 RT0001</c>.</param>
/// <param name="QstNumber">Quebec's; empty when not registered there.</param>
public sealed record TaxSupplier(string Name, string Address, string GstHstNumber, string QstNumber);

/// <summary>Who buys: name and address at the time.</summary>
public sealed record TaxBuyer(string Name, IReadOnlyList<string> Address);

/// <summary>What was supplied, without the recipient: whose tax applies is told by the place alone.</summary>
/// <param name="DestinationProvince">Two letters inside Canada; empty outside.</param>
public sealed record TaxSupply(string ServiceName, string? TrackingNumber, string Reference, string Origin, string DestinationCountry, string DestinationProvince);

/// <param name="Percent">13 for 13 %; null when neither the carrier nor our rates know it.</param>
public sealed record TaxLine(TaxKind Kind, decimal? Percent, Money Amount);

/// <summary>What a paper says; stored when it is issued and never changed.</summary>
/// <param name="Lines">Price lines before tax; empty on a credit note of a part.</param>
/// <param name="InvoiceNumber">On a credit note: the invoice it corrects; null on an invoice.</param>
/// <param name="Plausible">False when the carrier's tax is not what the place of supply makes expect.</param>
public sealed record TaxPaperContent(
    TaxSupplier Supplier,
    TaxBuyer Buyer,
    TaxSupply Supply,
    IReadOnlyList<PriceLine> Lines,
    Money BeforeTax,
    IReadOnlyList<TaxLine> Taxes,
    Money Total,
    int? InvoiceNumber,
    bool Plausible);

/// <summary>
/// Makes the papers of a label. The carrier's own tax lines are what was charged and what is invoiced; our table of rates
/// names percentages that it left out and says when an amount looks wrong.
/// </summary>
public static class TaxPapers
{
    /// <summary>Each of the carrier's lines is rounded by itself, so its tax may lie this far from ours.</summary>
    private static readonly Money Tolerance = new(2);

    /// <param name="price">The carrier's final price.</param>
    /// <param name="day">Day of supply.</param>
    public static TaxPaperContent Invoice(TaxSupplier supplier, TaxBuyer buyer, TaxSupply supply, Price price, DateOnly day)
    {
        var place = PlaceOfSupply.Of(supply.Origin, supply.DestinationCountry, supply.DestinationProvince, price.BeforeTax);
        var rates = Rates(day, place);
        var taxes = price.Lines
            .Where(line => line.Kind == PriceLineKind.Tax && !line.Amount.IsZero)
            .Select(line => (Kind: KindOf(line.Code), Line: line))
            .GroupBy(tax => tax.Kind)
            .Select(group => new TaxLine(
                group.Key,
                group.Select(tax => tax.Line.Percent).FirstOrDefault(percent => percent is not null) ?? rates?.FirstOrDefault(rate => rate.Kind == group.Key)?.Percent,
                group.Sum(tax => tax.Line.Amount)))
            .OrderBy(tax => tax.Kind)
            .ToList();
        bool plausible = rates is not null
            && TaxRates.Taxes(price.BeforeTax, day, place).Where(tax => !tax.Amount.IsZero).ToDictionary(tax => tax.Kind, tax => tax.Amount) is var expected
            && taxes.TrueForAll(tax => IsNear(tax.Amount, expected.GetValueOrDefault(tax.Kind, Money.Zero)))
            && expected.All(tax => IsNear(tax.Value, taxes.FirstOrDefault(line => line.Kind == tax.Key)?.Amount ?? Money.Zero));
        return new TaxPaperContent(
            supplier,
            buyer,
            supply,
            [.. price.Lines.Where(line => line.Kind != PriceLineKind.Tax)],
            price.BeforeTax,
            taxes,
            price.Total,
            InvoiceNumber: null,
            plausible);
    }

    /// <summary>Gives back the whole, or of a part the same share of each tax, rounded to the cent; the rest is the price before tax.</summary>
    /// <param name="refunded">Above zero, at most the invoice's total.</param>
    public static TaxPaperContent Credit(TaxPaperContent invoice, int invoiceNumber, Money refunded)
    {
        if (refunded == invoice.Total)
        {
            return invoice with { InvoiceNumber = invoiceNumber };
        }

        var taxes = invoice.Taxes
            .Select(tax => tax with { Amount = Money.RoundFromDollars(tax.Amount.Dollars * refunded.Dollars / invoice.Total.Dollars) })
            .ToList();
        return invoice with
        {
            Lines = [],
            BeforeTax = refunded - taxes.Sum(tax => tax.Amount),
            Taxes = taxes,
            Total = refunded,
            InvoiceNumber = invoiceNumber,
        };
    }

    /// <summary>Null for a place or day that the table does not know: the paper is issued all the same, and flagged.</summary>
    private static IReadOnlyList<TaxRate>? Rates(DateOnly day, PlaceOfSupply place)
    {
        try
        {
            return TaxRates.On(day, place);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The carrier calls Quebec's tax PST.</summary>
    private static TaxKind KindOf(string code) => code switch
    {
        "GST" => TaxKind.Gst,
        "PST" or "QST" => TaxKind.Qst,
        "HST" => TaxKind.Hst,
        _ => throw new ArgumentException($"Unknown tax {code}.", nameof(code)),
    };

    private static bool IsNear(Money charged, Money expected) => charged - expected <= Tolerance && expected - charged <= Tolerance;
}
