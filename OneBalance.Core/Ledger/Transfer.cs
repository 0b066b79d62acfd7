namespace OneBalance.Core.Ledger;

/// <summary>One side of a transfer.</summary>
/// <param name="Amount">A debit is positive, a credit negative; never zero. The entries of a transfer sum to zero.</param>
public readonly record struct Entry(Account Account, Money Amount);

/// <summary>One recorded command: its number in the merchant's book, what it moved, and its place in the hash chain.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Amount">The command's amount; the remainder for a close; zero where nothing moves.</param>
/// <param name="Reference">The reservation or transfer it refers to, by key; the route of a payout.</param>
/// <param name="RecordedAt">UTC, whole microseconds; never earlier than the transfer before.</param>
/// <param name="Entries">At most one for each account, in account order; empty where nothing is posted.</param>
/// <param name="FreeAfter">What could be spent after it.</param>
/// <param name="FreeChange">What it did to that.</param>
/// <param name="PendingAfter">What was reserved after it.</param>
/// <param name="Hash">SHA-256 of the previous transfer's hash and this transfer's content.</param>
public sealed record Transfer(
    MerchantId Merchant,
    long Sequence,
    LedgerTransferKind Kind,
    string Key,
    Money Amount,
    string? Reference,
    DateTimeOffset RecordedAt,
    IReadOnlyList<Entry> Entries,
    Money FreeAfter,
    Money FreeChange,
    Money PendingAfter,
    byte[] Hash);

/// <summary>Which command made a transfer. Persisted: values are frozen.</summary>
public enum LedgerTransferKind
{
    Fund = 1,
    Reserve = 2,
    Capture = 3,
    Release = 4,
    RefundLabel = 5,
    Surcharge = 6,
    Credit = 7,
    Correct = 8,
    Dispute = 9,
    Reinstate = 10,
    RecordFee = 11,
    Pause = 12,
    Resume = 13,
    BeginClose = 14,
    Reopen = 15,
    Close = 16,
    PayOut = 17,
    ReceiveLate = 18,
}
