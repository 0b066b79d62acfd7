using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using RateRequest = OneBalance.Web.Features.Carriers.RateRequest;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>The carrier port over Canada Post's JSON service.</summary>
internal sealed class CanadaPostClient(CanadaPostApi api, PriceCheck check, IOptions<CanadaPostOptions> options, ILogger<CanadaPostClient> logger) : ICarrier
{
    /// <summary>Our own refusal, before anything is sent: the carrier issues no US label without prepaid duties.</summary>
    public const string UsDutyDeclarationMissing = "US-DUTY";

    /// <summary>Our own refusal, before anything is sent: what the carrier answers are no prices.</summary>
    public const string PricesAreFixed = "FIXED-PRICES";

    private const string AlreadyHave = "7314";

    private const string RefundAlreadyAsked = "7292";

    private const string RefundAskLater = "7296";

    private static readonly TimeSpan AskRefundAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>Nothing is known of this tracking number (yet).</summary>
    private const string UnknownPin = "004";

    /// <summary>Shipment ids are long numbers; anything shorter at the end of a link may be something else.</summary>
    private const int ShortestId = 10;

    /// <summary>What the carrier cuts a list to.</summary>
    private const int MostListed = 99_999;

    /// <summary>The list of the day is asked for from a day early: its days are Eastern ones, and clocks differ.</summary>
    private static readonly TimeSpan ListedEarly = TimeSpan.FromDays(1);

    private CanadaPostOptions Options => options.Value;

    public CarrierTerms Terms => new(UsDutiesPrepaid: Options.ZonosKey.Length > 0, Voidable: !Options.TransmitShipment);

    public async Task<CarrierReply<IReadOnlyList<Rate>>> GetRatesAsync(RateRequest request, Language language, CancellationToken ct)
    {
        if (check.PricesAreFixed)
        {
            return new CarrierReply<IReadOnlyList<Rate>>.Refused([FixedPrices(language)]);
        }

        var commercial = api.GetRatesAsync(ToWire.RateRequest(request, Options, counter: false), language, ct);
        var counter = api.GetRatesAsync(ToWire.RateRequest(request, Options, counter: true), language, ct);
        await Task.WhenAll(commercial, counter);

        // The counter price is there to compare with; rates are shown without it rather than not at all.
        var counterQuotes = await counter is CarrierReply<IReadOnlyList<PriceQuote>>.Confirmed { Value: var quotes } ? quotes : [];
        return (await commercial).Then(offers => FromWire.Rates(offers, counterQuotes, request.Parcel));
    }

    public async Task<CarrierReply<CarrierShipment>> CreateShipmentAsync(ShipmentOrder order, Language language, CancellationToken ct)
    {
        if (order.To.Region == Region.UnitedStates && string.IsNullOrEmpty(order.Customs?.UsDeclarationId) && Options.ZonosKey.Length == 0)
        {
            return new CarrierReply<CarrierShipment>.Refused(
                [new CarrierError(UsDutyDeclarationMissing, CanadaPostTexts.Get(nameof(UsDutyDeclarationMissing), language))]);
        }

        if (check.PricesAreFixed)
        {
            return new CarrierReply<CarrierShipment>.Refused([FixedPrices(language)]);
        }

        string? zonosKey = order.To.Region == Region.UnitedStates && string.IsNullOrEmpty(order.Customs?.UsDeclarationId) ? Options.ZonosKey : null;
        var reply = await api.CreateShipmentAsync(ToWire.Shipment(order, Options), zonosKey, language, ct);
        return reply switch
        {
            CarrierReply<ShipmentInfo>.Confirmed created => await CompleteAsync(created.Value, language, ct),
            CarrierReply<ShipmentInfo>.Refused refused when refused.Errors.Any(error => error.Code == AlreadyHave) =>
                await FindExistingAsync(order, language, ct),
            _ => reply.As<ShipmentInfo, CarrierShipment>(),
        };
    }

    private static CarrierError FixedPrices(Language language) => new(PricesAreFixed, CanadaPostTexts.Get(nameof(PricesAreFixed), language));

    public async Task<CarrierReply<CarrierShipment?>> FindShipmentAsync(ShipmentSearch search, Language language, CancellationToken ct)
    {
        var found = await FindInfoAsync(search, language, ct);
        if (found is not CarrierReply<Found>.Confirmed { Value: var value })
        {
            return found.As<Found, CarrierShipment?>();
        }

        if (value.Shipment is not { } shipment)
        {
            return new CarrierReply<CarrierShipment?>.Confirmed(null);
        }

        return await CompleteAsync(shipment, language, ct) switch
        {
            CarrierReply<CarrierShipment>.Confirmed confirmed => new CarrierReply<CarrierShipment?>.Confirmed(confirmed.Value),
            var other => other.As<CarrierShipment, CarrierShipment?>(),
        };
    }

    public Task<CarrierReply<LabelFile>> GetDocumentAsync(string link, string mediaType, CancellationToken ct) =>
        api.GetArtifactAsync(new Link("artifact", link, mediaType), Language.English, ct);

    public async Task<CarrierReply<VoidConfirmation>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct) =>
        (await api.VoidShipmentAsync(shipmentId, language, ct)).Then(answer => new VoidConfirmation(answer.WasGone));

    public async Task<CarrierReply<RefundTicket>> AskRefundAsync(string shipmentId, Language language, CancellationToken ct)
    {
        var reply = await api.RequestRefundAsync(shipmentId, new RefundRequest(Options.RefundEmail), language, ct);
        switch (reply)
        {
            case CarrierReply<RefundInfo>.Confirmed(var ticket):
                return new CarrierReply<RefundTicket>.Confirmed(Ticket(ticket));
            case CarrierReply<RefundInfo>.Refused(var errors) when errors.Any(error => error.Code == RefundAlreadyAsked):
                return await ExistingTicketAsync(shipmentId, language, ct);
            case CarrierReply<RefundInfo>.Refused(var errors) when errors.Any(error => error.Code == RefundAskLater):
                return new CarrierReply<RefundTicket>.Unreachable("The carrier takes refund requests later.", AskRefundAgainAfter);
            default:
                return reply.As<RefundInfo, RefundTicket>();
        }
    }

    /// <summary>The carrier has a request of this shipment, whose answer we lost: its details show the ticket.</summary>
    private async Task<CarrierReply<RefundTicket>> ExistingTicketAsync(string shipmentId, Language language, CancellationToken ct)
    {
        var shipment = await api.GetShipmentAsync(shipmentId, language, ct);
        if (shipment is CarrierReply<ShipmentInfo>.Confirmed { Value: var found }
            && found.LinkOf("details") is { } details
            && await api.GetShipmentDetailsAsync(details, language, ct) is CarrierReply<ShipmentDetails>.Confirmed
            { Value.ShipmentDetail.RefundRequestInfo: { ServiceTicketId.Length: > 0 } ticket })
        {
            return new CarrierReply<RefundTicket>.Confirmed(Ticket(ticket));
        }

        return new CarrierReply<RefundTicket>.Unreachable("The carrier has a refund request of this shipment, but did not show its ticket.");
    }

    private static RefundTicket Ticket(RefundInfo info) => new(
        info.ServiceTicketId!,
        DateOnly.TryParseExact(info.ServiceTicketDate, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day) ? day : null);

    public async Task<CarrierReply<IReadOnlyList<string>>> ListGroupAsync(string group, CancellationToken ct) =>
        await IdsAsync(await api.GetShipmentsByGroupIdAsync(group, Language.English, ct), ct);

    public async Task<CarrierReply<IReadOnlyList<string>>> TransmitAsync(TransmitOrder order, Language language, CancellationToken ct) =>
        Addresses(await api.TransmitShipmentsAsync(ToWire.Transmission(order, Options), language, ct));

    public async Task<CarrierReply<CarrierManifest>> GetManifestAsync(string link, Language language, CancellationToken ct)
    {
        var reply = await api.GetManifestAsync(new Link("manifest", link, "application/json"), language, ct);
        if (reply is not CarrierReply<ManifestInfo>.Confirmed { Value: var manifest })
        {
            return reply.As<ManifestInfo, CarrierManifest>();
        }

        if (manifest.PoNumber is not { Length: > 0 } number)
        {
            return new CarrierReply<CarrierManifest>.Unreachable("The carrier's manifest has no number yet.");
        }

        // What is billed is the platform's own affair: a manifest without it is confirmed all the same.
        Money? billed = manifest.LinkOf("details") is { } details
            && await api.GetManifestDetailsAsync(details, language, ct) is CarrierReply<ManifestDetails>.Confirmed { Value.ManifestPricingInfo.TotalDueCpc: { } total }
                ? Money.RoundFromDollars(total)
                : null;
        return new CarrierReply<CarrierManifest>.Confirmed(new CarrierManifest(
            number, manifest.LinkOf("artifact")?.Href, manifest.LinkOf("manifestShipments")?.Href, billed));
    }

    public async Task<CarrierReply<IReadOnlyList<string>>> ListManifestAsync(CarrierManifest manifest, CancellationToken ct) =>
        manifest.ShipmentsLink is { } link
            ? await IdsAsync(await api.GetManifestShipmentsAsync(new Link("manifestShipments", link, "application/json"), Language.English, ct), ct)
            : new CarrierReply<IReadOnlyList<string>>.Confirmed([]);

    public async Task<CarrierReply<IReadOnlyList<string>>> ListManifestsAsync(DateOnly from, DateOnly to, CancellationToken ct) =>
        Addresses(await api.GetManifestsAsync(from, to, Language.English, ct));

    /// <summary>That a parcel is not known (yet) is an answer: no events.</summary>
    public async Task<CarrierReply<CarrierTracking>> GetTrackingAsync(TrackingNumber number, Language language, CancellationToken ct) =>
        await api.GetTrackingDetailsByPinAsync(number.Value, language, ct) switch
        {
            CarrierReply<TrackingDetails>.Confirmed { Value: var details } => new CarrierReply<CarrierTracking>.Confirmed(FromWire.Tracking(details)),
            CarrierReply<TrackingDetails>.Refused { Errors: var errors } when errors.Any(error => error.Code == UnknownPin) =>
                new CarrierReply<CarrierTracking>.Confirmed(new CarrierTracking([], null)),
            var reply => reply.As<TrackingDetails, CarrierTracking>(),
        };

    private static CarrierReply<IReadOnlyList<string>> Addresses(CarrierReply<IReadOnlyList<Link>> reply) => reply is CarrierReply<IReadOnlyList<Link>>.Confirmed { Value: var found }
        ? new CarrierReply<IReadOnlyList<string>>.Confirmed([.. found.Select(link => link.Href).OfType<string>()])
        : reply.As<IReadOnlyList<Link>, IReadOnlyList<string>>();

    /// <summary>A link's last part is the shipment's id wherever it looks like one, which saves a call for each of up to thousands.</summary>
    private static string? IdIn(Link link) =>
        link.Href?[(link.Href.LastIndexOf('/') + 1)..] is { Length: >= ShortestId } last && last.All(char.IsAsciiDigit) ? last : null;

    /// <summary>The ids behind a list of links; one that does not show its id is followed and its answer read.</summary>
    private async Task<CarrierReply<IReadOnlyList<string>>> IdsAsync(CarrierReply<IReadOnlyList<Link>> reply, CancellationToken ct)
    {
        if (reply is not CarrierReply<IReadOnlyList<Link>>.Confirmed { Value: var found })
        {
            return reply.As<IReadOnlyList<Link>, IReadOnlyList<string>>();
        }

        var ids = new List<string>();
        foreach (var link in found)
        {
            if (link.Href is not { Length: > 0 })
            {
                continue;
            }

            if (IdIn(link) is { } known)
            {
                ids.Add(known);
                continue;
            }

            switch (await api.GetShipmentAsync(link, Language.English, ct))
            {
                case CarrierReply<ShipmentInfo>.Confirmed { Value.ShipmentId: { Length: > 0 } id }:
                    ids.Add(id);
                    break;
                case CarrierReply<ShipmentInfo>.Refused:
                    // Voided or forgotten since it was listed.
                    break;
                case CarrierReply<ShipmentInfo>.Confirmed:
                    return new CarrierReply<IReadOnlyList<string>>.Unreachable("The carrier listed a shipment without an id.");
                case var unread:
                    return unread.As<ShipmentInfo, IReadOnlyList<string>>();
            }
        }

        return new CarrierReply<IReadOnlyList<string>>.Confirmed(ids);
    }

    /// <summary>The carrier has a shipment of this reference: it must be ours in content too before it is taken for the one asked for.</summary>
    private async Task<CarrierReply<CarrierShipment>> FindExistingAsync(ShipmentOrder order, Language language, CancellationToken ct)
    {
        var found = await FindByReferenceAsync(order.Label, language, ct);
        if (found is not CarrierReply<Found>.Confirmed { Value.Shipment: { } shipment })
        {
            // It said that it has one, so "none" is a search that lags, and never a reason to give up.
            return new CarrierReply<CarrierShipment>.Unknown("The carrier has this shipment, but did not show it.");
        }

        if (shipment.LinkOf("details") is not { } details
            || await api.GetShipmentDetailsAsync(details, language, ct) is not CarrierReply<ShipmentDetails>.Confirmed { Value.ShipmentDetail.DeliverySpec: { } spec })
        {
            return new CarrierReply<CarrierShipment>.Unknown("The carrier has this shipment, but did not show what is in it.");
        }

        if (!IsSame(spec, order))
        {
            logger.LogError("The carrier has another shipment under the reference of label {Label}.", order.Label);
            return new CarrierReply<CarrierShipment>.Unknown("The carrier has a different shipment under this reference.");
        }

        return await CompleteAsync(shipment, language, ct);
    }

    /// <summary>Of a parcel for a post office the destination is the office; the recipient is whom the order names.</summary>
    private static bool IsSame(DeliverySpecEcho echo, ShipmentOrder order) =>
        echo.ServiceCode == order.ServiceCode
        && string.Equals((echo.Recipient ?? echo.Destination)?.AddressDetails?.PostalZipCode?.Replace(" ", ""), ToWire.PostalCode(order.To), StringComparison.OrdinalIgnoreCase);

    private sealed record Found(ShipmentInfo? Shipment);

    private async Task<CarrierReply<Found>> FindInfoAsync(ShipmentSearch search, Language language, CancellationToken ct)
    {
        var found = await FindByReferenceAsync(search.Label, language, ct);
        return found is CarrierReply<Found>.Confirmed { Value.Shipment: null } ? await FindListedAsync(search, language, ct) : found;
    }

    private async Task<CarrierReply<Found>> FindByReferenceAsync(LabelId label, Language language, CancellationToken ct)
    {
        var search = await api.GetShipmentsByRequestIdAsync(label.CarrierReference, language, ct);
        if (search is not CarrierReply<IReadOnlyList<Link>>.Confirmed { Value: var links })
        {
            return search.As<IReadOnlyList<Link>, Found>();
        }

        foreach (var link in links.Where(link => link.Href is not null))
        {
            switch (await api.GetShipmentAsync(link, language, ct))
            {
                case CarrierReply<ShipmentInfo>.Confirmed { Value: var shipment } when shipment.CustomerRequestId == label.CarrierReference:
                    return new CarrierReply<Found>.Confirmed(new Found(shipment));
                case CarrierReply<ShipmentInfo>.Confirmed:
                    logger.LogError("The carrier's search for label {Label} led to another shipment.", label);
                    return new CarrierReply<Found>.Unreachable("The carrier's search led to another shipment.");
                case var unread:
                    return unread is CarrierReply<ShipmentInfo>.Refused
                        ? new CarrierReply<Found>.Unreachable("The carrier listed a shipment and did not show it.")
                        : unread.As<ShipmentInfo, Found>();
            }
        }

        return new CarrierReply<Found>.Confirmed(new Found(null));
    }

    /// <summary>
    /// How soon the search by reference sees a shipment, and whether it sees those charged at once, is not certain; the lists of
    /// them are. Absence is an answer only when every shipment listed was read.
    /// </summary>
    private async Task<CarrierReply<Found>> FindListedAsync(ShipmentSearch search, Language language, CancellationToken ct)
    {
        CarrierReply<IReadOnlyList<Link>> list;
        if (Options.TransmitShipment)
        {
            var from = DateOnly.FromDateTime((search.RequestedAt - ListedEarly).UtcDateTime).AddDays(-1);
            list = await api.GetShipmentsWithoutManifestAsync(from, MostListed, language, ct);
        }
        else if (search.Group.Length > 0)
        {
            list = await api.GetShipmentsByGroupIdAsync(search.Group, language, ct);
        }
        else
        {
            return new CarrierReply<Found>.Confirmed(new Found(null));
        }

        if (list is not CarrierReply<IReadOnlyList<Link>>.Confirmed { Value: var links })
        {
            return list.As<IReadOnlyList<Link>, Found>();
        }

        if (links.Count == 0)
        {
            return new CarrierReply<Found>.Confirmed(new Found(null));
        }

        var others = await search.Others(ct);
        foreach (var link in links.Where(link => IdIn(link) is not { } id || !others.Contains(id)))
        {
            switch (await api.GetShipmentAsync(link, language, ct))
            {
                case CarrierReply<ShipmentInfo>.Confirmed { Value: var shipment }:
                    if (shipment.CustomerRequestId == search.Label.CarrierReference)
                    {
                        return new CarrierReply<Found>.Confirmed(new Found(shipment));
                    }

                    break;
                case CarrierReply<ShipmentInfo>.Refused:
                    // Voided or forgotten since it was listed.
                    break;
                case var unread:
                    return unread.As<ShipmentInfo, Found>();
            }
        }

        return links.Count < MostListed
            ? new CarrierReply<Found>.Confirmed(new Found(null))
            : new CarrierReply<Found>.Unreachable("The carrier's list was cut off.");
    }

    /// <summary>Adds the price, which may fail by itself; a shipment without a usable label is not a purchase yet.</summary>
    private async Task<CarrierReply<CarrierShipment>> CompleteAsync(ShipmentInfo shipment, Language language, CancellationToken ct)
    {
        if (shipment.ShipmentStatus == "suspended")
        {
            return new CarrierReply<CarrierShipment>.Unknown("The carrier holds the shipment back.");
        }

        if (shipment.ShipmentId is not { Length: > 0 } id || shipment.LinkOf("label")?.Href is not { } label)
        {
            return new CarrierReply<CarrierShipment>.Unknown("The carrier's answer names no label.");
        }

        var price = await PriceAsync(shipment, language, ct);
        return new CarrierReply<CarrierShipment>.Confirmed(new CarrierShipment(
            id,
            shipment.TrackingPin is { Length: > 0 } pin ? new TrackingNumber(pin) : null,
            price,
            label,
            shipment.ShipmentStatus == "transmitted" || shipment.PoNumber is { Length: > 0 })
        {
            InvoiceLink = shipment.LinkOf("commercialInvoice")?.Href,
        });
    }

    /// <summary>
    /// The price, and what was charged where the carrier gives a receipt: the charge is what is booked. Null while either of the two
    /// is there and could not be read.
    /// </summary>
    private async Task<Price?> PriceAsync(ShipmentInfo shipment, Language language, CancellationToken ct)
    {
        var price = shipment.ShipmentPrice;
        if (price is null && shipment.LinkOf("price") is { } link
            && await api.GetShipmentPriceAsync(link, language, ct) is CarrierReply<ShipmentPrice>.Confirmed { Value: var read })
        {
            price = read;
        }

        if (price is null)
        {
            return null;
        }

        var receipt = shipment.ShipmentReceipt;
        if (receipt is null && shipment.LinkOf("receipt") is { } receiptLink)
        {
            switch (await api.GetShipmentReceiptAsync(receiptLink, language, ct))
            {
                case CarrierReply<ShipmentReceipt>.Confirmed(var given):
                    receipt = given;
                    break;
                case CarrierReply<ShipmentReceipt>.Refused:
                    // It has none for this one: its price is what it charges.
                    break;
                default:
                    return null;
            }
        }

        var final = FromWire.Price(price, (receipt?.CcReceiptDetails ?? receipt?.SupplierAccountReceiptDetails)?.ChargeAmount);
        if (final is not null && final.Lines.Any(line => line.Code == FromWire.Charged))
        {
            logger.LogWarning("The carrier charged {Charged} for shipment {Shipment} and not {Price}.", final.Total, shipment.ShipmentId, price.DueAmount);
        }

        return final;
    }
}
