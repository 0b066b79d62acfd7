using OneBalance.Core;

namespace OneBalance.Tests.Core;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0.004", 0)]
    [InlineData("0.005", 1)]
    [InlineData("-0.005", -1)]
    [InlineData("0.015", 2)]
    [InlineData("0.025", 3)]
    [InlineData("-2.675", -268)]
    [InlineData("12.344999", 1234)]
    public void Halves_of_a_cent_are_rounded_away_from_zero(string dollars, long cents) =>
        Assert.Equal(new Money(cents), Money.RoundFromDollars(Dollars(dollars)));

    [Theory]
    [InlineData("12.34", 1234)]
    [InlineData("12.340", 1234)]
    [InlineData("-0.01", -1)]
    public void Dollars_are_taken_to_the_cent(string dollars, long cents) => Assert.Equal(new Money(cents), Money.FromDollars(Dollars(dollars)));

    [Theory]
    [InlineData("12.345")]
    [InlineData("-0.001")]
    public void A_fraction_of_a_cent_is_a_mistake(string dollars) => Assert.Throws<ArgumentException>(() => Money.FromDollars(Dollars(dollars)));

    [Theory]
    [InlineData(10_00, "13", 130)]
    [InlineData(10_50, "5", 53)]
    [InlineData(-10_50, "5", -53)]
    [InlineData(1_00, "9.975", 10)]
    [InlineData(1, "49", 0)]
    [InlineData(1, "50", 1)]
    public void A_share_is_rounded_like_any_amount(long cents, string percent, long share) =>
        Assert.Equal(new Money(share), new Money(cents).Percent(Dollars(percent)));

    [Fact]
    public void An_amount_never_wraps()
    {
        var most = new Money(long.MaxValue);
        var least = new Money(long.MinValue);

        Assert.Throws<OverflowException>(() => most + new Money(1));
        Assert.Throws<OverflowException>(() => least - new Money(1));
        Assert.Throws<OverflowException>(() => -least);
        Assert.Throws<OverflowException>(() => new[] { most, new Money(1) }.Sum());
        Assert.Throws<OverflowException>(() => Money.FromDollars(1e24m));
        Assert.Equal(long.MaxValue, (most - Money.Zero).Cents);
    }

    private static decimal Dollars(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
