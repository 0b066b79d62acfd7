using OneBalance.Core;
using OneBalance.Core.Notices;

namespace OneBalance.Web.Data.Model;

/// <summary>Which notices a user wants, and how far the balance has been followed for this user.</summary>
public sealed class NoticePreferences
{
    public MerchantId MerchantId { get; set; }

    public required string UserId { get; set; }

    public bool FundingFailed { get; set; } = true;

    public bool CardExpiring { get; set; } = true;

    public bool LowBalance { get; set; } = true;

    public bool UnusedLabels { get; set; } = true;

    /// <summary>Low is below this.</summary>
    public Money LowBalanceBelow { get; set; } = Core.Notices.LowBalance.Offered;

    /// <summary>The balance was at or above the limit since the last mail.</summary>
    public bool LowBalanceArmed { get; set; }

    /// <summary>The last transfer of the merchant's book that was looked at.</summary>
    public long LowBalanceSequence { get; set; }

    public int Version { get; set; }
}

/// <summary>That a notice was written, under the name of its cause: whoever finds the cause again writes nothing.</summary>
public sealed class NoticeWritten
{
    public MerchantId MerchantId { get; set; }

    /// <summary>E.g. <c>card/{id}/2026-12/7</c>.</summary>
    public required string Key { get; set; }

    public NoticeKind Kind { get; set; }

    public DateTimeOffset WrittenAt { get; set; }
}
