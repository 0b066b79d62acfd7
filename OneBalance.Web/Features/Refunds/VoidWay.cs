namespace OneBalance.Web.Features.Refunds;

/// <summary>What the same wish means for a label now.</summary>
public enum VoidWay
{
    /// <summary>Voided at the carrier.</summary>
    Now,

    /// <summary>Voided when the 60 minutes are over.</summary>
    Later,

    /// <summary>Manifested: the carrier is asked for a refund.</summary>
    Claim,
}
