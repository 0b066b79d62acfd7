using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using Customs = OneBalance.Core.Shipping.Customs;
using CustomsItem = OneBalance.Core.Shipping.CustomsItem;
using RateRequest = OneBalance.Web.Features.Carriers.RateRequest;
using ShipmentOption = OneBalance.Web.Integrations.CanadaPost.Wire.ShipmentOption;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>Our orders in the carrier's strict forms: kilograms, centimetres, capitals, dots, nothing empty.</summary>
internal static class ToWire
{
    private static readonly string[] NonDeliveryCodes = ["RASE", "RTS", "ABAN"];

    public static Wire.RateRequest RateRequest(RateRequest request, CanadaPostOptions options, bool counter) => new(
        counter ? null : options.CustomerNumber,
        counter ? null : NullIfEmpty(options.ContractId),
        counter ? "counter" : "commercial",
        request.Options.Count == 0 ? null : [.. request.Options.Select(option => new RateOption(option.Code, option.Amount?.Dollars))],
        Parcel(request.Parcel),
        null,
        request.OriginPostalCode.Replace(" ", "").ToUpperInvariant(),
        Regions.Of(request.DestinationCountry) switch
        {
            Region.Domestic => new RateDestination(Domestic: new DomesticDestination(Compact(request.DestinationPostalCode))),
            Region.UnitedStates => new RateDestination(UnitedStates: new UnitedStatesDestination(request.DestinationPostalCode.Trim())),
            _ => new RateDestination(International: new InternationalDestination(request.DestinationCountry, NullIfEmpty(request.DestinationPostalCode.Trim()))),
        });

    public static CreateShipmentRequest Shipment(ShipmentOrder order, CanadaPostOptions options)
    {
        bool abroad = order.To.Region != Region.Domestic;
        bool transmit = options.TransmitShipment;
        return new CreateShipmentRequest(
            order.Label.CarrierReference,
            transmit ? null : order.Group,
            transmit ? true : null,
            options.ShippingPointId.Length > 0 ? null : Compact(options.ShippingPoint.Length > 0 ? options.ShippingPoint : order.From.PostalCode),
            NullIfEmpty(options.ShippingPointId),
            transmit ? true : null,
            transmit && options.MethodOfPayment != "Account" ? true : null,
            new DeliverySpec(
                order.ServiceCode,
                Sender(order.From),
                Destination(order.To),
                Options(order),
                Parcel(order.Parcel),
                order.RecipientEmail.Length > 0 ? new Notification(order.RecipientEmail, OnShipment: true, OnException: true, OnDelivery: true) : null,
                Print(order.Format),
                new Preferences(false, abroad ? false : null, abroad ? order.Options.Any(option => option.Code == "COV") : null),
                order.Reference.Length > 0 ? new References(null, order.Reference, null) : null,
                order.Customs is { } customs && abroad ? CustomsForm(customs) : null,
                new SettlementInfo(NullIfEmpty(options.PaidByCustomer), NullIfEmpty(options.ContractId), options.MethodOfPayment)));
    }

    /// <summary>The shipping point as on the labels: another one would change their prices.</summary>
    public static TransmitRequest Transmission(TransmitOrder order, CanadaPostOptions options) => new(
        [order.Group],
        options.ShippingPointId.Length > 0 ? null : Compact(options.ShippingPoint.Length > 0 ? options.ShippingPoint : order.ShippingPoint),
        NullIfEmpty(options.ShippingPointId),
        true,
        options.MethodOfPayment,
        new ManifestAddress(
            order.Sender.Company.Length > 0 ? order.Sender.Company : order.Sender.Name,
            NullIfEmpty(order.Sender.Name),
            order.Sender.Phone,
            new AddressDetails(order.Sender.Line1, NullIfEmpty(order.Sender.Line2), order.Sender.City, order.Sender.Province, "CA", PostalCode(order.Sender))),
        null,
        order.Excluded.Count == 0 ? null : order.Excluded);

    private static PrintPreferences Print(LabelFormat format) => format switch
    {
        LabelFormat.ThermalPdf => new PrintPreferences("4x6", "PDF"),
        LabelFormat.LetterPdf => new PrintPreferences("8.5x11", "PDF"),
        LabelFormat.ThermalZpl => new PrintPreferences("4x6", "ZPL"),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>As the carrier compares it: Canadian codes compact and in capitals, others as typed.</summary>
    public static string PostalCode(Address address) => address.Country == "CA" ? Compact(address.PostalCode) : address.PostalCode.Trim();

    /// <summary>
    /// What becomes of a parcel that cannot be delivered. Parcels abroad go back at the sender's expense or are abandoned; packets
    /// can only be returned; inside Canada there is no choice.
    /// </summary>
    public static string? NonDeliveryCode(string serviceCode, NonDelivery wish) => serviceCode switch
    {
        "USA.EP" or "USA.XP" or "INT.XP" or "INT.IP.AIR" or "INT.IP.SURF" => wish == NonDelivery.Abandon ? "ABAN" : "RASE",
        _ when serviceCode.StartsWith("USA.", StringComparison.Ordinal) || serviceCode.StartsWith("INT.", StringComparison.Ordinal) => "RTS",
        _ => null,
    };

    private static List<ShipmentOption>? Options(ShipmentOrder order)
    {
        var options = order.Options
            .Where(option => !NonDeliveryCodes.Contains(option.Code))
            .Select(option => new ShipmentOption(option.Code, option.Amount?.Dollars, null, option.Qualifier))
            .ToList();
        var wish = order.Options.Any(option => option.Code == "ABAN") ? NonDelivery.Abandon : order.Customs?.NonDelivery ?? NonDelivery.ReturnToSender;
        if (NonDeliveryCode(order.ServiceCode, wish) is { } code)
        {
            options.Add(new ShipmentOption(code));
        }

        return options.Count == 0 ? null : options;
    }

    /// <summary>The carrier wants a company of every sender; a sender without one is its own.</summary>
    private static Contact Sender(Address from) => new(
        NullIfEmpty(from.Name),
        from.Company.Length > 0 ? from.Company : from.Name,
        from.Phone,
        null,
        null,
        new AddressDetails(from.Line1, NullIfEmpty(from.Line2), from.City, from.Province, "CA", PostalCode(from)));

    private static Contact Destination(Address to) => new(
        NullIfEmpty(to.Name),
        NullIfEmpty(to.Company),
        null,
        null,
        NullIfEmpty(to.Phone),
        new AddressDetails(NullIfEmpty(to.Line1), NullIfEmpty(to.Line2), NullIfEmpty(to.City), NullIfEmpty(to.Province), to.Country, NullIfEmpty(PostalCode(to))));

    /// <summary>Longest side first, as the carrier measures.</summary>
    private static ParcelCharacteristics Parcel(Parcel parcel)
    {
        int[] sides = [.. new[] { parcel.LengthMm, parcel.WidthMm, parcel.HeightMm }.OrderDescending()];
        return new ParcelCharacteristics(
            parcel.WeightGrams / 1000m,
            sides[2] > 0 ? new Dimensions(sides[0] / 10m, sides[1] / 10m, sides[2] / 10m) : null);
    }

    /// <summary>Values are declared in CAD whatever the currency of the invoice; another currency comes with its rate.</summary>
    private static Wire.Customs CustomsForm(Customs customs) => new(
        NullIfEmpty(customs.UsDeclarationId),
        NullIfEmpty(customs.UsDeclarationId),
        customs.Currency,
        customs.Currency == Currencies.Canadian ? null : customs.UnitsForOneCad,
        customs.Reason switch
        {
            ReasonForExport.SaleOfGoods => "SOG",
            ReasonForExport.Documents => "DOC",
            ReasonForExport.Sample => "SAM",
            ReasonForExport.RepairOrWarranty => "REP",
            ReasonForExport.Other => "OTH",
            _ => throw new ArgumentOutOfRangeException(nameof(customs), customs.Reason, null),
        },
        customs.Reason == ReasonForExport.Other ? customs.OtherReason : null,
        [.. customs.Items.Select(Item)]);

    private static Wire.CustomsItem Item(CustomsItem item) => new(
        item.Quantity,
        item.Description,
        null,
        NullIfEmpty(CustomsRules.TariffCode(item.HsCode)),
        item.UnitWeightGrams / 1000m,
        item.UnitValue.Dollars,
        "PCE",
        NullIfEmpty(item.CountryOfOrigin),
        item.CountryOfOrigin == "CA" ? NullIfEmpty(item.ProvinceOfOrigin) : null);

    private static string Compact(string postalCode) => postalCode.Replace(" ", "").ToUpperInvariant();

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
