using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Mail;

/// <summary>
/// Mails to be sent. A use case adds one to the context that saves its cause, so that both are stored or neither; the
/// sender finds it afterwards, also after a crash.
/// </summary>
public sealed class Outbox(TimeProvider time)
{
    /// <summary>How often a mail is tried: over about two weeks.</summary>
    public const int MostAttempts = 20;

    private readonly SemaphoreSlim _waiting = new(0, 1);

    /// <summary>Adds the mail to the context; the caller saves, then calls <see cref="Wake"/>.</summary>
    /// <param name="about">Whose account it is about; null when it concerns none.</param>
    /// <param name="unsubscribeUrl">Where one press ends mails of this kind; null for mails that are always sent.</param>
    /// <param name="bearsSecret">Its link lets whoever has it in: the text is not kept once it is sent.</param>
    public void Add(AppDbContext db, MerchantId? about, string to, MailText text, string? unsubscribeUrl = null, bool bearsSecret = false)
    {
        var now = time.GetUtcNow();
        db.OutgoingMails.Add(new OutgoingMail
        {
            Id = Guid.CreateVersion7(),
            MerchantId = about,
            BearsSecret = bearsSecret,
            To = to,
            Subject = text.Subject,
            TextBody = text.ToText(),
            HtmlBody = text.ToHtml(),
            UnsubscribeUrl = unsubscribeUrl,
            CreatedAt = now,
            NextAttemptAt = now,
        });
    }

    /// <summary>Tells the sender that there is something to send. Forgetting it only delays the mail until the next look.</summary>
    public void Wake()
    {
        try
        {
            _waiting.Release();
        }
        catch (SemaphoreFullException)
        {
            // The sender has been told already.
        }
    }

    /// <summary>Returns when woken, or after <paramref name="most"/>.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken ct) => _waiting.WaitAsync(most, ct);
}
