using System.Globalization;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>
/// Parcel events that come as the clock advances, from the transmission to the delivery on the expected day; what becomes of a
/// parcel, and the minute of its delivery, follow from its tracking number.
/// <code>
/// a parcel for a post office            waits there, collected the next business day
/// number ends in 6 (check digit aside)  nobody at home: a card, waits at the post office, collected two business days later
/// number ends in 8                      an error in the address: a business day late
/// number ends in 13, 33, 53 ...         a card, waits, a last notice, goes back ten business days after it came
/// </code>
/// Times are those of the place.
/// </summary>
internal sealed class Tracking(EmulatorStore store, SwitchBoard switches, EasternClock clock)
{
    /// <summary>Business days where the service promises none.</summary>
    private const int SlowTransit = 10;

    /// <summary>Business days a parcel waits at a post office until the last notice, and until it goes back.</summary>
    private const int LastNotice = 5;
    private const int GoesBack = 10;

    private sealed record Event(Happening What, DateTimeOffset At, Place Place)
    {
        public DateTime Local => TimeZoneInfo.ConvertTime(At, Place.Zone.Rules).DateTime;

        public string ZoneName => Place.Zone.Rules.IsDaylightSavingTime(At) ? Place.Zone.Summer : Place.Zone.Winter;

        public string Words(bool french) => french ? What.French : What.English;
    }

    private sealed record Happening(string Id, string English, string French, bool Delivered = false);

    private static readonly Happening Ordered = new("3000", "Order information received by the carrier", "Renseignements sur la commande reçus par le transporteur");
    private static readonly Happening Accepted = new("1302", "Item accepted at the Post Office", "Article accepté au bureau de poste");
    private static readonly Happening Processed = new("0100", "Item processed", "Article traité");
    private static readonly Happening WrongAddress = new("0173", "Addressing error; possible delay", "Erreur d'adressage; retard possible");
    private static readonly Happening OutForDelivery = new("0174", "Item out for delivery", "Article en cours de livraison");
    private static readonly Happening AtTheDoor = new("1421", "Delivered to recipient's front door", "Livré à la porte du destinataire", Delivered: true);
    private static readonly Happening CardLeft = new("1479", "Attempted delivery; notice card left", "Tentative de livraison; avis laissé");
    private static readonly Happening AtTheOffice = new("1701", "Item available for pickup at the Post Office", "Article à retirer au bureau de poste");
    private static readonly Happening FinalNotice = new("0156", "Final notice; item will be returned if not collected", "Dernier avis; l'article sera retourné s'il n'est pas retiré");
    private static readonly Happening Collected = new("1498", "Item picked up by the recipient at the Post Office", "Article retiré par le destinataire au bureau de poste", Delivered: true);

    // Choice: the number of this event is not published.
    private static readonly Happening Returned = new("0172", "Item being returned to sender", "Article en cours de retour à l'expéditeur");

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
            ChangedExpectedDate: events.Any(happened => happened.What == WrongAddress) ? ExpectedDay(shipment, daysLate: 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            ServiceName: service.Name(call.French),
            ServiceName2: service.Name(!call.French),
            DestinationPostalId: asked.DeliverySpec.Destination.AddressDetails.PostalZipCode,
            CustomerRef1: asked.DeliverySpec.References?.CustomerRef1,
            CustomerRef2: asked.DeliverySpec.References?.CustomerRef2,
            SignificantEvents: [.. events.Select(happened => new TrackingEvent(
                happened.What.Id,
                happened.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                happened.Local.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                happened.ZoneName,
                happened.Words(call.French),
                happened.Place.Site,
                happened.Place.Province))]));
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
        bool delivered = latest.What.Delivered;
        return new PinSummary(
            pin,
            Catalogue.Find(spec.ServiceCode)!.Name(call.French),
            clock.DayOf(shipment.TransmittedAt!.Value).ToString("yyyy-MM-dd"),
            shipment.Price.ServiceStandard.ExpectedDeliveryDate,
            delivered ? latest.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            spec.Destination.AddressDetails.PostalZipCode,
            spec.Destination.AddressDetails.ProvState,
            latest.Local.ToString("yyyyMMdd:HHmmss", CultureInfo.InvariantCulture),
            latest.Words(call.French),
            delivered ? "DELIVERED" : "INFO",
            $"{latest.Place.Site},{latest.Place.Province}",
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
        var from = Place.Of(spec.Sender.AddressDetails);
        var to = Place.Of(spec.Destination.AddressDetails);
        var all = new List<Event>
        {
            new(Ordered, transmitted, from),
            new(Accepted, transmitted.AddHours(3), from),
            new(Processed, transmitted.AddHours(9), from),
        };
        int number = Number(shipment);
        bool late = number % 10 == 8;
        var expected = ExpectedDay(shipment, 0);
        var day = ExpectedDay(shipment, late ? 1 : 0);
        Add(Processed, expected, new TimeOnly(4, 20));
        if (late)
        {
            Add(WrongAddress, expected, new TimeOnly(7, 45));
        }

        if (spec.Options?.Any(option => option.OptionCode == "D2PO") == true)
        {
            Add(AtTheOffice, day, new TimeOnly(10, 15));
            Add(Collected, Transit.AddBusinessDays(day, 1), AtDoor(number));
            return Happened(all);
        }

        Add(OutForDelivery, day, new TimeOnly(8, 12, 4));
        bool unclaimed = number % 20 == 13;
        if (number % 10 != 6 && !unclaimed)
        {
            Add(AtTheDoor, day, AtDoor(number));
            return Happened(all);
        }

        Add(CardLeft, day, AtDoor(number));
        Add(AtTheOffice, Transit.AddBusinessDays(day, 1), new TimeOnly(9, 0));
        if (unclaimed)
        {
            Add(FinalNotice, Transit.AddBusinessDays(day, LastNotice), new TimeOnly(9, 0));
            Add(Returned, Transit.AddBusinessDays(day, GoesBack), new TimeOnly(15, 0));
        }
        else
        {
            Add(Collected, Transit.AddBusinessDays(day, 2), AtDoor(number));
        }

        return Happened(all);

        void Add(Happening what, DateOnly when, TimeOnly time) => all.Add(new(what, to.At(when, time), to));
    }

    /// <summary>What the clock has come to, newest first.</summary>
    private List<Event> Happened(List<Event> all) =>
        [.. all.Where(happened => happened.At <= clock.Now).OrderByDescending(happened => happened.At).ThenByDescending(happened => happened.What.Id, StringComparer.Ordinal)];

    private static DateOnly ExpectedDay(StoredShipment shipment, int daysLate)
    {
        var mailed = Place.Of(shipment.Asked().DeliverySpec.Sender.AddressDetails).DayOf(shipment.TransmittedAt!.Value);
        return Transit.AddBusinessDays(mailed, (shipment.Price.ServiceStandard.ExpectedTransitTime ?? SlowTransit) + daysLate);
    }

    /// <summary>The running number within a tracking number; 0 where there is none, as in a test app's.</summary>
    private static int Number(StoredShipment shipment) => shipment.TrackingPin is { Length: 16 } pin ? int.Parse(pin.AsSpan(7, 8), CultureInfo.InvariantCulture) : 0;

    /// <summary>Between 9:00 and 17:00, the same minute for a number whenever it is asked.</summary>
    private static TimeOnly AtDoor(int number) => new TimeOnly(9, 0, 40).AddMinutes(number * 37 % 480);
}

/// <summary>Where something happens: in capitals, with the time of the place.</summary>
internal sealed record Place(string Site, string Province, PostalZone Zone)
{
    public static Place Of(AddressDetails address) => new(Upper(address.City), address.ProvState ?? "", PostalZone.Of(address));

    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone.Rules).DateTime);

    public DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, Zone.Rules.GetUtcOffset(local));
    }

    private static string Upper(string? city) => (city ?? "").ToUpper(CultureInfo.GetCultureInfo("fr-CA"));
}

/// <summary>Time zones by the first letter of the postal code; abroad events are told in the carrier's own time.</summary>
internal sealed record PostalZone(TimeZoneInfo Rules, string Winter, string Summer)
{
    private static readonly PostalZone Newfoundland = new(Find("America/St_Johns"), "NST", "NDT");
    private static readonly PostalZone Atlantic = new(Find("America/Halifax"), "AST", "ADT");
    private static readonly PostalZone Eastern = new(Find("America/Toronto"), "EST", "EDT");
    private static readonly PostalZone Central = new(Find("America/Winnipeg"), "CST", "CDT");
    private static readonly PostalZone Saskatchewan = new(Find("America/Regina"), "CST", "CST");
    private static readonly PostalZone Mountain = new(Find("America/Edmonton"), "MST", "MDT");
    private static readonly PostalZone Yukon = new(Find("America/Whitehorse"), "MST", "MST");
    private static readonly PostalZone Pacific = new(Find("America/Vancouver"), "PST", "PDT");

    public static PostalZone Of(AddressDetails address) => (address.Country, address.PostalZipCode) switch
    {
        ("CA", ['A', ..]) => Newfoundland,
        ("CA", ['B' or 'C' or 'E', ..]) => Atlantic,
        ("CA", ['R', ..]) => Central,
        ("CA", ['S', ..]) => Saskatchewan,
        ("CA", ['T' or 'X', ..]) => Mountain,
        ("CA", ['V', ..]) => Pacific,
        ("CA", ['Y', ..]) => Yukon,
        _ => Eastern,
    };

    private static TimeZoneInfo Find(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);
}
