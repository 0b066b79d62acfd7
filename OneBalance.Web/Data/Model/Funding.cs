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

    /// <summary>Charged by auto-funding when the default card fails.</summary>
    public bool IsBackup { get; set; }

    public DateTimeOffset AddedAt { get; set; }

    /// <summary>From here on it is never charged again.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>When the processor confirmed that it forgot the card; a sweep asks until it has.</summary>
    public DateTimeOffset? DetachedAt { get; set; }
}

/// <summary>Auto-funding of one merchant.</summary>
public sealed class AutoFundingSettings
{
    public MerchantId MerchantId { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Fund when the available balance is below this.</summary>
    public Money Threshold { get; set; }

    public AutoFundingMode Mode { get; set; } = AutoFundingMode.Fixed;

    /// <summary>What one automatic top-up adds, or up to where it fills the balance: see <see cref="Mode"/>.</summary>
    public Money Amount { get; set; }

    public int MostPerDay { get; set; }

    /// <summary>Failed automatic top-ups in a row.</summary>
    public int Failures { get; set; }

    /// <summary>No automatic top-up before this, after a failure.</summary>
    public DateTimeOffset? CoolDownUntil { get; set; }

    /// <summary>Why it switched itself off (a decline code); null while on, or when switched off by hand.</summary>
    public string? StoppedFor { get; set; }

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

    /// <summary>The absolute address the bank's page returns to. Part of what the processor is asked, so a repetition must not change it.</summary>
    public required string ReturnUrl { get; set; }

    /// <summary>Made by auto-funding: nobody is there to confirm on a bank's page.</summary>
    public bool Automatic { get; set; }

    /// <summary>
    /// For an automatic one: its number within its Eastern calendar day, e.g. <c>2026-11-23/2</c>. Unique in the merchant's
    /// account, so that no two runners can go over the daily cap.
    /// </summary>
    public string? AutomaticSlot { get; set; }

    public required string RequestedBy { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>When the processor was first asked: after 24 hours its keys may be gone, and only reading is safe.</summary>
    public DateTimeOffset? ChargingSince { get; set; }

    /// <summary>First time the processor said it has no payment for this top-up.</summary>
    public DateTimeOffset? AbsentSince { get; set; }

    /// <summary>How often the sweep took it up.</summary>
    public int Attempts { get; set; }

    /// <summary>When the sweep takes it up again, unless it has come to its end before.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>The end that the merchant's users were last written about; null until then.</summary>
    public TopUpState? NoticedState { get; set; }

    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A webhook of the processor, stored before it is worked: each event id once.</summary>
public sealed class ProcessorEvent
{
    public required string Id { get; set; }

    public required string Type { get; set; }

    /// <summary>The id of the object it speaks of; the object is fetched again and its present state counts. Empty when it has none.</summary>
    public required string ObjectId { get; set; }

    /// <summary>When it happened at the processor.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>Not worked before this: later after each attempt that led to nothing.</summary>
    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? WorkedAt { get; set; }

    /// <summary>What came of it in one word, e.g. <c>settled</c>, <c>ignored</c>; null until worked.</summary>
    public string? Outcome { get; set; }

    public int Attempts { get; set; }
}

/// <summary>Up to when a list of the processor has been read, by the list's name.</summary>
public sealed class ProcessorCursor
{
    public required string Name { get; set; }

    public DateTimeOffset ReadUntil { get; set; }
}
