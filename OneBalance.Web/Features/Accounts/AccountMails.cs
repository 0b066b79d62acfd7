using System.Globalization;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Mail;

namespace OneBalance.Web.Features.Accounts;

/// <summary>The mails of sign-up and sign-in, in the reader's language.</summary>
public sealed class AccountMails(Outbox outbox, IStringLocalizer<AccountMailTexts> texts)
{
    public void ConfirmEmail(AppDbContext db, string to, Language language, string link) =>
        Add(db, to, language, "Confirm", link);

    /// <summary>Somebody signed up with an address that has an account: its owner is told, the page is not.</summary>
    public void AlreadySignedUp(AppDbContext db, string to, Language language, string link) =>
        Add(db, to, language, "Already", link);

    public void ResetPassword(AppDbContext db, string to, Language language, string link) =>
        Add(db, to, language, "Reset", link);

    public void PasswordChanged(AppDbContext db, string to, Language language, string link) =>
        Add(db, to, language, "Changed", link);

    public void ConfirmEmailChange(AppDbContext db, string to, Language language, string link) =>
        Add(db, to, language, "NewEmail", link);

    public void Wake() => outbox.Wake();

    private void Add(AppDbContext db, string to, Language language, string kind, string link)
    {
        var culture = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language.CultureName());
        try
        {
            outbox.Add(db, to, new MailText(
                language,
                texts[$"{kind}.Subject"],
                [texts[$"{kind}.Before"]],
                new MailLink(texts[$"{kind}.Link"], link),
                [texts[$"{kind}.After"]]));
        }
        finally
        {
            CultureInfo.CurrentUICulture = culture;
        }
    }
}
