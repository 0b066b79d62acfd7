using Microsoft.Extensions.Localization;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Web.Components.Account;

/// <summary>Says what is wrong with an e-mail address or a password.</summary>
internal static class CredentialPhrases
{
    public static string? Email(this IStringLocalizer<AccountTexts> texts, IEnumerable<CredentialProblem> problems) =>
        Phrase(texts, problems, problem => problem is CredentialProblem.EmailMissing or CredentialProblem.EmailMalformed);

    public static string? Password(this IStringLocalizer<AccountTexts> texts, IEnumerable<CredentialProblem> problems) =>
        Phrase(texts, problems, problem => problem is CredentialProblem.PasswordMissing or CredentialProblem.PasswordTooShort
            or CredentialProblem.PasswordTooLong or CredentialProblem.PasswordTooUniform);

    private static string? Phrase(IStringLocalizer<AccountTexts> texts, IEnumerable<CredentialProblem> problems, Func<CredentialProblem, bool> concerns) =>
        problems.Where(concerns).Select(problem => (CredentialProblem?)problem).FirstOrDefault() is { } found
            ? texts[$"Problem.{found}", Credentials.PasswordShortest, Credentials.PasswordLongest, Credentials.PasswordDistinct].Value
            : null;
}
