using OneBalance.Core.Team;

namespace OneBalance.Tests.Core.Team;

public sealed class RightsTests
{
    private const MerchantRight Buy = MerchantRight.BuyLabels;
    private const MerchantRight See = MerchantRight.SeeBalance;
    private const MerchantRight Bill = MerchantRight.ManageBilling;
    private const MerchantRight Take = MerchantRight.Export;
    private const MerchantRight Team = MerchantRight.ManageTeam;

    /// <summary>Each of the 32 combinations, as the bits of 0 to 31.</summary>
    public static TheoryData<int> Combinations => [.. Enumerable.Range(0, 32)];

    [Theory, MemberData(nameof(Combinations))]
    public void A_member_may_what_is_given_and_what_that_includes(int bits)
    {
        var rights = Rights.Member((MerchantRight)bits);

        Assert.Equal((bits & 1) != 0, rights.Allow(Buy));
        Assert.Equal((bits & 2) != 0 || (bits & 4) != 0 || (bits & 8) != 0, rights.Allow(See));
        Assert.Equal((bits & 4) != 0, rights.Allow(Bill));
        Assert.Equal((bits & 8) != 0, rights.Allow(Take));
        Assert.Equal((bits & 16) != 0, rights.Allow(Team));
        Assert.True(rights.MayAct);
    }

    [Theory, MemberData(nameof(Combinations))]
    public void Whoever_looks_on_sees_and_changes_nothing_whatever_is_given(int bits)
    {
        var rights = Rights.Looker with { Given = (MerchantRight)bits | See };

        Assert.Equal([See], Rights.All.Where(rights.Allow));
        Assert.False(rights.MayAct);
        Assert.False(rights.MayGive(MerchantRight.None));
    }

    [Fact]
    public void The_owner_has_every_right() => Assert.Equal(Rights.All, Rights.All.Where(Rights.Owner.Allow));

    [Fact]
    public void Nobody_has_none_and_may_not_look()
    {
        Assert.DoesNotContain(true, Rights.All.Select(Rights.Nobody.Allow));
        Assert.False(Rights.Nobody.In);
        Assert.False(Rights.Nobody.MayAct);
    }

    [Fact]
    public void Bits_without_a_meaning_give_nothing() => Assert.Equal(Rights.Member(Buy), Rights.Member((MerchantRight)(1 | 32 | 64)));

    [Fact]
    public void Every_right_that_can_be_given_is_shown() =>
        Assert.Equal(Enum.GetValues<MerchantRight>().Where(right => right != MerchantRight.None), Rights.All);

    [Theory]
    [InlineData(Team, MerchantRight.None, true)]
    [InlineData(Team, Team, true)]
    [InlineData(Team, Buy, false)]
    [InlineData(Team | Buy, Buy, true)]
    [InlineData(Team | Buy, Buy | Bill, false)]
    [InlineData(Buy | Bill, Buy, false)]
    [InlineData(Team | Bill, See, true)]
    [InlineData(Team | Take, See | Take, true)]
    [InlineData(Team | See, Bill, false)]
    public void Who_manages_the_team_gives_no_more_than_they_have(MerchantRight own, MerchantRight given, bool allowed) =>
        Assert.Equal(allowed, Rights.Member(own).MayGive(given));

    [Theory]
    [InlineData(MerchantRight.None)]
    [InlineData(Buy | See)]
    public void One_right_is_asked_for_at_a_time(MerchantRight asked) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Rights.Owner.Allow(asked));
}
