using MailKit.Net.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.Options;
using MimeKit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;

namespace OneBalance.Web.Integrations.Email;

/// <summary>
/// Sends what lies in the outbox. A mail is claimed before it is handed over (no second sender takes it meanwhile) and
/// marked after: a crash between the two sends it again when the claim runs out, so none is lost. Failures wait longer
/// each time and are tried for about two weeks.
/// </summary>
internal sealed class MailSender(
    IDbContextFactory<AppDbContext> contexts,
    IMailTransport transport,
    Outbox outbox,
    IOptions<MailOptions> options,
    TimeProvider time,
    ILogger<MailSender> logger) : BackgroundService
{
    public const int MostAttempts = Outbox.MostAttempts;

    /// <summary>What handing one mail over may take in all.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Longer than <see cref="Limit"/>: while a slow server is at it, no second sender takes the mail.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await SendNextAsync(stoppingToken))
                {
                }

                await outbox.WaitAsync(LookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The database is away: the sender must outlive that.
                logger.LogError(exception, "Looking for mails to send failed");
                await Task.Delay(LookEvery, CancellationToken.None);
            }
        }
    }

    /// <summary>Sends one mail that is due; false when there is none.</summary>
    internal async Task<bool> SendNextAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var mail = await db.OutgoingMails.AsNoTracking()
            .Where(m => m.SentAt == null && m.NextAttemptAt <= now && m.Attempts < MostAttempts)
            .OrderBy(m => m.NextAttemptAt)
            .FirstOrDefaultAsync(ct);
        if (mail is null)
        {
            return false;
        }

        // Only one of several senders finds the row as it was read.
        var until = now + Claim;
        int claimed = await db.OutgoingMails
            .Where(m => m.Id == mail.Id && m.SentAt == null && m.Attempts == mail.Attempts)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Attempts, m => m.Attempts + 1).SetProperty(m => m.NextAttemptAt, until), ct);
        if (claimed == 0)
        {
            return true;
        }

        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            await transport.SendAsync(mail.Id, Compose(mail), either.Token);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            // Whatever the server or the disk has against it: this mail waits, the others go on.
            logger.LogWarning("Mail {MailId} was not sent at attempt {Attempt}: {Failure}", mail.Id, mail.Attempts + 1, Failure(exception));
            var next = time.GetUtcNow() + WaitAfter(mail.Attempts + 1);
            bool givenUp = mail.Attempts + 1 >= MostAttempts;
            await UpdateAsync(db, mail, blank: givenUp && mail.BearsSecret, set => set.SetProperty(m => m.NextAttemptAt, next), ct);
            return true;
        }

        var sent = time.GetUtcNow();
        await UpdateAsync(db, mail, blank: mail.BearsSecret, set => set.SetProperty(m => m.SentAt, sent), CancellationToken.None);
        return true;
    }

    /// <summary>What went wrong, without the words: servers like to quote the address they refuse.</summary>
    internal static string Failure(Exception exception) => exception switch
    {
        SmtpCommandException refused => $"{nameof(SmtpCommandException)} {(int)refused.StatusCode} ({refused.ErrorCode})",
        { InnerException: { } inner } => $"{exception.GetType().Name} of {inner.GetType().Name}",
        _ => exception.GetType().Name,
    };

    /// <summary>In one step with what happened: a secret does not outlive its sending in the database.</summary>
    private static Task<int> UpdateAsync(AppDbContext db, OutgoingMail mail, bool blank, Action<UpdateSettersBuilder<OutgoingMail>> happened, CancellationToken ct) =>
        db.OutgoingMails.Where(m => m.Id == mail.Id).ExecuteUpdateAsync(
            set =>
            {
                happened(set);
                if (blank)
                {
                    set.SetProperty(m => m.TextBody, "").SetProperty(m => m.HtmlBody, "");
                }
            },
            ct);

    /// <summary>1, 2, 4, ... minutes, at most a day.</summary>
    internal static TimeSpan WaitAfter(int attempts) =>
        attempts > 11 ? LongestWait : TimeSpan.FromMinutes(Math.Min(LongestWait.TotalMinutes, 1 << (attempts - 1)));

    private MimeMessage Compose(OutgoingMail mail)
    {
        var from = MailboxAddress.Parse(options.Value.From);
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            Date = mail.CreatedAt,
            MessageId = $"{mail.Id:n}@{from.Domain}",
            Body = new BodyBuilder { TextBody = mail.TextBody, HtmlBody = mail.HtmlBody }.ToMessageBody(),
        };
        if (mail.UnsubscribeUrl is { } unsubscribe)
        {
            // RFC 2369 and RFC 8058: the mail program shows a button that ends these mails with one click.
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(mail.To));
        return message;
    }
}
