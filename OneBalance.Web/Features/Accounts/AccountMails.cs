using System.Globalization;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;

namespace OneBalance.Web.Features.Accounts;

/// <summary>The mails of sign-up and sign-in, in the reader's language.</summary>
public sealed class AccountMails(Outbox outbox, IStringLocalizer<AccountMailTexts> texts)
{
    public void ConfirmEmail(AppDbContext db, AppUser to, string link) => Add(db, to, to.Email!, "Confirm", link);

    /// <summary>Somebody signed up with an address that has an account: its owner is told, the page is not.</summary>
    public void AlreadySignedUp(AppDbContext db, AppUser to, string link) => Add(db, to, to.Email!, "Already", link);

    public void ResetPassword(AppDbContext db, AppUser to, string link) => Add(db, to, to.Email!, "Reset", link);

    public void PasswordChanged(AppDbContext db, AppUser to, string link) => Add(db, to, to.Email!, "Changed", link);

    /// <summary>To the address the person wants to use from now on.</summary>
    public void ConfirmEmailChange(AppDbContext db, AppUser user, string newEmail, string link) => Add(db, user, newEmail, "NewEmail", link);

    public void Wake() => outbox.Wake();

    private void Add(AppDbContext db, AppUser user, string to, string kind, string link)
    {
        var language = user.Language;
        var culture = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language.CultureName());
        try
        {
            outbox.Add(db, user.MerchantId, to, new MailText(
                language,
                texts[$"{kind}.Subject"],
                [texts[$"{kind}.Before"]],
                new MailLink(texts[$"{kind}.Link"], link),
                [texts[$"{kind}.After"]]), bearsSecret: true);
        }
        finally
        {
            CultureInfo.CurrentUICulture = culture;
        }
    }
}
