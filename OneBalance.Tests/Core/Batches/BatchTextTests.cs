using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Batches;

public sealed class BatchTextTests
{
    [Theory]
    [InlineData("1.25", 1_250)]
    [InlineData("1,25", 1_250)]
    [InlineData("1.25 kg", 1_250)]
    [InlineData("1250 g", 1_250)]
    [InlineData("1 250 g", 1_250)]
    [InlineData("1\u00A0250 g", 1_250)]
    [InlineData("2.5 lb", 1_134)]
    [InlineData("2,5 lbs", 1_134)]
    [InlineData("16 oz", 454)]
    [InlineData("0.1g", 1)]
    public void Weights_are_read_in_both_notations(string text, int grams) => Assert.Equal(grams, BatchText.Grams(text, Units.Metric));

    [Fact]
    public void A_bare_weight_is_in_the_batchs_units() => Assert.Equal(454, BatchText.Grams("1", Units.Imperial));

    [Theory]
    [InlineData("")]
    [InlineData("heavy")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1.2.3")]
    [InlineData("1,200.5")]
    [InlineData("1 stone")]
    [InlineData("30 cm")]
    public void What_is_no_weight_is_refused(string text) => Assert.Null(BatchText.Grams(text, Units.Metric));

    [Theory]
    [InlineData("30", 300)]
    [InlineData("30,5 cm", 305)]
    [InlineData("300 mm", 300)]
    [InlineData("12 in", 305)]
    [InlineData("12 po", 305)]
    [InlineData("12\"", 305)]
    public void Lengths_are_read_in_both_notations(string text, int millimetres) => Assert.Equal(millimetres, BatchText.Millimetres(text, Units.Metric));

    [Theory]
    [InlineData("yes", true)]
    [InlineData("Oui", true)]
    [InlineData("1", true)]
    [InlineData("no", false)]
    [InlineData("NON", false)]
    [InlineData("", false)]
    public void Yes_and_no_are_read_in_both_languages(string text, bool yes) => Assert.Equal(yes, BatchText.YesOrNo(text));

    [Fact]
    public void What_is_neither_yes_nor_no_is_refused() => Assert.Null(BatchText.YesOrNo("perhaps"));
}
