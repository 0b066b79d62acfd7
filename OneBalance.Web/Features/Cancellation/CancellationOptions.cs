using OneBalance.Core;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Configuration section <c>Cancellation</c>.</summary>
public sealed class CancellationOptions
{
    public const string Section = "Cancellation";

    /// <summary>Dollars. A remainder above this is approved by another person than the one who opened the cancellation.</summary>
    public decimal SecondPersonAbove { get; set; } = 100m;

    /// <summary>Days. A charge older than this is not refunded to its card: issuers refuse; it goes by cheque or transfer.</summary>
    public int RefundableForDays { get; set; } = 180;

    public Money Limit => Money.FromDollars(SecondPersonAbove);

    public TimeSpan Oldest => TimeSpan.FromDays(RefundableForDays);
}
