using OneBalance.Web.Emulators.CanadaPost;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

public sealed class CheckDigitsTests
{
    [Theory]
    [InlineData("0007023210", 3_941_460, "7023210039414604")]
    [InlineData("0007035114", 47_713_847, "7035114477138472")]
    [InlineData("0001371134", 58_376_992, "1371134583769923")]
    public void A_tracking_number_ends_in_the_digit_of_published_ones(string customer, long sequence, string published) =>
        Assert.Equal(published, CheckDigits.TrackingPin(customer, sequence));

    [Theory]
    [InlineData("12345678", 5)]
    [InlineData("47312482", 9)]
    public void The_postal_unions_item_number_has_its_own(string serial, int check) => Assert.Equal(check, CheckDigits.S10(serial));
}
