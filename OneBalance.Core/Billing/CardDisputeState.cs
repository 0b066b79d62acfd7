namespace OneBalance.Core.Billing;

/// <summary>Persisted: values are frozen.</summary>
public enum CardDisputeState
{
    Open = 1,

    /// <summary>The bank decided for the merchant; the money is given back.</summary>
    Won = 2,

    Lost = 3,
}
