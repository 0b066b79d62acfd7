using System.Globalization;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class MeasuresTests
{
    [Theory]
    [InlineData("1.25", "1.25")]
    [InlineData("1,25", "1.25")]
    [InlineData(" 2 ", "2")]
    [InlineData(".5", "0.5")]
    [InlineData("0.125", "0.125")]
    [InlineData("0.1255", null)]
    [InlineData("1.2.3", null)]
    [InlineData("1 000", null)]
    [InlineData("-1", null)]
    [InlineData("1e3", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Numbers_as_people_type_them(string? typed, string? expected) =>
        Assert.Equal(expected is null ? null : decimal.Parse(expected, CultureInfo.InvariantCulture), Measures.Read(typed));

    /// <summary>A pound is 453.59237 g: declared as 454, never lighter than typed.</summary>
    [Theory]
    [InlineData("1.25", Units.Metric, 1_250)]
    [InlineData("0.0004", Units.Metric, 1)]
    [InlineData("1", Units.Imperial, 454)]
    [InlineData("2", Units.Imperial, 908)]
    public void Weights_in_grams(string value, Units units, int grams) =>
        Assert.Equal(grams, Measures.ToGrams(decimal.Parse(value, CultureInfo.InvariantCulture), units));

    [Theory]
    [InlineData("30", Units.Metric, 300)]
    [InlineData("30.05", Units.Metric, 301)]
    [InlineData("1", Units.Imperial, 26)]
    [InlineData("10", Units.Imperial, 254)]
    public void Lengths_in_millimetres(string value, Units units, int millimetres) =>
        Assert.Equal(millimetres, Measures.ToMillimetres(decimal.Parse(value, CultureInfo.InvariantCulture), units));

    [Fact]
    public void What_cannot_be_a_parcel_is_nothing()
    {
        Assert.Null(Measures.ToGrams(0m, Units.Metric));
        Assert.Null(Measures.ToMillimetres(9_999_999m, Units.Metric));
        Assert.Null(Measures.FromGrams(0, Units.Metric));
    }

    /// <summary>Shown again after a refresh, what was typed in pounds does not drift.</summary>
    [Theory]
    [InlineData("2.5")]
    [InlineData("0.75")]
    [InlineData("11")]
    public void Pounds_come_back_as_typed(string typed)
    {
        int grams = Measures.ToGrams(Measures.Read(typed)!.Value, Units.Imperial)!.Value;

        Assert.Equal(decimal.Parse(typed, CultureInfo.InvariantCulture), Measures.TypedFromGrams(grams, Units.Imperial));
    }

    /// <summary>Otherwise a reload or a look at the other units would change what is declared and paid.</summary>
    [Theory]
    [InlineData(Units.Metric)]
    [InlineData(Units.Imperial)]
    public void A_field_shows_every_weight_and_length_so_that_it_is_read_again_as_the_same(Units units)
    {
        Assert.All(Enumerable.Range(1, ParcelRules.MaximumWeightGrams), grams => Assert.Equal(grams, Again(Measures.TypedFromGrams(grams, units), value => Measures.ToGrams(value, units))));
        Assert.All(Enumerable.Range(1, 3_000), mm => Assert.Equal(mm, Again(Measures.TypedFromMillimetres(mm, units), value => Measures.ToMillimetres(value, units))));
        Assert.Null(Measures.TypedFromGrams(0, units));
        Assert.Null(Measures.TypedFromMillimetres(0, units));

        static int? Again(decimal? shown, Func<decimal, int?> read) => Measures.Read(shown?.ToString("0.###", CultureInfo.InvariantCulture)) is { } value ? read(value) : null;
    }
}
