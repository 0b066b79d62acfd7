namespace OneBalance.Core.Shipping;

/// <summary>
/// Draft -> Reserved -> Attempting -> Purchased | Declined | Unknown; then Voided. See <see cref="LabelRules"/>.
/// Persisted: values are frozen.
/// </summary>
public enum LabelState
{
    /// <summary>Being typed. Costs nothing.</summary>
    Draft = 1,

    /// <summary>
    /// The buyer asked: the intent is stored and the quote's total is being held. The carrier has not been asked.
    /// </summary>
    Reserved = 2,

    /// <summary>The intent to buy is stored; the carrier may or may not have been reached.</summary>
    Attempting = 3,

    /// <summary>Sent, and no usable answer came: settled by asking the carrier for our reference.</summary>
    Unknown = 4,

    /// <summary>Bought, captured, with tracking number and document.</summary>
    Purchased = 5,

    /// <summary>The carrier refused; the hold was released.</summary>
    Declined = 6,

    /// <summary>Voided at the carrier and credited.</summary>
    Voided = 7,
}

/// <summary>Why nothing was bought. Persisted: values are frozen.</summary>
public enum DeclineReason
{
    /// <summary>The carrier said no; its errors are stored.</summary>
    CarrierRefused = 1,

    /// <summary>The carrier could not be reached: certain that nothing was sent.</summary>
    Unreachable = 2,

    /// <summary>Sent without an answer, and the carrier twice did not know our reference.</summary>
    NeverArrived = 3,

    /// <summary>The purchase was interrupted before the carrier was asked, and the buyer no longer waited.</summary>
    Interrupted = 4,
}
