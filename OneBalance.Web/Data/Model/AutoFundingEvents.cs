using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Data.Model;

/// <summary>
/// Something that happened to a merchant's auto-funding, stored with the change itself. Whoever tells the merchant by mail
/// reads these in the order of their ids.
/// </summary>
public sealed class AutoFundingEvent
{
    public MerchantId MerchantId { get; set; }

    /// <summary>Version 7: later ones are greater.</summary>
    public Guid Id { get; set; }

    public AutoFundingEventKind Kind { get; set; }

    /// <summary>The top-up it came from.</summary>
    public TopUpId? TopUpId { get; set; }

    /// <summary>The processor's decline code or our reason, for a failure or a stop.</summary>
    public string? Code { get; set; }

    public DateTimeOffset OccurredAt { get; set; }
}
