namespace OneBalance.Core.Shipping;

/// <summary>
/// What is known of a service before it is bought, by its code: said to the merchant beside the price.
/// Source: the carrier's service texts and its table of non-delivery handling (error 8718).
/// </summary>
public static class ServiceRules
{
    /// <summary>Small packets have no tracking number: the carrier cannot show that one was never used.</summary>
    public static bool IsTracked(string serviceCode) => !serviceCode.Contains(".SP.", StringComparison.Ordinal);

    /// <summary>
    /// The handling that the service accepts and that is nearest to what the merchant wants. Packets always come back without
    /// charge (RTS); parcels come back at the sender's expense (RASE) or are abandoned (ABAN).
    /// </summary>
    public static NonDelivery NonDeliveryFor(string serviceCode, NonDelivery wanted) => (IsPacket(serviceCode), wanted) switch
    {
        (true, _) => NonDelivery.ReturnToSender,
        (false, NonDelivery.Abandon) => NonDelivery.Abandon,
        (false, _) => NonDelivery.ReturnAtSendersExpense,
    };

    /// <summary>Whether the merchant's wish is what will happen; if not, the page says so before purchase.</summary>
    public static bool Abandons(string serviceCode) => !IsPacket(serviceCode);

    /// <summary>The most a parcel can be covered for: 5,000.00 inside Canada, 1,000.00 to all other places.</summary>
    public static Money MostCoverage(Region region) => region == Region.Domestic ? new Money(5_000_00) : new Money(1_000_00);

    private static bool IsPacket(string serviceCode) =>
        !serviceCode.StartsWith("DOM.", StringComparison.Ordinal)
        && (serviceCode.Contains(".SP.", StringComparison.Ordinal) || serviceCode.EndsWith(".TP", StringComparison.Ordinal) || serviceCode.Contains(".TP.", StringComparison.Ordinal));
}
