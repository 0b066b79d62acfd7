using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

public sealed class CardNumbersTests
{
    [Theory]
    [InlineData("4242424242424242", "****4242")]
    [InlineData("4242 4242 4242 4242", "****4242")]
    [InlineData("4242-4242-4242-4242", "****4242")]
    [InlineData("pi_4242424242424242", "pi_****4242")]
    [InlineData("card: 378282246310005.", "card: ****0005.")]
    [InlineData("4222222222222", "****2222")]
    [InlineData("6304000000000000000", "****0000")]
    [InlineData("4242424242424242, 5555555555554444", "****4242, ****4444")]
    [InlineData("4242 4242 4242 4242 7", "****4242 7")]
    public void A_card_number_is_kept_by_its_last_four_digits_alone(string text, string masked) => Assert.Equal(masked, CardNumbers.Mask(text));

    [Theory]
    [InlineData("")]
    [InlineData("evt_1PgafTB7WZ01zgkW")]
    [InlineData("pi_3Q4242424242424242x")]
    [InlineData("x4242424242424242")]
    [InlineData("4242424242424241")]
    [InlineData("422222222222")]
    [InlineData("42424242424242424242")]
    [InlineData("4242  4242  4242  4242")]
    [InlineData("7 of 4242, due 1795000000")]
    public void Ids_other_numbers_and_digits_without_their_check_digit_stay(string text) => Assert.Equal(text, CardNumbers.Mask(text));
}
