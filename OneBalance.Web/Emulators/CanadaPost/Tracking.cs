using System.Globalization;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>Parcel events that come as the clock advances, from the transmission to the delivery on the expected day.</summary>
internal sealed class Tracking(EmulatorStore store, SwitchBoard switches, EasternClock clock)
{
    /// <summary>Business days where the service promises none.</summary>
    private const int SlowTransit = 10;

    private sealed record Event(string Id, DateTime Local, string English, string French, string Site, string Province);

    public IResult Summaries(Call call)
    {
        string pin = Pin(call);
        var shipments = ByPin(pin);
        if (shipments.Count > 1)
        {
            return call.Refuse("002");
        }

        return shipments is [var shipment] && Events(shipment) is { Count: > 0 } events
            ? call.Ok(new[] { Summary(call, shipment, pin, events) })
            : Unknown(call, pin, summary: true);
    }

    public IResult Details(Call call)
    {
        string pin = Pin(call);
        var shipments = ByPin(pin);
        if (shipments.Count > 1)
        {
            return call.Refuse("002");
        }

        if (shipments is not [var shipment] || Events(shipment) is not { Count: > 0 } events)
        {
            return Unknown(call, pin, summary: false);
        }

        var asked = shipment.Asked();
        var service = Catalogue.Find(asked.DeliverySpec.ServiceCode)!;
        return call.Ok(new TrackingDetails(
            pin,
            ActiveExists: true,
            ArchiveExists: false,
            SignatureImageExists: false,
            SuppressSignature: false,
            ExpectedDeliveryDate: shipment.Price.ServiceStandard.ExpectedDeliveryDate,
            ServiceName: service.Name(call.French),
            ServiceName2: service.Name(!call.French),
            DestinationPostalId: asked.DeliverySpec.Destination.AddressDetails.PostalZipCode,
            CustomerRef1: asked.DeliverySpec.References?.CustomerRef1,
            CustomerRef2: asked.DeliverySpec.References?.CustomerRef2,
            SignificantEvents: [.. events.Select(happened => new TrackingEvent(
                happened.Id,
                happened.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                happened.Local.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                clock.ZoneName(clock.FromLocal(happened.Local)),
                call.French ? happened.French : happened.English,
                happened.Site,
                happened.Province))]));
    }

    /// <summary>The customer's own parcels only, whoever is named as the shipper.</summary>
    public IResult ByReference(Call call)
    {
        string reference = call.Query("reference-number");
        string from = call.Query("mailing-date-from");
        string to = call.Query("mailing-date-to");
        if (reference.Length == 0 || from.Length == 0 || to.Length == 0)
        {
            return call.Refuse("006");
        }

        if (!DateOnly.TryParseExact(from, "yyyy-MM-dd", out var first) || !DateOnly.TryParseExact(to, "yyyy-MM-dd", out var last)
            || first > last || first.AddMonths(2) < last)
        {
            return call.Refuse("008");
        }

        string postalCode = call.Query("destination-postal-code");
        string customer = EmulatedAccountNumbers.Pad(call.Account.CustomerNumber);
        if (call.Query("customer-number") is { Length: > 0 } shipper && EmulatedAccountNumbers.Pad(shipper) != customer)
        {
            return call.Ok(Array.Empty<PinSummary>());
        }

        var found = store.Run(session => session.List<ShipmentRef>($"ref/{customer}/{reference}")
            .Select(pointer => session.Get<StoredShipment>("shipment", pointer.ShipmentId))
            .OfType<StoredShipment>()
            .ToList());
        return call.Ok(found
            .Where(shipment => shipment is { Voided: false, TrackingPin: not null, TransmittedAt: { } mailed } && clock.DayOf(mailed) is var day && day >= first && day <= last)
            .Where(shipment => postalCode.Length == 0 || shipment.Asked().DeliverySpec.Destination.AddressDetails.PostalZipCode == postalCode)
            .Take(100)
            .Select(shipment => Summary(call, shipment, shipment.TrackingPin!, Events(shipment)))
            .ToList());
    }

    private static string Pin(Call call) => (string)(call.Http.Request.RouteValues["pin"] ?? call.Http.Request.RouteValues["dnc"])!;

    private List<StoredShipment> ByPin(string pin) => store.Run(session => session.List<ShipmentRef>($"pin/{pin}")
        .Select(reference => session.Get<StoredShipment>("shipment", reference.ShipmentId))
        .OfType<StoredShipment>()
        .Where(shipment => !shipment.Voided)
        .ToList());

    private IResult Unknown(Call call, string pin, bool summary)
    {
        if (switches.Now.UnknownPinIs404)
        {
            return Call.Json(Errors.Answer(["004"], call.French), StatusCodes.Status404NotFound);
        }

        return summary
            ? call.Ok(new[] { new PinSummary(pin, Error: new PinError("004", Errors.Text("004", french: false), Errors.Text("004", french: true))) })
            : call.Ok(new TrackingDetails(pin, false, false, false, false));
    }

    private PinSummary Summary(Call call, StoredShipment shipment, string pin, IReadOnlyList<Event> events)
    {
        var spec = shipment.Asked().DeliverySpec;
        var latest = events[0];
        bool delivered = latest.Id == "1421";
        return new PinSummary(
            pin,
            Catalogue.Find(spec.ServiceCode)!.Name(call.French),
            clock.DayOf(shipment.TransmittedAt!.Value).ToString("yyyy-MM-dd"),
            shipment.Price.ServiceStandard.ExpectedDeliveryDate,
            delivered ? latest.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            spec.Destination.AddressDetails.PostalZipCode,
            spec.Destination.AddressDetails.ProvState,
            latest.Local.ToString("yyyyMMdd:HHmmss", CultureInfo.InvariantCulture),
            call.French ? latest.French : latest.English,
            delivered ? "DELIVERED" : "INFO",
            $"{latest.Site},{latest.Province}",
            spec.References?.CustomerRef1,
            spec.References?.CustomerRef2);
    }

    /// <summary>What has happened by now, newest first; nothing before the shipment is transmitted.</summary>
    private List<Event> Events(StoredShipment shipment)
    {
        if (shipment.TransmittedAt is not { } transmitted)
        {
            return [];
        }

        var spec = shipment.Asked().DeliverySpec;
        var from = spec.Sender.AddressDetails;
        var to = spec.Destination.AddressDetails;
        var start = clock.Local(transmitted).DateTime;
        var day = Transit.AddBusinessDays(DateOnly.FromDateTime(start), shipment.Price.ServiceStandard.ExpectedTransitTime ?? SlowTransit);
        string origin = Upper(from.City);
        string destination = Upper(to.City);
        var all = new List<Event>
        {
            new("3000", start, "Order information received by the carrier", "Renseignements sur la commande reçus par le transporteur", origin, from.ProvState ?? ""),
            new("1302", start.AddHours(3), "Item accepted at the Post Office", "Article accepté au bureau de poste", origin, from.ProvState ?? ""),
            new("0100", start.AddHours(9), "Item processed", "Article traité", origin, from.ProvState ?? ""),
            new("0100", day.ToDateTime(new TimeOnly(4, 20)), "Item processed", "Article traité", destination, to.ProvState ?? ""),
            new("0174", day.ToDateTime(new TimeOnly(8, 12, 4)), "Item out for delivery", "Article en cours de livraison", destination, to.ProvState ?? ""),
            new("1421", day.ToDateTime(new TimeOnly(14, 31, 40)), "Delivered to recipient's front door", "Livré à la porte du destinataire", destination, to.ProvState ?? ""),
        };
        var now = clock.Local(clock.Now).DateTime;
        return [.. all.Where(happened => happened.Local <= now).OrderByDescending(happened => happened.Local).ThenByDescending(happened => happened.Id, StringComparer.Ordinal)];
    }

    private static string Upper(string? city) => (city ?? "").ToUpper(CultureInfo.GetCultureInfo("fr-CA"));
}
