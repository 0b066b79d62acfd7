using OneBalance.Core.Team;

namespace OneBalance.Tests.Core.Team;

public sealed class InvitationRulesTests
{
    private static readonly DateTimeOffset Expires = new(2026, 11, 30, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_invitation_is_valid_for_seven_days() => Assert.Equal(TimeSpan.FromDays(7), InvitationRules.ValidFor);

    [Fact]
    public void It_is_open_until_the_moment_it_expires_and_not_at_it()
    {
        Assert.Equal(InvitationState.Open, InvitationRules.StateOf(Expires, null, null, Expires.AddTicks(-1)));
        Assert.Equal(InvitationState.Expired, InvitationRules.StateOf(Expires, null, null, Expires));
    }

    [Fact]
    public void Accepted_and_withdrawn_stay_so_however_old()
    {
        Assert.Equal(InvitationState.Accepted, InvitationRules.StateOf(Expires, Expires.AddDays(-1), null, Expires.AddYears(1)));
        Assert.Equal(InvitationState.Withdrawn, InvitationRules.StateOf(Expires, null, Expires.AddDays(-1), Expires.AddYears(1)));
    }
}
