using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Tax;

namespace OneBalance.Tests.Core.Tax;

public sealed class TaxPapersTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);
    private static readonly TaxSupplier Supplier = new("OneBalance", "1 Sample St", "123456789 RT0001", "1234567890 TQ0001");
    private static readonly TaxBuyer Buyer = new("Maple Parcels", ["111 Wellington St", "Ottawa ON  K1A0A9"]);

    [Fact]
    public void An_invoice_carries_the_carriers_lines_and_taxes_as_charged()
    {
        var invoice = Invoice("ON", "CA", "ON", new PriceLine(PriceLineKind.Base, "DOM.EP", "Expedited", new Money(10_00)), new PriceLine(PriceLineKind.Tax, "HST", "", new Money(1_30), 13m));

        Assert.Equal((new Money(10_00), new Money(11_30)), (invoice.BeforeTax, invoice.Total));
        Assert.Equal([new TaxLine(TaxKind.Hst, 13m, new Money(1_30))], invoice.Taxes);
        Assert.Equal("DOM.EP", Assert.Single(invoice.Lines).Code);
        Assert.True(invoice.Plausible);
    }

    [Fact]
    public void A_percentage_that_the_carrier_left_out_is_that_of_the_place()
    {
        var invoice = Invoice("QC", "CA", "QC",
            new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(20_00)), new PriceLine(PriceLineKind.Tax, "GST", "", new Money(1_00)), new PriceLine(PriceLineKind.Tax, "PST", "", new Money(2_00)));

        Assert.Equal([new TaxLine(TaxKind.Gst, 5m, new Money(1_00)), new TaxLine(TaxKind.Qst, 9.975m, new Money(2_00))], invoice.Taxes);
    }

    [Theory]
    [InlineData(1_28, true)]
    [InlineData(1_32, true)]
    [InlineData(1_27, false)]
    [InlineData(65, false)]
    [InlineData(0, false)]
    public void A_tax_that_its_place_does_not_explain_is_flagged(long tax, bool plausible) =>
        Assert.Equal(plausible, Invoice("ON", "CA", "ON", new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(10_00)), new PriceLine(PriceLineKind.Tax, "HST", "", new Money(tax), 13m)).Plausible);

    [Fact]
    public void A_place_that_no_rate_is_known_for_is_flagged_and_invoiced_as_charged()
    {
        var invoice = Invoice("ON", "CA", "ZZ", new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(10_00)), new PriceLine(PriceLineKind.Tax, "HST", "", new Money(1_30)));

        Assert.False(invoice.Plausible);
        Assert.Equal([new TaxLine(TaxKind.Hst, null, new Money(1_30))], invoice.Taxes);
    }

    [Fact]
    public void Postage_leaving_Canada_is_zero_rated()
    {
        var invoice = Invoice("ON", "US", "", new PriceLine(PriceLineKind.Base, "USA.EP", "", new Money(15_00)));

        Assert.Empty(invoice.Taxes);
        Assert.True(invoice.Plausible);
    }

    [Fact]
    public void A_credit_note_of_the_whole_gives_back_every_line()
    {
        var invoice = Invoice("ON", "CA", "ON", new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(10_00)), new PriceLine(PriceLineKind.Tax, "HST", "", new Money(1_30), 13m));

        var credit = TaxPapers.Credit(invoice, 7, invoice.Total);

        Assert.Equal(7, credit.InvoiceNumber);
        Assert.Equal((invoice.Total, invoice.BeforeTax), (credit.Total, credit.BeforeTax));
        Assert.Equal(invoice.Taxes, credit.Taxes);
        Assert.Equal(invoice.Lines, credit.Lines);
    }

    [Theory]
    [InlineData(5_65)]
    [InlineData(1)]
    [InlineData(11_29)]
    public void A_credit_note_of_a_part_adds_up(long cents)
    {
        var invoice = Invoice("ON", "CA", "ON", new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(10_00)), new PriceLine(PriceLineKind.Tax, "HST", "", new Money(1_30), 13m));

        var credit = TaxPapers.Credit(invoice, 7, new Money(cents));

        Assert.Equal(new Money(cents), credit.BeforeTax + credit.Taxes.Sum(tax => tax.Amount));
        Assert.Empty(credit.Lines);
    }

    private static TaxPaperContent Invoice(string origin, string country, string province, params PriceLine[] lines) =>
        TaxPapers.Invoice(Supplier, Buyer, new TaxSupply("Expedited Parcel", "1234", "", origin, country, province), new Price(lines.Sum(line => line.Amount), lines), Day);
}
