namespace OneBalance.Core.Ledger;

/// <summary>
/// The keys of ledger commands, each derived from the business id it belongs to. Two callers that speak of the same
/// business event make the same key, and so the same single transfer.
/// </summary>
public static class LedgerKeys
{
    /// <summary>What the key of every payment's credit begins with.</summary>
    public const string PaymentPrefix = "payment/";

    /// <summary>One credit per payment: the processor's payment id, whoever reports it (answer, webhook, reconciler).</summary>
    public static string Fund(string paymentId) => $"{PaymentPrefix}{paymentId}/fund";

    /// <summary>What a dispute took: once per balance transaction of the processor.</summary>
    public static string Dispute(string transactionId) => $"transaction/{transactionId}/dispute";

    /// <summary>What a dispute gave back: once per balance transaction of the processor.</summary>
    public static string Reinstate(string transactionId) => $"transaction/{transactionId}/reinstate";

    /// <summary>What the processor kept of a balance transaction.</summary>
    public static string Fee(string transactionId) => $"transaction/{transactionId}/fee";

    public static string Reserve(LabelId label) => $"label/{label}/reserve";

    public static string Capture(LabelId label) => $"label/{label}/capture";

    public static string Release(LabelId label) => $"label/{label}/release";

    /// <summary>What the carrier's final price exceeded the reservation by.</summary>
    public static string PriceDifference(LabelId label) => $"label/{label}/difference";

    /// <summary>A label is refunded once, so the refund's key is the label's.</summary>
    public static string Refund(LabelId label) => $"label/{label}/refund";

    /// <summary>A cancellation's steps: each happens once.</summary>
    public static string BeginClose(Guid closing) => $"closing/{closing:N}/begin";

    public static string Reopen(Guid closing) => $"closing/{closing:N}/reopen";

    public static string Close(Guid closing) => $"closing/{closing:N}/close";

    /// <summary>A part of a payout leaves once, and comes back at most once.</summary>
    public static string PayOut(Guid lot) => $"payout/{lot:N}/pay";

    public static string ReturnPayOut(Guid lot) => $"payout/{lot:N}/return";

    /// <summary>The refund of what <see cref="PriceDifference"/> took.</summary>
    public static string RefundDifference(LabelId label) => $"label/{label}/refund-difference";

    /// <summary>What support did to an account, once.</summary>
    public static string Support(Guid action) => $"support/{action:N}";

    /// <summary>What the carrier charged afterwards.</summary>
    public static string AdjustmentDebit(Guid adjustment) => $"adjustment/{adjustment:N}/debit";

    /// <summary>The way back of <see cref="AdjustmentDebit"/>.</summary>
    public static string AdjustmentCredit(Guid adjustment) => $"adjustment/{adjustment:N}/credit";
}
