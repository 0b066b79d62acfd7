namespace OneBalance.Core.Ledger;

/// <summary>
/// The accounts of one merchant's book. "A -> B" means: debit A, credit B. Persisted: values are frozen.
/// </summary>
public enum Account
{
    /// <summary>The merchant's prepaid balance; never below zero counting what is pending. Credit side.</summary>
    Available = 1,

    /// <summary>What the card processor has taken in for this merchant, less what it gave back. Debit side.</summary>
    CardClearing = 2,

    /// <summary>Owed to the carrier for labels and surcharges. Credit side.</summary>
    CarrierPayable = 3,

    /// <summary>Owed by the merchant where a forced debit exceeded <see cref="Available"/>; the next funding pays it first. Debit side.</summary>
    Receivable = 4,

    /// <summary>The remainder of a cancelled account on its way back to the merchant. Credit side.</summary>
    PayoutClearing = 5,

    /// <summary>Paid out by cheque or transfer. Credit side.</summary>
    Bank = 6,

    /// <summary>What the processor kept, recorded by reconciliation. Debit side.</summary>
    ProcessingFees = 7,

    /// <summary>Corrections and goodwill at the platform's cost. Either side.</summary>
    Adjustment = 8,
}
