using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Data.Model;

/// <summary>A card on file: the processor's id and what may be shown. Never a card number.</summary>
public sealed class CardOnFile
{
    public MerchantId MerchantId { get; set; }

    public CardId Id { get; set; }

    public required string ProcessorId { get; set; }

    public required string Brand { get; set; }

    public required string LastFour { get; set; }

    public int ExpiryMonth { get; set; }

    public int ExpiryYear { get; set; }

    public bool IsDefault { get; set; }

    public DateTimeOffset AddedAt { get; set; }

    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>Auto-funding of one merchant.</summary>
public sealed class AutoFundingSettings
{
    public MerchantId MerchantId { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Fund when the available balance is below this.</summary>
    public Money Threshold { get; set; }

    public Money Amount { get; set; }

    public int MostPerDay { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>One attempt to add funds; see <see cref="TopUpState"/> for its life.</summary>
public sealed class TopUp
{
    public MerchantId MerchantId { get; set; }

    public TopUpId Id { get; set; }

    public TopUpState State { get; set; }

    public Money Amount { get; set; }

    public CardId CardId { get; set; }

    /// <summary>As shown on this top-up's receipt, even after the card is removed.</summary>
    public required string CardBrand { get; set; }

    public required string CardLastFour { get; set; }

    /// <summary>The processor's payment; null until it answered.</summary>
    public string? PaymentId { get; set; }

    /// <summary>The bank's page, while the cardholder must confirm.</summary>
    public string? RedirectUrl { get; set; }

    /// <summary>What the statement shows, as the processor reports it.</summary>
    public string? StatementDescriptor { get; set; }

    /// <summary>The processor's decline code or our reason, when failed.</summary>
    public string? FailureCode { get; set; }

    public string? FailureMessage { get; set; }

    /// <summary>Where the merchant was, to go back to after the bank's page; a path of ours.</summary>
    public string? ReturnPath { get; set; }

    public required string RequestedBy { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>When the processor was first asked: after 24 hours its keys may be gone, and only reading is safe.</summary>
    public DateTimeOffset? ChargingSince { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A webhook of the processor, stored before it is worked: each event id once.</summary>
public sealed class ProcessorEvent
{
    public required string Id { get; set; }

    public required string Type { get; set; }

    /// <summary>The id of the object it speaks of; the object is fetched again and its present state counts.</summary>
    public required string ObjectId { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    public DateTimeOffset? WorkedAt { get; set; }

    public int Attempts { get; set; }
}
