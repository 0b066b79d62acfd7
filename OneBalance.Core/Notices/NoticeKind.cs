namespace OneBalance.Core.Notices;

/// <summary>What a merchant's users are written about. Persisted: values are frozen.</summary>
public enum NoticeKind
{
    /// <summary>The receipt of a charge.</summary>
    FundingSucceeded = 1,

    FundingFailed = 2,

    /// <summary>Auto-funding switched itself off.</summary>
    AutoFundingOff = 3,

    /// <summary>A card's last day is 30 or 7 days away.</summary>
    CardExpiring = 4,

    /// <summary>The available balance fell below the reader's own limit.</summary>
    LowBalance = 5,

    /// <summary>The carrier charged afterwards, and the balance is debited.</summary>
    AdjustmentNoticed = 20,

    /// <summary>Support decided on a disputed adjustment.</summary>
    AdjustmentDecided = 21,

    /// <summary>A label was not used for 12 days: its price can still come back for three.</summary>
    UnusedLabels = 40,

    /// <summary>The carrier credited or rejected a refund that was asked for.</summary>
    RefundDecided = 41,

    /// <summary>A stage of the account's cancellation.</summary>
    AccountClosing = 60,
}

/// <summary>
/// Which notices a user may switch off.
/// <code>
/// FundingSucceeded   always sent: it is the receipt of a charge
/// AutoFundingOff     always sent: an agreed payment arrangement has ended
/// RefundDecided      always sent: it is the answer to what was asked for
/// AdjustmentNoticed  always sent: the balance is debited, and a time to dispute it runs
/// AdjustmentDecided  always sent: it ends that dispute
/// AccountClosing     always sent: it tells of the account's whole money
/// the others         as the user wishes
/// </code>
/// </summary>
public static class NoticeRules
{
    public static bool IsOptional(NoticeKind kind) => kind switch
    {
        NoticeKind.FundingSucceeded or NoticeKind.AutoFundingOff or NoticeKind.AdjustmentNoticed or NoticeKind.AdjustmentDecided or NoticeKind.RefundDecided or NoticeKind.AccountClosing => false,
        NoticeKind.FundingFailed or NoticeKind.CardExpiring or NoticeKind.LowBalance or NoticeKind.UnusedLabels => true,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
