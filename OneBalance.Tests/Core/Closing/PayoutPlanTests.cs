using CsCheck;
using OneBalance.Core;
using OneBalance.Core.Closing;

namespace OneBalance.Tests.Core.Closing;

/// <summary>How a remainder goes back (rules 14 and 15).</summary>
public sealed class PayoutPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(180);

    [Fact]
    public void The_newest_charge_is_refunded_first()
    {
        var plan = Make(70_00, Charge("pi_old", 50_00, daysAgo: 30), Charge("pi_new", 40_00, daysAgo: 1));

        Assert.Equal([new CardPart("pi_new", new(40_00)), new CardPart("pi_old", new(30_00))], plan.ToCards);
        Assert.Equal(Money.Zero, plan.ByBank);
    }

    [Fact]
    public void What_was_refunded_is_not_refunded_again()
    {
        var plan = Make(50_00, Charge("pi_1", 50_00) with { Refunded = new(20_00) });

        Assert.Equal([new CardPart("pi_1", new(30_00))], plan.ToCards);
        Assert.Equal(new Money(20_00), plan.ByBank);
    }

    [Fact]
    public void A_disputed_charge_gets_nothing() => Assert.Equal(new Money(50_00), Make(50_00, Charge("pi_1", 50_00) with { Disputed = true }).ByBank);

    [Fact]
    public void A_charge_whose_refund_failed_is_not_tried_again() => Assert.Equal(new Money(50_00), Make(50_00, Charge("pi_1", 50_00) with { RefusedBefore = true }).ByBank);

    [Fact]
    public void At_the_age_limit_exactly_a_charge_still_takes_it_and_a_second_later_not()
    {
        var charge = Charge("pi_1", 50_00) with { ChargedAt = Now - Oldest };

        Assert.Equal(Money.Zero, Make(50_00, charge).ByBank);
        Assert.Equal(new Money(50_00), Make(50_00, charge with { ChargedAt = Now - Oldest - TimeSpan.FromSeconds(1) }).ByBank);
    }

    [Fact]
    public void Goodwill_that_no_card_paid_leaves_by_cheque_or_transfer()
    {
        var plan = Make(60_00, Charge("pi_1", 50_00));

        Assert.Equal(new Money(10_00), plan.ByBank);
    }

    [Fact]
    public void Nothing_left_needs_no_part()
    {
        var plan = Make(0, Charge("pi_1", 50_00));

        Assert.Empty(plan.ToCards);
        Assert.Equal(Money.Zero, plan.ByBank);
    }

    [Fact]
    public void The_parts_make_the_remainder_and_no_charge_gives_back_more_than_it_took()
    {
        var charges = Gen.Select(Gen.Long[1, 500_00], Gen.Long[0, 600_00], Gen.Int[0, 400], Gen.Bool, Gen.Bool)
            .Select((amount, refunded, days, disputed, refused) => new Charge("", new(amount), Now.AddDays(-days), new(refunded), disputed, refused))
            .List[0, 12]
            .Select(list => list.Select((charge, i) => charge with { PaymentId = $"pi_{i}" }).ToList());
        Gen.Select(Gen.Long[0, 3_000_00], charges).Sample((cents, list) =>
        {
            var plan = PayoutPlan.Make(new(cents), list, Now, Oldest);
            return plan.ToCards.Sum(part => part.Amount) + plan.ByBank == new Money(cents)
                && plan.ToCards.All(part => part.Amount.IsPositive && part.Amount <= list.Single(c => c.PaymentId == part.PaymentId).Refundable(Now, Oldest))
                && plan.ToCards.Select(part => part.PaymentId).Distinct().Count() == plan.ToCards.Count
                && (plan.ByBank.IsZero || plan.ToCards.Sum(part => part.Amount) == list.Sum(c => c.Refundable(Now, Oldest)));
        });
    }

    [Fact]
    public void The_window_is_6_to_8_weeks_from_approval()
    {
        var window = PayoutWindow.Of(new DateOnly(2026, 11, 23));

        Assert.Equal((new DateOnly(2027, 1, 4), new DateOnly(2027, 1, 18)), (window.From, window.By));
        Assert.False(PayoutWindow.IsOverdue(window.By, new DateOnly(2027, 1, 18)));
        Assert.True(PayoutWindow.IsOverdue(window.By, new DateOnly(2027, 1, 19)));
    }

    [Fact]
    public void A_reference_is_the_ids_own_and_readable()
    {
        var id = Guid.ParseExact("0193573f6a7b7c11a0b2ffffffffff21", "N");

        Assert.Equal("CA-ZZZZ-ZZS1", ClosingReference.Of(id));
        Assert.NotEqual(ClosingReference.Of(id), ClosingReference.Of(Guid.ParseExact("0193573f6a7b7c11a0b2ffffffffff22", "N")));
    }

    private static Charge Charge(string payment, long cents, int daysAgo = 1) => new(payment, new(cents), Now.AddDays(-daysAgo), Money.Zero, false, false);

    private static PayoutPlan Make(long remainder, params Charge[] charges) => PayoutPlan.Make(new(remainder), charges, Now, Oldest);
}
