using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using TrackingEvent = OneBalance.Core.Shipping.TrackingEvent;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>The carrier's prices as ours.</summary>
internal static class FromWire
{
    /// <summary>Commercial quotes with the counter price of the same service beside each; a quote without a total is left out.</summary>
    public static IReadOnlyList<Rate> Rates(IReadOnlyList<PriceQuote> commercial, IReadOnlyList<PriceQuote> counter, Parcel parcel)
    {
        var counterPrices = counter
            .Where(quote => quote.ServiceCode is not null)
            .GroupBy(quote => quote.ServiceCode!)
            .ToDictionary(quotes => quotes.Key, quotes => Price(quotes.First()));
        return
        [
            .. from quote in commercial
               where quote.ServiceCode is not null
               let price = Price(quote)
               where price is not null
               select new Rate(
                   quote.ServiceCode!,
                   quote.ServiceName ?? quote.ServiceCode!,
                   price,
                   counterPrices.GetValueOrDefault(quote.ServiceCode!),
                   quote.ServiceStandard?.ExpectedTransitTime,
                   Day(quote.ServiceStandard?.ExpectedDeliveryDate),
                   quote.ServiceStandard?.GuaranteedDelivery ?? false,
                   quote.WeightDetails?.CubedWeight is { } cubed ? Math.Max(parcel.WeightGrams, Grams(cubed)) : null)
               {
                   VolumetricWeightGrams = quote.WeightDetails?.CubedWeight is { } volume ? Grams(volume) : null,
               },
        ];
    }

    private static int Grams(decimal kilograms) => (int)decimal.Ceiling(kilograms * 1000m);

    /// <summary>The code of the line that says how far the charge differs from the carrier's price.</summary>
    public const string Charged = "CHARGED";

    /// <summary>What was really charged counts; where it differs from the carrier's price, a line of its own says so.</summary>
    /// <param name="charge">From the receipt; null where there is none.</param>
    public static Price? Price(ShipmentPrice wire, decimal? charge)
    {
        var price = Price(wire);
        if (price is null || charge is not { } dollars || Money.RoundFromDollars(dollars) is var charged && charged == price.Total)
        {
            return price;
        }

        return new Price(charged, [.. price.Lines, new PriceLine(PriceLineKind.Adjustment, Charged, "", charged - price.Total)]);
    }

    /// <summary>A shipment's final price; null without a total.</summary>
    public static Price? Price(ShipmentPrice wire)
    {
        if (wire.DueAmount is not { } due)
        {
            return null;
        }

        var lines = new List<PriceLine>();
        AddLine(lines, PriceLineKind.Base, wire.ServiceCode, "", wire.BaseAmount);
        foreach (var option in wire.PricedOptions ?? [])
        {
            AddLine(lines, PriceLineKind.Option, option.OptionCode, "", option.OptionPrice);
        }

        foreach (var adjustment in wire.Adjustments ?? [])
        {
            AddLine(lines, PriceLineKind.Adjustment, adjustment.AdjustmentCode, "", adjustment.AdjustmentAmount);
        }

        AddTax(lines, "GST", wire.GstAmount, null);
        AddTax(lines, "PST", wire.PstAmount, null);
        AddTax(lines, "HST", wire.HstAmount, null);
        return new Price(Money.RoundFromDollars(due), lines);
    }

    /// <summary>Events newest first; one without a day is left out. The changed delivery day counts before the expected one.</summary>
    public static CarrierTracking Tracking(TrackingDetails wire) => new(
        [
            .. from happened in wire.SignificantEvents ?? []
               let day = Day(happened.EventDate)
               where day is not null
               select new TrackingEvent(
                   (happened.EventIdentifier ?? "").PadLeft(4, '0'),
                   day.Value,
                   TimeOnly.TryParseExact(happened.EventTime, ["HH:mm:ss", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null,
                   happened.EventTimeZone ?? "",
                   happened.EventDescription ?? "",
                   happened.EventSite ?? happened.EventRetailName ?? "",
                   happened.EventProvince ?? ""),
        ],
        Day(wire.ChangedExpectedDate) ?? Day(wire.ExpectedDeliveryDate));

    private static Price? Price(PriceQuote wire)
    {
        if (wire.PriceDetails is not { Due: { } due } details)
        {
            return null;
        }

        var lines = new List<PriceLine>();
        AddLine(lines, PriceLineKind.Base, wire.ServiceCode, wire.ServiceName ?? "", details.Base);
        foreach (var option in details.Options ?? [])
        {
            AddLine(lines, PriceLineKind.Option, option.OptionCode, option.OptionName ?? "", option.OptionPrice);
        }

        foreach (var adjustment in details.Adjustments ?? [])
        {
            AddLine(lines, PriceLineKind.Adjustment, adjustment.AdjustmentCode, adjustment.AdjustmentName ?? "", adjustment.AdjustmentCost, adjustment.Qualifier?.Percent);
        }

        AddTax(lines, "GST", details.Taxes?.Gst?.Amt, details.Taxes?.Gst?.Percent);
        AddTax(lines, "PST", details.Taxes?.Pst?.Amt, details.Taxes?.Pst?.Percent);
        AddTax(lines, "HST", details.Taxes?.Hst?.Amt, details.Taxes?.Hst?.Percent);
        return new Price(Money.RoundFromDollars(due), lines);
    }

    private static void AddLine(List<PriceLine> lines, PriceLineKind kind, string? code, string name, decimal? amount, decimal? percent = null)
    {
        if (amount is { } dollars)
        {
            lines.Add(new PriceLine(kind, code ?? "", name, Money.RoundFromDollars(dollars), percent));
        }
    }

    /// <summary>Taxes of nothing are not lines.</summary>
    private static void AddTax(List<PriceLine> lines, string code, decimal? amount, decimal? percent)
    {
        if (amount is { } dollars && dollars != 0m)
        {
            lines.Add(new PriceLine(PriceLineKind.Tax, code, "", Money.RoundFromDollars(dollars), percent));
        }
    }

    /// <summary>A local calendar day, however it is dressed up: the first ten characters, never converted.</summary>
    private static DateOnly? Day(string? text) =>
        text is { Length: >= 10 } && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
