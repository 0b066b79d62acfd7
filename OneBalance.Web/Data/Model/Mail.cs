namespace OneBalance.Web.Data.Model;

/// <summary>A mail to be sent: written in the transaction that causes it, sent afterwards, so none is lost.</summary>
public sealed class OutgoingMail
{
    public Guid Id { get; set; }

    public required string To { get; set; }

    public required string Subject { get; set; }

    public required string TextBody { get; set; }

    public required string HtmlBody { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public int Attempts { get; set; }
}
