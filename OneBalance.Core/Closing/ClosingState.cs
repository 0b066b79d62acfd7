namespace OneBalance.Core.Closing;

/// <summary>
/// The life of a cancellation. Persisted: values are frozen.
/// <code>
/// Requested -> Opening -> Closing &lt;-> Approved -> PayingOut &lt;-> Paid
///     |           |          |
///     +-----------+----------+-> Withdrawing -> Withdrawn
/// </code>
/// An approval is void, and given anew, when the account cannot be closed with the approved remainder. A paid one pays out
/// again when a credit arrives late or a refund fails after all.
/// </summary>
public enum ClosingState
{
    /// <summary>The merchant has asked; nothing has changed in the account.</summary>
    Requested = 1,

    /// <summary>Support has taken it up; the intent to stop buying is stored.</summary>
    Opening = 2,

    /// <summary>Nothing can be bought and auto-funding is off; what is pending settles.</summary>
    Closing = 3,

    /// <summary>Approved: the remainder is about to be set aside, as a whole and once.</summary>
    Approved = 4,

    /// <summary>The remainder is set aside and on its way back.</summary>
    PayingOut = 5,

    /// <summary>Everything is paid.</summary>
    Paid = 6,

    /// <summary>Taken back; the intent to allow buying again is stored.</summary>
    Withdrawing = 7,

    /// <summary>Taken back: the account is as before.</summary>
    Withdrawn = 8,
}

/// <summary>The life of one part of a payout. Persisted: values are frozen.</summary>
public enum PayoutLotState
{
    /// <summary>To be sent: to a card by the next step, otherwise by support.</summary>
    Planned = 1,

    /// <summary>The intent to refund is stored; the processor may or may not have been asked.</summary>
    Sending = 2,

    /// <summary>The processor has taken it and the money has left the account; a refund may still fail.</summary>
    Sent = 3,

    /// <summary>The processor says that it is done, or support has recorded a cheque or transfer.</summary>
    Paid = 4,

    /// <summary>The refund failed; the intent to take the money back in is stored.</summary>
    Returning = 5,

    /// <summary>Nothing was paid this way; the amount is planned again.</summary>
    Failed = 6,

    /// <summary>Not sent, because something is owed first; what is left of the amount is planned again.</summary>
    Replaced = 7,
}

/// <summary>How money leaves that goes back to no card. Persisted: values are frozen.</summary>
public enum BankMeans
{
    Cheque = 1,
    Transfer = 2,
}
