namespace OneBalance.Web.Features.Carriers;

/// <summary>How the line to the carrier is, for a health page.</summary>
public interface ICarrierHealth
{
    CarrierCondition Read();
}

/// <param name="ThrottledUntil">The carrier asked us to slow down; null when it did not.</param>
/// <param name="LastProblem">Our words on the last failed call, without any customer's data; empty when none failed.</param>
public sealed record CarrierCondition(CircuitStatus Circuit, DateTimeOffset? ThrottledUntil, string LastProblem);

public enum CircuitStatus
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Too many failed: calls are refused here, unsent, for a while.</summary>
    Open,

    /// <summary>One call is let through to see whether the carrier is back.</summary>
    Trying,
}
