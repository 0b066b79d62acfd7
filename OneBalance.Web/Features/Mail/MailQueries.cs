using Microsoft.EntityFrameworkCore;
using MimeKit;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Mail;

/// <summary>
/// The mails written, for the development page that stands in for an inbox. Texts that are not kept once they are sent are read
/// where an inbox has them: in the folder mails are put into while there is no mail server.
/// </summary>
public sealed class MailQueries(IDbContextFactory<AppDbContext> contexts, DataFolder data)
{
    public const int Most = 50;

    /// <summary>Newest first, at most <see cref="Most"/>.</summary>
    public async Task<IReadOnlyList<MailRow>> LatestAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var mails = await db.OutgoingMails
            .OrderByDescending(mail => mail.CreatedAt)
            .Take(Most)
            .Select(mail => new MailRow(mail.Id, mail.To, mail.Subject, mail.TextBody, mail.CreatedAt, mail.SentAt))
            .ToListAsync(ct);
        return await Task.WhenAll(mails.Select(async mail => mail.Text.Length > 0 ? mail : mail with { Text = (await DeliveredAsync(mail.Id, ct))?.TextBody ?? "" }));
    }

    /// <summary>Null when there is no such mail.</summary>
    public async Task<string?> HtmlAsync(Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.OutgoingMails.Where(mail => mail.Id == id).Select(mail => mail.HtmlBody).SingleOrDefaultAsync(ct) is { } kept
            ? kept.Length > 0 ? kept : (await DeliveredAsync(id, ct))?.HtmlBody ?? ""
            : null;
    }

    private async Task<MimeMessage?> DeliveredAsync(Guid id, CancellationToken ct)
    {
        string file = Path.Combine(data.File("mail"), $"{id:n}.eml");
        return File.Exists(file) ? await MimeMessage.LoadAsync(file, ct) : null;
    }
}

public sealed record MailRow(Guid Id, string To, string Subject, string Text, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);
