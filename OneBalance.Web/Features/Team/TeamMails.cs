using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Team;

/// <summary>The mails about teams. They go into the caller's context: stored with what they tell of, or not at all.</summary>
public sealed class TeamMails(Outbox outbox, SiteAddress site, IStringLocalizer<TeamTexts> texts)
{
    /// <param name="code">The link's secret.</param>
    /// <param name="by">Who invites, by e-mail address.</param>
    public void Invited(AppDbContext db, Invitation invitation, string code, string business, string by)
    {
        using var spoken = new SpokenIn(invitation.Language);
        string rights = invitation.Rights == MerchantRight.None
            ? texts["Mail.Invited.NoRights"]
            : texts["Mail.Invited.Rights", string.Join(", ", Rights.All.Where(right => (invitation.Rights & right) != 0).Select(right => texts[$"Right.{right}"].Value))];
        outbox.Add(db, invitation.MerchantId, invitation.Email, new MailText(
            invitation.Language,
            texts["Mail.Invited.Subject", business],
            [texts["Mail.Invited.Before", by, business], rights],
            new MailLink(texts["Mail.Invited.Link"], site.To($"/Account/AcceptInvitation?code={code}")),
            [texts["Mail.Invited.After", SpokenIn.Formats.DateTime(invitation.ExpiresAt)]]), bearsSecret: true);
    }

    /// <summary>To a person who no longer belongs to the team.</summary>
    public void Removed(AppDbContext db, MerchantId merchant, string to, Language language, string business)
    {
        using var spoken = new SpokenIn(language);
        outbox.Add(db, merchant, to, new MailText(language, texts["Mail.Removed.Subject", business], [texts["Mail.Removed.Before", business]], null, [texts["Mail.Removed.After"]]));
    }

    /// <summary>To the owner, when somebody has joined.</summary>
    public void Joined(AppDbContext db, MerchantId merchant, string to, Language language, string business, string name, string email)
    {
        using var spoken = new SpokenIn(language);
        outbox.Add(db, merchant, to, new MailText(
            language,
            texts["Mail.Joined.Subject", name],
            [texts["Mail.Joined.Before", name, email, business]],
            new MailLink(texts["Mail.Joined.Link"], site.To("/settings/team")),
            [texts["Mail.Joined.After"]]));
    }

    /// <summary>Tells the sender; after the caller has saved.</summary>
    public void Wake() => outbox.Wake();
}
