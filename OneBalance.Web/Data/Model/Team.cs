using OneBalance.Core;
using OneBalance.Core.Team;

namespace OneBalance.Web.Data.Model;

/// <summary>A person who acts for a merchant. A user belongs to one merchant; a merchant has one owner, who stays.</summary>
public sealed class Membership
{
    public MerchantId MerchantId { get; set; }

    public required string UserId { get; set; }

    /// <summary>Has every right, whatever <see cref="Rights"/> says, and cannot be removed.</summary>
    public bool IsOwner { get; set; }

    public MerchantRight Rights { get; set; }

    /// <summary>As the person gave it when joining; empty for an owner, whom the business's name stands for.</summary>
    public string Name { get; set; } = "";

    public DateTimeOffset AddedAt { get; set; }

    /// <summary>Changes with every save; a stale writer fails instead of overwriting.</summary>
    public int Version { get; set; }
}

/// <summary>An invitation by mail to act for a merchant: open until accepted, withdrawn, or a week old.</summary>
public sealed class Invitation
{
    public MerchantId MerchantId { get; set; }

    public Guid Id { get; set; }

    /// <summary>As typed by whoever invites; compared without regard to case.</summary>
    public required string Email { get; set; }

    public required string NormalizedEmail { get; set; }

    public MerchantRight Rights { get; set; }

    /// <summary>Of the mail and of the page it leads to.</summary>
    public Language Language { get; set; }

    /// <summary>Digest of the secret in the link that was sent last; older links are void.</summary>
    public required byte[] SecretDigest { get; set; }

    public required string InvitedBy { get; set; }

    public DateTimeOffset SentAt { get; set; }

    /// <summary>From this moment on the link is void; sending again moves it.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? AcceptedAt { get; set; }

    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>Changes with every save; a stale writer fails instead of overwriting.</summary>
    public int Version { get; set; }
}
