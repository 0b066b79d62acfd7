using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

/// <summary>The rows repeat the table of <see cref="ReconciliationRules"/>.</summary>
public sealed class ReconciliationRulesTests
{
    [Theory]
    [InlineData("charge", "pi_1", 50_00, null, "payment/pi_1/fund")]
    [InlineData("payment", "pi_1", 50_00, null, "payment/pi_1/fund")]
    [InlineData("dispute", "pi_1", -50_00, null, "transaction/txn_1/dispute")]
    [InlineData("dispute_reversal", "pi_1", 50_00, null, "transaction/txn_1/reinstate")]
    [InlineData("dispute", "pi_1", 50_00, null, "transaction/txn_1/reinstate")]
    [InlineData("refund", "pi_1", -50_00, "payout/1", "payout/1")]
    [InlineData("refund_failure", "pi_1", 50_00, "payout/1/failed", "payout/1/failed")]
    public void A_transaction_meets_the_transfer_of_its_kind(string category, string payment, long amount, string? refundKey, string key) =>
        Assert.Equal(new ExpectedTransfer.Keyed(key), ReconciliationRules.Expect(new TransactionFacts("txn_1", category, payment, new Money(amount), refundKey)));

    [Theory]
    [InlineData("charge", null)]
    [InlineData("refund", "pi_1")]
    [InlineData("refund_failure", "pi_1")]
    public void Where_nothing_says_which_transfer_it_is_a_difference(string category, string? payment) =>
        Assert.IsType<ExpectedTransfer.Unknown>(ReconciliationRules.Expect(new TransactionFacts("txn_1", category, payment, new Money(50_00), null)));

    [Theory]
    [InlineData("payout")]
    [InlineData("fee")]
    [InlineData("network_cost")]
    public void The_platforms_own_concerns_no_merchant(string category) =>
        Assert.IsType<ExpectedTransfer.None>(ReconciliationRules.Expect(new TransactionFacts("txn_1", category, null, new Money(-50_00), null)));

    [Theory]
    [InlineData(50_00, 50_00, true)]
    [InlineData(50_00, 49_99, false)]
    [InlineData(-50_00, 50_00, false)]
    public void Sides_agree_to_the_cent_and_in_direction(long theirs, long ours, bool agrees) =>
        Assert.Equal(agrees, ReconciliationRules.Agrees(new Money(theirs), new Money(ours)));
}
