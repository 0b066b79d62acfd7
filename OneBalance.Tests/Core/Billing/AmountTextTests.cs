using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

public sealed class AmountTextTests
{
    [Theory]
    [InlineData("25", 25_00L)]
    [InlineData(" 25.5 ", 25_50L)]
    [InlineData("25.50", 25_50L)]
    [InlineData("$25.00", 25_00L)]
    [InlineData("1,234.50", 1_234_50L)]
    [InlineData("25,50", 25_50L)]
    [InlineData("0", 0L)]
    [InlineData("25.505", null)]
    [InlineData("1,23.00", null)]
    [InlineData("-25", null)]
    [InlineData("", null)]
    [InlineData("abc", null)]
    [InlineData("1e3", null)]
    [InlineData("99999999999", null)]
    public void English(string typed, long? cents) => Assert.Equal(cents, AmountText.Read(typed, Language.English)?.Cents);

    [Theory]
    [InlineData("25", 25_00L)]
    [InlineData("25,5", 25_50L)]
    [InlineData("25,50 $", 25_50L)]
    [InlineData("25,50\u00A0$", 25_50L)]
    [InlineData("1 234,50", 1_234_50L)]
    [InlineData("1\u202F234,50", 1_234_50L)]
    [InlineData("25.50", 25_50L)]
    [InlineData("1,234", null)]
    [InlineData("1.234,50", null)]
    [InlineData("12 34", null)]
    public void French(string typed, long? cents) => Assert.Equal(cents, AmountText.Read(typed, Language.French)?.Cents);
}
