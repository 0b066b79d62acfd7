namespace OneBalance.Web.Features.Carriers;

/// <summary>How the line to the carrier is, for a health page.</summary>
public interface ICarrierHealth
{
    CarrierCondition Read();
}

/// <param name="ThrottledUntil">The carrier asked us to slow down; null when it did not.</param>
/// <param name="LastTrouble">Why the last failed call failed; null when none did.</param>
public sealed record CarrierCondition(CircuitStatus Circuit, DateTimeOffset? ThrottledUntil, CarrierTrouble? LastTrouble)
{
    /// <summary>When <see cref="LastTrouble"/> came up.</summary>
    public DateTimeOffset? TroubleAt { get; init; }

    /// <summary>The products whose circuit is not closed; <see cref="Circuit"/> is the worst of them.</summary>
    public IReadOnlyList<CarrierProduct> Failing { get; init; } = [];
}

/// <summary>The carrier's products: one that fails keeps no other from being asked.</summary>
public enum CarrierProduct
{
    SignIn,
    Rating,
    Shipping,
    Tracking,

    /// <summary>Documents that lie on another host.</summary>
    Documents,
}

public enum CarrierTrouble
{
    /// <summary>The carrier asked us to slow down.</summary>
    Throttled,

    /// <summary>No connection came about.</summary>
    Unreachable,

    /// <summary>Sent, and no answer in time.</summary>
    TimedOut,

    /// <summary>Sent, and the line broke.</summary>
    LineBroke,

    /// <summary>The answer was larger than any of the carrier's.</summary>
    TooLarge,

    /// <summary>Two different parcels were priced alike: these are no prices, and nothing is sold.</summary>
    FixedPrices,
}

public enum CircuitStatus
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Too many failed: calls are refused here, unsent, for a while.</summary>
    Open,

    /// <summary>One call is let through to see whether the carrier is back.</summary>
    Trying,
}
