using OneBalance.Core;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;

namespace OneBalance.Tests.Core.Closing;

/// <summary>What blocks a closing, who may approve it, and what it does next.</summary>
public sealed class ClosingRulesTests
{
    private static readonly ClosingFacts Settled = new(Money.Zero, Money.Zero, 0, 0, 0, 0, 0, 0);
    private static readonly Guid Lot = Guid.ParseExact("0193573f6a7b7c11a0b2000000000001", "N");

    public static TheoryData<ClosingFacts, ClosingBlocker> Pending => new()
    {
        { Settled with { Held = new(1) }, ClosingBlocker.HeldMoney },
        { Settled with { Purchases = 1 }, ClosingBlocker.Purchases },
        { Settled with { Claims = 1 }, ClosingBlocker.Claims },
        { Settled with { Disputes = 1 }, ClosingBlocker.Disputes },
        { Settled with { TopUps = 1 }, ClosingBlocker.TopUps },
        { Settled with { Adjustments = 1 }, ClosingBlocker.Adjustments },
        { Settled with { SupportActions = 1 }, ClosingBlocker.SupportActions },
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
    public void Without_money_set_aside(ClosingState state, Type step) => Assert.IsType(step, ClosingFlow.Next(state, [], Aside(0)));

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
        Assert.IsType(step, ClosingFlow.Next(ClosingState.PayingOut, [Card(state, 5_00, refund, due)], Aside(inside ? 5_00 : 0)));
    }

    [Fact]
    public void A_cheque_waits_for_support_and_then_leaves_at_once()
    {
        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, [Cheque(PayoutLotState.Planned, 5_00)], Aside(5_00)));
        Assert.IsType<ClosingStep.Send>(ClosingFlow.Next(ClosingState.PayingOut, [Cheque(PayoutLotState.Sending, 5_00)], Aside(5_00)));
    }

    [Fact]
    public void Only_what_no_part_speaks_for_is_planned()
    {
        LotFacts[] lots = [Card(PayoutLotState.Planned, 5_00), Card(PayoutLotState.Paid, 7_00, RefundStanding.Succeeded)];

        Assert.Equal(new ClosingStep.Plan(new(3_00), Money.Zero), ClosingFlow.Next(ClosingState.PayingOut, lots, Aside(8_00)));
        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, lots, Aside(5_00)));
    }

    [Fact]
    public void A_late_credit_makes_a_paid_one_plan_again() =>
        Assert.Equal(
            new ClosingStep.Plan(new(2_00), Money.Zero),
            ClosingFlow.Next(ClosingState.Paid, [Card(PayoutLotState.Paid, 7_00, RefundStanding.Succeeded)], Aside(2_00)));

    [Fact]
    public void While_a_bank_has_not_decided_nothing_is_planned_or_sent_and_what_is_on_its_way_is_only_looked_for()
    {
        var disputed = Aside(9_00) with { Owed = new(5_00), Disputed = true };

        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, [Card(PayoutLotState.Planned, 5_00, due: true)], disputed));
        Assert.IsType<ClosingStep.Find>(ClosingFlow.Next(ClosingState.PayingOut, [Card(PayoutLotState.Sending, 5_00, due: true)], disputed));
        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, [Card(PayoutLotState.Paid, 5_00, RefundStanding.Succeeded)], disputed));
        Assert.IsType<ClosingStep.Settle>(ClosingFlow.Next(ClosingState.PayingOut, [Card(PayoutLotState.Sent, 5_00, RefundStanding.Succeeded)], disputed));
    }

    [Fact]
    public void What_is_owed_is_paid_out_of_what_has_not_left()
    {
        LotFacts[] lots = [Card(PayoutLotState.Planned, 5_00, due: true), Cheque(PayoutLotState.Planned, 4_00)];
        var owing = Aside(9_00) with { Owed = new(4_50) };

        // The last part first, then the one before; what they held is planned anew, after what is owed.
        Assert.Equal(new ClosingStep.Replace(lots[1].Id), ClosingFlow.Next(ClosingState.PayingOut, lots, owing));
        Assert.Equal(new ClosingStep.Replace(lots[0].Id), ClosingFlow.Next(ClosingState.PayingOut, [lots[0], Cheque(PayoutLotState.Replaced, 4_00)], owing));
        Assert.Equal(
            new ClosingStep.Plan(new(9_00), new(4_50)),
            ClosingFlow.Next(ClosingState.PayingOut, [Card(PayoutLotState.Replaced, 5_00), Cheque(PayoutLotState.Replaced, 4_00)], owing));
        LotFacts paying = new(Lot, PayoutLotState.Planned, PayoutRoute.Owed, new(4_50), null, false);
        Assert.IsType<ClosingStep.Send>(ClosingFlow.Next(ClosingState.PayingOut, [paying, Card(PayoutLotState.Planned, 4_50)], owing));
    }

    [Fact]
    public void What_is_owed_beyond_what_is_left_does_not_keep_a_payout_from_its_end() =>
        Assert.IsType<ClosingStep.Finish>(ClosingFlow.Next(ClosingState.PayingOut, [Card(PayoutLotState.Paid, 5_00, RefundStanding.Succeeded)], Aside(0) with { Owed = new(5_00) }));

    [Fact]
    public void A_part_that_needs_an_approval_waits_for_it()
    {
        var late = Card(PayoutLotState.Planned, 5_00, due: true);

        Assert.IsType<ClosingStep.Wait>(ClosingFlow.Next(ClosingState.PayingOut, [late with { MayLeave = false }], Aside(5_00)));
        Assert.IsType<ClosingStep.Send>(ClosingFlow.Next(ClosingState.PayingOut, [late], Aside(5_00)));
    }

    [Fact]
    public void Late_credits_need_an_approval_as_soon_as_their_sum_is_above_the_limit()
    {
        Assert.False(ClosingRules.SupplementNeedsApproval(new(60_00), new(40_00), new(100_00)));
        Assert.True(ClosingRules.SupplementNeedsApproval(new(60_00), new(40_01), new(100_00)));

        Assert.IsType<ApprovalDecision.NotClosing>(ClosingRules.ApproveSupplement(Money.Zero, Money.Zero, new(100_00), "ann", "bea"));
        Assert.Equal(new ApprovalDecision.AmountChanged(new(120_00)), ClosingRules.ApproveSupplement(new(120_00), new(110_00), new(100_00), "ann", "bea"));
        Assert.Equal(new ApprovalDecision.SecondPersonNeeded(new(100_00)), ClosingRules.ApproveSupplement(new(120_00), new(120_00), new(100_00), "ann", "ann"));
        Assert.IsType<ApprovalDecision.Approve>(ClosingRules.ApproveSupplement(new(120_00), new(120_00), new(100_00), "ann", "bea"));
    }

    [Theory]
    [InlineData("charge_already_refunded", false, true)]
    [InlineData("amount_too_large", false, true)]
    [InlineData("charge_disputed", true, true)]
    [InlineData("charge_disputed", false, false)]
    [InlineData("balance_insufficient", false, false)]
    [InlineData("a_code_of_tomorrow", true, false)]
    public void A_refusal_is_final_only_when_the_charge_itself_takes_nothing_more(string code, bool disputeEnded, bool final) =>
        Assert.Equal(final, RefundRefusals.IsFinal(code, disputeEnded));

    private static PayoutMoney Aside(long cents) => new(new(cents), Money.Zero, Disputed: false);

    private static LotFacts Card(PayoutLotState state, long cents, RefundStanding? refund = null, bool due = false) => new(Lot, state, PayoutRoute.Card, new(cents), refund, due);

    private static LotFacts Cheque(PayoutLotState state, long cents) => new(Guid.ParseExact("0193573f6a7b7c11a0b2000000000002", "N"), state, PayoutRoute.Bank, new(cents), null, false);

    private static ApprovalDecision Decide(ClosingFacts facts, long remainder, string approver) =>
        ClosingRules.Approve(ClosingState.Closing, facts, new(remainder), new(remainder), new(100_00), "ann", approver);
}
