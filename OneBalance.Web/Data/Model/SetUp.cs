using OneBalance.Core;

namespace OneBalance.Web.Data.Model;

/// <summary>The Set up carriers wizard of one merchant, saved at each step, so that nothing typed is ever lost.</summary>
public sealed class SetUpDraft
{
    public MerchantId MerchantId { get; set; }

    public SetUpStep Step { get; set; } = SetUpStep.Billing;

    public required string BusinessName { get; set; }

    public required PostalAddress BillingAddress { get; set; }

    /// <summary>The hosted page that was last opened; a return from any other is refused.</summary>
    public string? CardSetupSessionId { get; set; }

    /// <summary>Where the merchant was when the hosted page was opened; a path of ours.</summary>
    public string? CardSetupReturnPath { get; set; }

    /// <summary>The card whose place the new one takes; null when a card is added.</summary>
    public CardId? CardSetupReplaces { get; set; }

    public bool TermsTicked { get; set; }

    /// <summary>Where to go when finished, e.g. the label that led here; a path of ours.</summary>
    public string? ReturnPath { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>Persisted: values are frozen.</summary>
public enum SetUpStep
{
    Billing = 1,
    Payment = 2,
    Terms = 3,
    AutoFunding = 4,
    Done = 5,
}

/// <summary>That a merchant accepted the terms: which version, in which language, which text, when, who.</summary>
public sealed class TermsAcceptance
{
    public MerchantId MerchantId { get; set; }

    /// <summary>Version of the text, e.g. <c>2026-11-01</c>.</summary>
    public required string Version { get; set; }

    public Language Language { get; set; }

    /// <summary>SHA-256 of the exact text, hex.</summary>
    public required string TextHash { get; set; }

    public DateTimeOffset AcceptedAt { get; set; }

    public required string UserId { get; set; }
}
