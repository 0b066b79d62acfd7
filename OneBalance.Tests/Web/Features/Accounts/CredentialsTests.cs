using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Features.Accounts;

public sealed class CredentialsTests
{
    [Theory]
    [InlineData("someone@example.com")]
    [InlineData("first.last+tag@mail.example.ca")]
    [InlineData("o'neil@example.com")]
    public void An_email_address_is_taken(string email) => Assert.Empty(Credentials.CheckEmail(email));

    [Theory]
    [InlineData("", CredentialProblem.EmailMissing)]
    [InlineData("someone", CredentialProblem.EmailMalformed)]
    [InlineData("someone@localhost", CredentialProblem.EmailMalformed)]
    [InlineData("some one@example.com", CredentialProblem.EmailMalformed)]
    [InlineData("Someone <someone@example.com>", CredentialProblem.EmailMalformed)]
    [InlineData("a@example.com\r\nBcc: b@example.com", CredentialProblem.EmailMalformed)]
    public void What_is_no_email_address_is_refused(string email, CredentialProblem problem) =>
        Assert.Equal([problem], Credentials.CheckEmail(email));

    [Theory]
    [InlineData("123456789", CredentialProblem.PasswordTooShort)]
    [InlineData("", CredentialProblem.PasswordMissing)]
    [InlineData("abcdabcdabcd", CredentialProblem.PasswordTooUniform)]
    public void A_weak_password_is_refused(string password, CredentialProblem problem) =>
        Assert.Equal([problem], Credentials.CheckPassword(password));

    [Fact]
    public void A_password_has_10_to_128_characters()
    {
        Assert.Empty(Credentials.CheckPassword("abcdefghij"));
        Assert.Empty(Credentials.CheckPassword(new string('a', 124) + "bcde"));
        Assert.Equal([CredentialProblem.PasswordTooLong], Credentials.CheckPassword(new string('a', 125) + "bcde"));
    }
}
