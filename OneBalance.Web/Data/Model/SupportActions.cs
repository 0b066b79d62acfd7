using OneBalance.Core;
using OneBalance.Core.Support;

namespace OneBalance.Web.Data.Model;

/// <summary>Something support does to an account through the ledger: stored before the ledger is asked, with who and why.</summary>
public sealed class SupportAction
{
    public MerchantId MerchantId { get; set; }

    /// <summary>Chosen before the attempt: the ledger's key derives from it.</summary>
    public Guid Id { get; set; }

    public SupportActionKind Kind { get; set; }

    public SupportActionState State { get; set; }

    /// <summary>Of a goodwill credit.</summary>
    public Money? Amount { get; set; }

    /// <summary>Of a correction: the key of the transfer to reverse.</summary>
    public string? Reversed { get; set; }

    public required string Reason { get; set; }

    public required string UserId { get; set; }

    public required string Email { get; set; }

    public string? Address { get; set; }

    public DateTimeOffset AskedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Name of the ledger's refusal.</summary>
    public string? Refusal { get; set; }

    public int Version { get; set; }
}
