namespace OneBalance.Core.Closing;

/// <summary>What the processor's refusal of a refund means.</summary>
public static class RefundRefusals
{
    /// <summary>Used while the charge is under dispute, and after a dispute.</summary>
    public const string Disputed = "charge_disputed";

    /// <summary>The charge takes nothing back any more, or not as much, whenever it is asked. Source: the processor's error codes.</summary>
    private static readonly HashSet<string> Final = ["charge_already_refunded", "charge_not_refundable", "charge_expired_for_capture", "amount_too_large", "resource_missing"];

    /// <summary>
    /// Whether the charge will never take the refund, so that it leaves in another way. Everything else passes, e.g. too little money on
    /// the platform's account: the same card is tried again.
    /// </summary>
    /// <param name="disputeEnded">A dispute of the charge is known, and its bank has decided. Before that the money may still be taken.</param>
    public static bool IsFinal(string code, bool disputeEnded) => Final.Contains(code) || (code == Disputed && disputeEnded);
}
