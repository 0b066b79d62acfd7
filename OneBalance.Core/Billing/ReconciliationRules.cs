using OneBalance.Core.Ledger;

namespace OneBalance.Core.Billing;

/// <summary>Persisted: values are frozen.</summary>
public enum ReconciliationDifferenceKind
{
    /// <summary>The processor moved money that the ledger does not know.</summary>
    NotInLedger = 1,

    /// <summary>The ledger says money moved at the processor, which does not know it.</summary>
    NotAtProcessor = 2,

    AmountsDiffer = 3,
}

/// <summary>A balance transaction of the processor, as reconciliation judges it.</summary>
/// <param name="Category">The processor's reporting category.</param>
/// <param name="PaymentId">The payment behind it; null when there is none.</param>
/// <param name="Amount">Before the fee; negative when it left our account there.</param>
/// <param name="RefundKey">For a refund: the ledger's transfer that gave the money out, as the refund's flow stored it; for its failure the one that took it back.</param>
public sealed record TransactionFacts(string Id, string Category, string? PaymentId, Money Amount, string? RefundKey);

/// <summary>
/// Which transfer of the ledger a balance transaction of the processor must meet.
/// <code>
/// category           amount    transfer (key)
/// charge, payment    +         Fund of its payment
/// dispute            -         Dispute of this transaction
/// dispute_reversal   +         Reinstate of this transaction
/// refund             -         the payout that made it
/// refund_failure     +         the correction of that payout
/// any other                    none: the platform's own (payouts to its bank, the processor's charges)
/// </code>
/// The sign decides where the processor's word leaves it open: a dispute that gives back is a reversal.
/// </summary>
public static class ReconciliationRules
{
    /// <summary>How far back a run looks beyond the end of the last complete one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(48);

    public static ExpectedTransfer Expect(TransactionFacts transaction) => transaction.Category switch
    {
        "charge" or "payment" when transaction.PaymentId is { } payment => new ExpectedTransfer.Keyed(LedgerKeys.Fund(payment)),
        "dispute" or "dispute_reversal" => transaction.Amount.IsNegative
            ? new ExpectedTransfer.Keyed(LedgerKeys.Dispute(transaction.Id))
            : new ExpectedTransfer.Keyed(LedgerKeys.Reinstate(transaction.Id)),
        "refund" or "refund_failure" => transaction.RefundKey is { } key ? new ExpectedTransfer.Keyed(key) : new ExpectedTransfer.Unknown(),
        "charge" or "payment" or "charge_failure" => new ExpectedTransfer.Unknown(),
        _ => new ExpectedTransfer.None(),
    };

    /// <summary>Whether what the ledger says moved on card_clearing is what the processor says moved.</summary>
    /// <param name="cardClearing">The transfer's debit of card_clearing: positive when the processor took money in.</param>
    public static bool Agrees(Money theirs, Money cardClearing) => theirs == cardClearing;
}

/// <summary>What a balance transaction must meet in the ledger: a closed set.</summary>
public abstract record ExpectedTransfer
{
    private ExpectedTransfer()
    {
    }

    /// <summary>The transfer of this key, in the book of the merchant whose payment it is.</summary>
    public sealed record Keyed(string Key) : ExpectedTransfer;

    /// <summary>It moved a merchant's money, and nothing here says which transfer that is: always a difference.</summary>
    public sealed record Unknown : ExpectedTransfer;

    /// <summary>It concerns no merchant.</summary>
    public sealed record None : ExpectedTransfer;
}
