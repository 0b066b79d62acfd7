using OneBalance.Core.Shipping;

namespace OneBalance.Web.Features.Labels;

/// <summary>How rates are listed.</summary>
public enum RateSort
{
    Price,
    Delivery,
    Name,
}

/// <summary>Order and marks of the rates of one parcel.</summary>
internal static class RateOrder
{
    public static IEnumerable<Rate> By(RateSort sort, IReadOnlyList<Rate> rates) => sort switch
    {
        RateSort.Price => rates.OrderBy(rate => rate.Price.Total).ThenBy(Days),
        RateSort.Delivery => rates.OrderBy(Days).ThenBy(rate => rate.Price.Total),
        RateSort.Name => rates.OrderBy(rate => rate.ServiceName, StringComparer.CurrentCultureIgnoreCase),
        _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, null),
    };

    /// <summary>Its code; of two at the same price the faster one.</summary>
    public static string? Cheapest(IReadOnlyList<Rate> rates) => By(RateSort.Price, rates).FirstOrDefault()?.ServiceCode;

    /// <summary>Its code; of two as fast the cheaper one; null when no service promises a time.</summary>
    public static string? Fastest(IReadOnlyList<Rate> rates) =>
        By(RateSort.Delivery, rates).FirstOrDefault() is { TransitDays: not null } fastest ? fastest.ServiceCode : null;

    /// <summary>Without a promise: last.</summary>
    private static int Days(Rate rate) => rate.TransitDays ?? int.MaxValue;
}
