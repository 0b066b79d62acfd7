using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Tax;

namespace OneBalance.Tests.Core.Tax;

public sealed class TaxRatesTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    [Theory]
    [InlineData("ON", "BC", "Hst 13")]
    [InlineData("NB", "ON", "Hst 15")]
    [InlineData("NL", "ON", "Hst 15")]
    [InlineData("PE", "ON", "Hst 15")]
    [InlineData("NS", "ON", "Hst 14")]
    [InlineData("AB", "ON", "Gst 5")]
    [InlineData("BC", "ON", "Gst 5")]
    [InlineData("MB", "ON", "Gst 5")]
    [InlineData("NT", "ON", "Gst 5")]
    [InlineData("NU", "ON", "Gst 5")]
    [InlineData("SK", "ON", "Gst 5")]
    [InlineData("YT", "ON", "Gst 5")]
    [InlineData("QC", "ON", "Gst 5")]
    [InlineData("QC", "QC", "Gst 5, Qst 9.975")]
    public void Postage_is_taxed_by_its_destination(string destination, string origin, string expected)
    {
        var rates = TaxRates.On(Day, PlaceOfSupply.Of(origin, "CA", destination, new Money(10_00)));

        Assert.Equal(expected, string.Join(", ", rates.Select(rate => FormattableString.Invariant($"{rate.Kind} {rate.Percent}"))));
    }

    [Theory]
    [InlineData("2025-03-31", 15)]
    [InlineData("2025-04-01", 14)]
    public void Nova_Scotias_rate_fell_on_the_first_of_April_2025(string day, int percent)
    {
        var rates = TaxRates.On(DateOnly.Parse(day), PlaceOfSupply.Of("ON", "CA", "NS", new Money(10_00)));

        Assert.Equal(percent, Assert.Single(rates).Percent);
    }

    [Fact]
    public void From_five_dollars_on_postage_leaving_Canada_is_zero_rated() =>
        Assert.Empty(TaxRates.On(Day, PlaceOfSupply.Of("ON", "US", "NY", new Money(5_00))));

    [Fact]
    public void Below_five_dollars_postage_leaving_Canada_bears_the_origins_tax() =>
        Assert.Equal([new TaxRate(TaxKind.Hst, 13m)], TaxRates.On(Day, PlaceOfSupply.Of("ON", "US", "NY", new Money(4_99))));

    [Fact]
    public void Each_tax_is_rounded_by_itself() =>
        Assert.Equal(
            [(TaxKind.Gst, new Money(91)), (TaxKind.Qst, new Money(1_82))],
            TaxRates.Taxes(new Money(18_25), Day, PlaceOfSupply.Of("QC", "CA", "QC", new Money(18_25))));

    [Fact]
    public void Every_province_has_a_rate() =>
        Assert.All(Provinces.All, province => Assert.NotEmpty(TaxRates.On(Day, PlaceOfSupply.Of("ON", "CA", province, new Money(10_00)))));

    [Fact]
    public void An_unknown_province_is_a_mistake_and_not_a_tax_of_nothing() =>
        Assert.Throws<ArgumentException>(() => TaxRates.On(Day, PlaceOfSupply.Of("ON", "CA", "ZZ", new Money(10_00))));
}
