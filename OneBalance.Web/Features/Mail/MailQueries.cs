using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Mail;

/// <summary>The mails written, for the development page that stands in for an inbox.</summary>
public sealed class MailQueries(IDbContextFactory<AppDbContext> contexts)
{
    public const int Most = 50;

    /// <summary>Newest first, at most <see cref="Most"/>.</summary>
    public async Task<IReadOnlyList<MailRow>> LatestAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.OutgoingMails
            .OrderByDescending(mail => mail.CreatedAt)
            .Take(Most)
            .Select(mail => new MailRow(mail.Id, mail.To, mail.Subject, mail.TextBody, mail.CreatedAt, mail.SentAt))
            .ToListAsync(ct);
    }

    /// <summary>Null when there is no such mail.</summary>
    public async Task<string?> HtmlAsync(Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.OutgoingMails.Where(mail => mail.Id == id).Select(mail => mail.HtmlBody).SingleOrDefaultAsync(ct);
    }
}

public sealed record MailRow(Guid Id, string To, string Subject, string Text, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);
