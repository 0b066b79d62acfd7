namespace OneBalance.Core.Billing;

/// <summary>Persisted: values are frozen.</summary>
public enum AutoFundingEventKind
{
    /// <summary>By hand, also after a stop.</summary>
    TurnedOn = 1,

    Changed = 2,

    /// <summary>By hand.</summary>
    TurnedOff = 3,

    /// <summary>A charge failed, and it is tried again after the cool-down.</summary>
    ChargeFailed = 4,

    /// <summary>It switched itself off: the third failure in a row, or the bank wants the merchant there.</summary>
    Stopped = 5,

    /// <summary>Switched on again by a payment that succeeded.</summary>
    Resumed = 6,
}
