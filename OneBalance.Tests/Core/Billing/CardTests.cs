using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

public sealed class CardTests
{
    [Theory]
    [InlineData(2028, 2, "2028-02-29", false)]
    [InlineData(2028, 2, "2028-03-01", true)]
    [InlineData(2026, 12, "2026-12-31", false)]
    [InlineData(2026, 12, "2027-01-01", true)]
    public void A_card_is_good_until_the_end_of_its_month(int year, int month, string today, bool expired) =>
        Assert.Equal(expired, new Card("visa", "4242", month, year).IsExpired(DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture)));
}
