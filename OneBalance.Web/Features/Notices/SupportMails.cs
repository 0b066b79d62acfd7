using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Notices;

/// <summary>What a mail to support says, in its reader's language.</summary>
public sealed record SupportWords(string Subject, string Text, string Link);

/// <summary>Writes to everybody of support whose address is confirmed, each in their language.</summary>
public sealed class SupportMails(Outbox outbox, SiteAddress site)
{
    /// <summary>Adds the mails to the context; the caller saves, then calls <see cref="Wake"/>.</summary>
    /// <param name="path">Where the work is done; a path of ours.</param>
    /// <returns>False when there is nobody to write to: then nobody has been told.</returns>
    public async Task<bool> AddAsync(AppDbContext db, Func<Formats, SupportWords> words, string path, CancellationToken ct)
    {
        string[] roles = [Roles.Support, Roles.Supervisor];
        var readers = await db.Users.AsNoTracking()
            .Where(user => user.EmailConfirmed && db.UserRoles.Any(link => link.UserId == user.Id && db.Roles.Any(role => role.Id == link.RoleId && roles.Contains(role.Name!))))
            .ToListAsync(ct);
        foreach (var reader in readers)
        {
            using var spoken = new SpokenIn(reader.Language);
            var said = words(SpokenIn.Formats);
            outbox.Add(db, null, reader.Email!, new MailText(reader.Language, said.Subject, [said.Text], new MailLink(said.Link, site.To(path)), []));
        }

        return readers.Count > 0;
    }

    public void Wake() => outbox.Wake();
}
