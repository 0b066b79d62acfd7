namespace OneBalance.Core.Team;

/// <summary>How an invitation stands.</summary>
public enum InvitationState
{
    Open,
    Expired,
    Accepted,
    Withdrawn,
}

/// <summary>
/// How long an invitation stands: open for 7 days from the last mail, the last moment excluded, unless it was accepted or
/// withdrawn before; accepted once.
/// </summary>
public static class InvitationRules
{
    public static readonly TimeSpan ValidFor = TimeSpan.FromDays(7);

    /// <summary>Not sooner than this after the last mail is another one sent.</summary>
    public static readonly TimeSpan SendAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Members and open invitations of one merchant, the owner included.</summary>
    public const int MostPeople = 50;

    /// <summary>Letters of a name.</summary>
    public const int NameLength = 80;

    public static InvitationState StateOf(DateTimeOffset expiresAt, DateTimeOffset? acceptedAt, DateTimeOffset? withdrawnAt, DateTimeOffset now) =>
        acceptedAt is not null ? InvitationState.Accepted
        : withdrawnAt is not null ? InvitationState.Withdrawn
        : now >= expiresAt ? InvitationState.Expired
        : InvitationState.Open;
}
