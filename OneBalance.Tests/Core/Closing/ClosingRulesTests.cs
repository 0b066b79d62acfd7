using OneBalance.Core;
using OneBalance.Core.Closing;

namespace OneBalance.Tests.Core.Closing;

/// <summary>What blocks a closing, who may approve it, and what it does next.</summary>
public sealed class ClosingRulesTests
{
    private static readonly ClosingFacts Settled = new(Money.Zero, Money.Zero, 0, 0, 0, 0);
    private static readonly Guid Lot = Guid.ParseExact("0193573f6a7b7c11a0b2000000000001", "N");

    public static TheoryData<ClosingFacts, ClosingBlocker> Pending => new()
    {
        { Settled with { Held = new(1) }, ClosingBlocker.HeldMoney },
        { Settled with { Purchases = 1 }, ClosingBlocker.Purchases },
        { Settled with { Claims = 1 }, ClosingBlocker.Claims },
        { Settled with { Disputes = 1 }, ClosingBlocker.Disputes },
        { Settled with { TopUps = 1 }, ClosingBlocker.TopUps },
        { Settled with { Owed = new(1) }, ClosingBlocker.Debt },
    };

    [Theory, MemberData(nameof(Pending))]
    public void Whatever_pends_blocks_approval(ClosingFacts facts, ClosingBlocker blocker) =>
        Assert.Equal([blocker], Assert.IsType<ApprovalDecision.Blocked>(Decide(facts, 10_00, "bea")).Blockers);

    [Fact]
    public void At_the_limit_the_maker_may_approve_and_a_cent_above_only_a_second_person()
    {
        Assert.IsType<ApprovalDecision.Approve>(Decide(Settled, 100_00, "ann"));
        Assert.Equal(new ApprovalDecision.SecondPersonNeeded(new(100_00)), Decide(Settled, 100_01, "ann"));
        Assert.IsType<ApprovalDecision.Approve>(Decide(Settled, 100_01, "bea"));
    }

    [Fact]
    public void What_the_approver_saw_must_still_be_so() =>
        Assert.Equal(
            new ApprovalDecision.AmountChanged(new(20_00)),
            ClosingRules.Approve(ClosingState.Closing, Settled, new(20_00), new(10_00), new(100_00), "ann", "bea"));

    [Fact]
    public void Only_a_closing_one_is_approved_and_only_until_then_it_is_withdrawn()
    {
        foreach (var state in Enum.GetValues<ClosingState>())
        {
            bool approves = ClosingRules.Approve(state, Settled, new(1_00), new(1_00), new(100_00), "ann", "bea") is ApprovalDecision.Approve;
            Assert.Equal(state == ClosingState.Closing, approves);
            Assert.Equal(state is ClosingState.Requested or ClosingState.Opening or ClosingState.Closing, ClosingRules.MayWithdraw(state));
        }
    }

    [Theory]
    [InlineData(ClosingState.Requested, typeof(ClosingStep.Wait))]
    [InlineData(ClosingState.Opening, typeof(ClosingStep.Begin))]
    [InlineData(ClosingState.Closing, typeof(ClosingStep.Wait))]
    [InlineData(ClosingState.Approved, typeof(ClosingStep.Close))]
    [InlineData(ClosingState.PayingOut, typeof(ClosingStep.Finish))]
    [InlineData(ClosingState.Paid, typeof(ClosingStep.Wait))]
    [InlineData(ClosingState.Withdrawing, typeof(ClosingStep.Reopen))]
    [InlineData(ClosingState.Withdrawn, typeof(ClosingStep.Wait))]
    public void Without_money_set_aside(ClosingState state, Type step) => Assert.IsType(step, ClosingFlow.Next(state, [], Money.Zero));

    [Theory]
    [InlineData(PayoutLotState.Planned, null, true, typeof(ClosingStep.Send))]
    [InlineData(PayoutLotState.Sending, null, true, typeof(ClosingStep.Send))]
    [InlineData(PayoutLotState.Sending, null, false, typeof(ClosingStep.Wait))]
    [InlineData(PayoutLotState.Sent, RefundStanding.Pending, true, typeof(ClosingStep.Ask))]
    [InlineData(PayoutLotState.Sent, RefundStanding.Pending, false, typeof(ClosingStep.Wait))]
    [InlineData(PayoutLotState.Sent, RefundStanding.Succeeded, false, typeof(ClosingStep.Settle))]
    [InlineData(PayoutLotState.Sent, RefundStanding.Failed, false, typeof(ClosingStep.Return))]
    [InlineData(PayoutLotState.Paid, RefundStanding.Failed, false, typeof(ClosingStep.Return))]
    [InlineData(PayoutLotState.Returning, RefundStanding.Failed, false, typeof(ClosingStep.Return))]
    [InlineData(PayoutLotState.Paid, RefundStanding.Succeeded, true, typeof(ClosingStep.Finish))]
    public void A_part_to_a_card(PayoutLotState state, RefundStanding? refund, bool due, Type step)
    {
        bool inside = state is PayoutLotState.Planned or PayoutLotState.Sending;
        Assert.IsType(step, ClosingFlow.Next(ClosingState.PayingOut, [new LotFacts(Lot, state, true, new(5_00), refund, due)], inside ? new(5_00) : Money.Zero));
    }

    [Fact]
    public void A_cheque_waits_for_support_and_then_leaves_at_once()
    {
        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, [new LotFacts(Lot, PayoutLotState.Planned, false, new(5_00), null, true)], new(5_00)));
        Assert.IsType<ClosingStep.Send>(ClosingFlow.Next(ClosingState.PayingOut, [new LotFacts(Lot, PayoutLotState.Sending, false, new(5_00), null, false)], new(5_00)));
    }

    [Fact]
    public void Only_what_no_part_speaks_for_is_planned()
    {
        LotFacts[] lots = [new(Lot, PayoutLotState.Planned, true, new(5_00), null, false), new(Lot, PayoutLotState.Paid, true, new(7_00), RefundStanding.Succeeded, false)];

        Assert.Equal(new ClosingStep.Plan(new(3_00)), ClosingFlow.Next(ClosingState.PayingOut, lots, new(8_00)));
        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, lots, new(5_00)));
    }

    [Fact]
    public void A_late_credit_makes_a_paid_one_plan_again() =>
        Assert.Equal(new ClosingStep.Plan(new(2_00)), ClosingFlow.Next(ClosingState.Paid, [new LotFacts(Lot, PayoutLotState.Paid, true, new(7_00), RefundStanding.Succeeded, false)], new(2_00)));

    private static ApprovalDecision Decide(ClosingFacts facts, long remainder, string approver) =>
        ClosingRules.Approve(ClosingState.Closing, facts, new(remainder), new(remainder), new(100_00), "ann", approver);
}
