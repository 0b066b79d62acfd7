using OneBalance.Core;
using OneBalance.Core.Audit;

namespace OneBalance.Web.Data.Model;

/// <summary>One line of the audit trail. The database refuses to change or remove it.</summary>
public sealed class AuditEntry
{
    /// <summary>In order of time (version 7).</summary>
    public Guid Id { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Who: the user's id, kept also when the user is gone.</summary>
    public required string UserId { get; set; }

    /// <summary>Who, as they were called at the time.</summary>
    public required string Email { get; set; }

    /// <summary>From where: the network address; null when it was not the network (a verb, a sweep).</summary>
    public string? Address { get; set; }

    public AuditAction Action { get; set; }

    /// <summary>Whose account; null when it concerns the platform.</summary>
    public MerchantId? MerchantId { get; set; }

    /// <summary>What, e.g. <c>label/{32 hex digits}</c> or <c>user/someone@example.com</c>.</summary>
    public required string Subject { get; set; }

    /// <summary>Why, in the actor's words.</summary>
    public string? Reason { get; set; }

    /// <summary>What search looks in: subject and reason without accents, in lower case.</summary>
    public string SearchText { get; set; } = "";

    /// <summary>JSON; null when there was nothing before.</summary>
    public string? Before { get; set; }

    /// <summary>JSON; null when nothing is left after.</summary>
    public string? After { get; set; }
}
