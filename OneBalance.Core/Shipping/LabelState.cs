namespace OneBalance.Core.Shipping;

/// <summary>
/// Draft -> Reserved -> Attempting -> Purchased | Declined | Unknown; then Voiding -> Voided.
/// Persisted: values are frozen.
/// </summary>
public enum LabelState
{
    /// <summary>Being typed. Costs nothing.</summary>
    Draft = 1,

    /// <summary>The quote's total is held; the carrier has not been asked.</summary>
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
