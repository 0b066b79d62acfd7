namespace OneBalance.Core.Ledger;

/// <summary>What a ledger key tells of the business it belongs to; see <see cref="LedgerKeys"/> for their forms.</summary>
public static class LedgerKeyParts
{
    /// <summary>The label of a key <c>label/{32 hex digits}/...</c>; null for any other key.</summary>
    public static LabelId? Label(string? key) =>
        key?.Split('/') is ["label", var id, ..] && Guid.TryParseExact(id, "N", out var label) ? new LabelId(label) : null;

    /// <summary>The processor's id in a key <c>payment/{id}/fund</c>; null for any other key.</summary>
    public static string? Payment(string key) => key.Split('/') is ["payment", var payment, "fund"] ? payment : null;

    /// <summary>What a label's price exceeded its reservation by.</summary>
    public static bool IsPriceDifference(string key) => Label(key) is { } label && key == LedgerKeys.PriceDifference(label);

    /// <summary>The way back of <see cref="IsPriceDifference"/>.</summary>
    public static bool IsRefundOfDifference(string key) => Label(key) is { } label && key == LedgerKeys.RefundDifference(label);
}
