using OneBalance.Core;

namespace OneBalance.Web.Data.Model;

/// <summary>A mail to be sent: written in the transaction that causes it, sent afterwards, so none is lost.</summary>
public sealed class OutgoingMail
{
    public Guid Id { get; set; }

    /// <summary>Whose account it is about; null when it concerns none, e.g. a mail to support.</summary>
    public MerchantId? MerchantId { get; set; }

    public required string To { get; set; }

    public required string Subject { get; set; }

    /// <summary>Empty once it is no longer kept.</summary>
    public required string TextBody { get; set; }

    /// <summary>Empty once it is no longer kept.</summary>
    public required string HtmlBody { get; set; }

    /// <summary>Its link lets whoever has it in: both bodies are blanked as soon as it is sent.</summary>
    public bool BearsSecret { get; set; }

    /// <summary>Where one press ends mails of this kind; null for mails that are always sent.</summary>
    public string? UnsubscribeUrl { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Handed to the pickup folder or the mail server; null until then.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Not to be taken up before this: now for a new mail, later while a sender has it in hand or after a failure.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    public int Attempts { get; set; }
}
