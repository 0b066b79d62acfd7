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

    [Theory]
    [InlineData("2034-11-30", CardExpiry.Good)]
    [InlineData("2034-12-01", CardExpiry.Soon)]
    [InlineData("2034-12-23", CardExpiry.Soon)]
    [InlineData("2034-12-24", CardExpiry.VerySoon)]
    [InlineData("2034-12-31", CardExpiry.VerySoon)]
    [InlineData("2035-01-01", CardExpiry.Expired)]
    public void It_warns_30_and_7_days_before_its_last_day(string today, CardExpiry expected) =>
        Assert.Equal(expected, new Card("visa", "4242", 12, 2034).ExpiryOn(DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture)));
}
