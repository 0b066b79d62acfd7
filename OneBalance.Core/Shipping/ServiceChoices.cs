namespace OneBalance.Core.Shipping;

/// <summary>How the service of many parcels is chosen. Persisted: values are frozen.</summary>
public enum ServiceChoice
{
    /// <summary>The lowest total; of two at the same price the faster one.</summary>
    Cheapest = 1,

    /// <summary>The fewest business days; of two as fast the cheaper one; a service that promises none is last.</summary>
    Fastest = 2,

    /// <summary>The named service; where the carrier does not offer it, the cheapest.</summary>
    Named = 3,
}

/// <param name="InsteadOfNamed">The named service is not offered: the cheapest took its place.</param>
public sealed record ChosenService(Rate Rate, bool InsteadOfNamed);

/// <summary>Chooses one of the services the carrier offers, by a rule that holds for all parcels of a batch.</summary>
public static class ServiceChoices
{
    /// <summary>Null when nothing is offered.</summary>
    /// <param name="named">The service's code, for <see cref="ServiceChoice.Named"/>.</param>
    public static ChosenService? Choose(IReadOnlyList<Rate> rates, ServiceChoice choice, string? named)
    {
        if (rates.Count == 0)
        {
            return null;
        }

        var cheapest = rates.OrderBy(rate => rate.Price.Total).ThenBy(Days).ThenBy(rate => rate.ServiceCode, StringComparer.Ordinal).First();
        return choice switch
        {
            ServiceChoice.Cheapest => new ChosenService(cheapest, false),
            ServiceChoice.Fastest => new ChosenService(
                rates.OrderBy(Days).ThenBy(rate => rate.Price.Total).ThenBy(rate => rate.ServiceCode, StringComparer.Ordinal).First(), false),
            ServiceChoice.Named => rates.FirstOrDefault(rate => rate.ServiceCode == named) is { } offered
                ? new ChosenService(offered, false)
                : new ChosenService(cheapest, true),
            _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, null),
        };
    }

    /// <summary>Without a promise: last.</summary>
    private static int Days(Rate rate) => rate.TransitDays ?? int.MaxValue;
}
