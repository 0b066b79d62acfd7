namespace OneBalance.Core.Billing;

/// <summary>
/// Requested -> Charging -> Succeeded | RequiresAction | Processing | Failed | AwaitingPayout. Persisted: values are frozen.
/// </summary>
public enum TopUpState
{
    /// <summary>Stored; the processor has not been asked.</summary>
    Requested = 1,

    /// <summary>The intent to charge is stored; the processor may or may not have been reached.</summary>
    Charging = 2,

    /// <summary>The cardholder must confirm on the bank's page.</summary>
    RequiresAction = 3,

    /// <summary>The processor has it and has not decided.</summary>
    Processing = 4,

    /// <summary>Charged, and the ledger has the credit.</summary>
    Succeeded = 5,

    /// <summary>Not charged, with a reason.</summary>
    Failed = 6,

    /// <summary>Charged, but the account was closed meanwhile: the money goes back through a supplementary payout.</summary>
    AwaitingPayout = 7,
}
