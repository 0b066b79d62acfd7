namespace OneBalance.Core.Ledger;

/// <summary>
/// The only way money moves. Each command carries the merchant and a key chosen by the caller <em>before</em> the attempt,
/// derived from the business id (see <see cref="LedgerKeys"/>). The same key with the same content answers the recorded
/// outcome; with other content it is refused as a conflict. Keys are kept for ever. Amounts are above zero.
/// </summary>
/// <param name="Merchant">Whose book.</param>
/// <param name="Key">At most 100 characters, unique within the merchant's book.</param>
public abstract record LedgerCommand(MerchantId Merchant, string Key)
{
    public const int MaxKeyLength = 100;
}

/// <summary>card_clearing -> available; what is owed on receivable is paid first. Refused when the account is closed.</summary>
public sealed record Fund(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>Pending: available -> carrier_payable. Refused when funds are short or the account may not buy.</summary>
public sealed record Reserve(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>Posts up to the reserved amount and releases the rest.</summary>
/// <param name="Reservation">The key of the <see cref="Reserve"/>.</param>
public sealed record Capture(MerchantId Merchant, string Key, string Reservation, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>Voids the reservation: nothing is posted.</summary>
public sealed record Release(MerchantId Merchant, string Key, string Reservation) : LedgerCommand(Merchant, Key);

/// <summary>carrier_payable -> available. Refused above what was captured less what was refunded.</summary>
/// <param name="Reservation">The key of the label's <see cref="Reserve"/>.</param>
public sealed record RefundLabel(MerchantId Merchant, string Key, string Reservation, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>available, then receivable -> carrier_payable: a forced debit that never fails for lack of funds.</summary>
public sealed record Surcharge(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>adjustment -> available: goodwill at the platform's cost.</summary>
public sealed record Credit(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>
/// The reverse of a named transfer that moved money. Refused when it is unknown, already reversed, or not reversible (what
/// changed only a state, a correction, a capture of which something was refunded).
/// </summary>
/// <param name="Reversed">The key of the transfer to reverse.</param>
public sealed record Correct(MerchantId Merchant, string Key, string Reversed) : LedgerCommand(Merchant, Key);

/// <summary>available, then receivable -> card_clearing: the processor withdrew disputed funds.</summary>
public sealed record Dispute(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>card_clearing -> available (receivable first): the processor gave disputed funds back.</summary>
public sealed record Reinstate(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>processing_fees -> card_clearing: what the processor kept, learned by reconciliation.</summary>
public sealed record RecordFee(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>Nothing moves; support stops or allows buying. Further reservations are refused while paused.</summary>
public sealed record Pause(MerchantId Merchant, string Key) : LedgerCommand(Merchant, Key);

/// <summary>Ends a <see cref="Pause"/>.</summary>
public sealed record Resume(MerchantId Merchant, string Key) : LedgerCommand(Merchant, Key);

/// <summary>Nothing moves; from here every further reservation is refused.</summary>
public sealed record BeginClose(MerchantId Merchant, string Key) : LedgerCommand(Merchant, Key);

/// <summary>Withdraws <see cref="BeginClose"/>.</summary>
public sealed record Reopen(MerchantId Merchant, string Key) : LedgerCommand(Merchant, Key);

/// <summary>available -> payout_clearing, the whole remainder, once. Refused while anything is pending or owing.</summary>
/// <param name="Approved">What the remainder must be, or nothing is closed; null for whatever it is. It is no part of the content: the remainder is.</param>
public sealed record Close(MerchantId Merchant, string Key, Money? Approved = null) : LedgerCommand(Merchant, Key);

/// <summary>
/// payout_clearing -> card_clearing (refund to a card), -> bank (cheque, transfer) or -> receivable (what is owed). Refused above
/// the remainder, and above what is owed.
/// </summary>
public sealed record PayOut(MerchantId Merchant, string Key, Money Amount, PayoutRoute Route) : LedgerCommand(Merchant, Key);

/// <summary>
/// card_clearing -> payout_clearing: a payment that succeeded when the account was closed already, and goes back with the
/// payout. Its key is that of the <see cref="Fund"/> which was refused. Refused unless the account is closed.
/// </summary>
public sealed record ReceiveLate(MerchantId Merchant, string Key, Money Amount) : LedgerCommand(Merchant, Key);

/// <summary>How a payout lot leaves. Persisted: values are frozen.</summary>
public enum PayoutRoute
{
    Card = 1,
    Bank = 2,

    /// <summary>It does not leave: it pays what the merchant owes.</summary>
    Owed = 3,
}
