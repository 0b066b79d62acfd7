using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using RateRequest = OneBalance.Web.Integrations.CanadaPost.Wire.RateRequest;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>
/// The carrier's operations under its own names. Reading calls are repeated after a failure and end as
/// <see cref="CarrierReply{T}.Unreachable"/>; writing calls are sent once, and end as <see cref="CarrierReply{T}.Unknown"/>
/// where nobody can tell whether they took effect.
/// </summary>
internal sealed class CanadaPostApi(CanadaPostGateway gateway, IOptions<CanadaPostOptions> options, CanadaPostLinks links)
{
    private const int MostDocumentBytes = 10 * 1024 * 1024;

    private CanadaPostOptions Options => options.Value;

    /// <summary>Prices of every service that fits, as a bare array. Source: rating <c>POST /prices</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<PriceQuote>>> GetRatesAsync(RateRequest request, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<PriceQuote>>(new CarrierCall(HttpMethod.Post, Rating("prices"), CallGroup.Rating, Harmless: true) { Body = request }, language, ct);

    /// <summary>Creates a shipment and its label; 200 is success. Refused with 7314 when the request id was used before. Source: shipping <c>POST /shipments</c>.</summary>
    /// <param name="zonosKey">Account key for prepaid US duties; null elsewhere.</param>
    public Task<CarrierReply<ShipmentInfo>> CreateShipmentAsync(CreateShipmentRequest request, string? zonosKey, Language language, CancellationToken ct) =>
        WriteAsync<ShipmentInfo>(
            new CarrierCall(HttpMethod.Post, Shipping("shipments"), CallGroup.Shipments, Harmless: false) { Body = request, ZonosKey = zonosKey },
            shipment => !string.IsNullOrEmpty(shipment.ShipmentId),
            language, ct);

    /// <summary>Links to the shipments created under a request id: an empty list when none is known (yet). Nothing may be combined with it. Source: shipping <c>GET /shipments?request-id=</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetShipmentsByRequestIdAsync(string requestId, Language language, CancellationToken ct) =>
        SearchAsync("request-id=" + Uri.EscapeDataString(requestId), language, ct);

    /// <summary>A shipment behind a link of the carrier. Source: shipping <c>GET /shipments/{id}</c>.</summary>
    public Task<CarrierReply<ShipmentInfo>> GetShipmentAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ShipmentInfo>(link, CallGroup.Shipments, language, ct);

    /// <summary>A shipment by its id. Source: shipping <c>GET /shipments/{id}</c>.</summary>
    public Task<CarrierReply<ShipmentInfo>> GetShipmentAsync(string shipmentId, Language language, CancellationToken ct) =>
        ReadAsync<ShipmentInfo>(Get(Shipping("shipments/" + Uri.EscapeDataString(shipmentId)), CallGroup.Shipments), language, ct);

    /// <summary>What a shipment costs: an object by the specification, a list of one by a report from production. Both are read. Source: shipping <c>GET /shipments/{id}/price</c>.</summary>
    public async Task<CarrierReply<ShipmentPrice>> GetShipmentPriceAsync(Link link, Language language, CancellationToken ct)
    {
        var prices = await FollowAsync<IReadOnlyList<ShipmentPrice>>(link, CallGroup.Shipments, language, ct);
        return prices.Then(list => list is [var only, ..] ? only : null);
    }

    /// <summary>What was asked for, echoed, with the group, the status and a refund request. Source: shipping <c>GET /shipments/{id}/details</c>.</summary>
    public Task<CarrierReply<ShipmentDetails>> GetShipmentDetailsAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ShipmentDetails>(link, CallGroup.Shipments, language, ct);

    /// <summary>
    /// Voids a shipment that was not transmitted (8064 otherwise). A 404 with the carrier's error says that it has no such shipment.
    /// Source: shipping <c>DELETE /shipments/{id}</c>.
    /// </summary>
    public async Task<CarrierReply<VoidAnswer>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct)
    {
        var call = new CarrierCall(HttpMethod.Delete, Shipping("shipments/" + Uri.EscapeDataString(shipmentId)), CallGroup.VoidAndRefund, Harmless: false);
        return await gateway.SendAsync(call with { AcceptLanguage = language.CultureName() }, ct) switch
        {
            Exchange.Answered { Answer.Status: HttpStatusCode.NoContent or HttpStatusCode.OK } => new CarrierReply<VoidAnswer>.Confirmed(new VoidAnswer(false)),
            Exchange.Answered { Answer: { Status: HttpStatusCode.NotFound } answer } when IsBusinessError(answer) =>
                new CarrierReply<VoidAnswer>.Confirmed(new VoidAnswer(true)),
            var exchange => Interpret<VoidAnswer>(exchange, writing: true, _ => false),
        };
    }

    /// <summary>The services of our contract that reach a country (ISO alpha-2); null for all. Source: rating <c>GET /services</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<ServiceEntry>>> DiscoverServicesAsync(string? country, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<ServiceEntry>>(Get(Rating("services" + Query(("country", country), ("contract", Options.ContractId))), CallGroup.Rating), language, ct);

    /// <summary>Limits (grams, centimetres) and options of one service under our contract. Unknown codes are refused with 10028. Source: rating <c>GET /services/{code}</c>.</summary>
    public Task<CarrierReply<ServiceDetail>> GetServiceAsync(string serviceCode, string? country, Language language, CancellationToken ct) =>
        ReadAsync<ServiceDetail>(
            Get(Rating("services/" + Uri.EscapeDataString(serviceCode) + Query(("country", country), ("contract", Options.ContractId))), CallGroup.Rating), language, ct);

    /// <summary>What an option conflicts with and needs. Source: rating <c>GET /options/{code}</c>.</summary>
    public Task<CarrierReply<OptionDetail>> GetOptionAsync(string optionCode, Language language, CancellationToken ct) =>
        ReadAsync<OptionDetail>(Get(Rating("options/" + Uri.EscapeDataString(optionCode)), CallGroup.Rating), language, ct);

    /// <summary>Links to the shipments of a tracking number; small packets have none. Source: shipping <c>GET /shipments?tracking-pin=</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetShipmentsByTrackingPinAsync(string pin, Language language, CancellationToken ct) =>
        SearchAsync("tracking-pin=" + Uri.EscapeDataString(pin), language, ct);

    /// <summary>Links to the untransmitted shipments of a group. Source: shipping <c>GET /shipments?group-id=</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetShipmentsByGroupIdAsync(string groupId, Language language, CancellationToken ct) =>
        SearchAsync("group-id=" + Uri.EscapeDataString(groupId), language, ct);

    /// <summary>Links to the shipments of a manifest. Source: shipping <c>GET /shipments?manifest-id=</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetShipmentsByManifestIdAsync(string manifestId, Language language, CancellationToken ct) =>
        SearchAsync("manifest-id=" + Uri.EscapeDataString(manifestId), language, ct);

    /// <summary>Links to the shipments behind a manifest's own link. Source: the manifest's link <c>manifestShipments</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetManifestShipmentsAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<IReadOnlyList<Link>>(link, CallGroup.SearchAndManifests, language, ct);

    /// <summary>Links to shipments that need no manifest, newest first, from an Eastern day on. Source: shipping <c>GET /shipments?no-manifest=true</c>.</summary>
    /// <param name="limit">1 to 99,999.</param>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetShipmentsWithoutManifestAsync(DateOnly from, int limit, Language language, CancellationToken ct) =>
        SearchAsync(string.Create(CultureInfo.InvariantCulture, $"no-manifest=true&date={from:yyyyMMdd}&limit={limit}"), language, ct);

    /// <summary>What a card was charged; only for shipments paid by card without a manifest. Source: shipping <c>GET /shipments/{id}/receipt</c>.</summary>
    public Task<CarrierReply<ShipmentReceipt>> GetShipmentReceiptAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ShipmentReceipt>(link, CallGroup.Shipments, language, ct);

    /// <summary>The public address of a label made with a public key, and its QR code where asked for. Both are secrets. Source: shipping <c>GET /shipments/{id}/qr-code</c>.</summary>
    public Task<CarrierReply<PublicKeyInfo>> GetPublicKeyInfoAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<PublicKeyInfo>(link, CallGroup.Shipments, language, ct);

    /// <summary>
    /// Opens a service ticket for a transmitted shipment: refused with 7291 before transmission, 7292 the second time, 7296 when it
    /// should be tried later. No money moves by it. Source: shipping <c>POST /shipments/{id}/refund</c>.
    /// </summary>
    public Task<CarrierReply<RefundInfo>> RequestRefundAsync(string shipmentId, RefundRequest request, Language language, CancellationToken ct) =>
        WriteAsync<RefundInfo>(
            new CarrierCall(HttpMethod.Post, Shipping($"shipments/{Uri.EscapeDataString(shipmentId)}/refund"), CallGroup.VoidAndRefund, Harmless: false) { Body = request },
            ticket => !string.IsNullOrEmpty(ticket.ServiceTicketId),
            language, ct);

    /// <summary>Groups with untransmitted shipments, and empty ones for up to a day. Source: shipping <c>GET /groups</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<GroupEntry>>> GetGroupsAsync(Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<GroupEntry>>(Get(Shipping("groups"), CallGroup.SearchAndManifests), language, ct);

    /// <summary>
    /// Transmits groups: several links, one for each of Canada, the US and abroad, payer and contract. Never repeated blindly: after
    /// <see cref="CarrierReply{T}.Unknown"/> look at the groups and the day's manifests first. Source: shipping <c>POST /manifests</c>.
    /// </summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> TransmitShipmentsAsync(TransmitRequest request, Language language, CancellationToken ct) =>
        WriteAsync<IReadOnlyList<Link>>(
            new CarrierCall(HttpMethod.Post, Shipping("manifests"), CallGroup.SearchAndManifests, Harmless: false) { Body = request },
            manifests => manifests.Count > 0,
            language, ct);

    /// <summary>Links to the manifests between two Eastern days, both included. Source: shipping <c>GET /manifests</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetManifestsAsync(DateOnly from, DateOnly to, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<Link>>(
            Get(Shipping(string.Create(CultureInfo.InvariantCulture, $"manifests?from={from:yyyyMMdd}&to={to:yyyyMMdd}")), CallGroup.SearchAndManifests), language, ct);

    /// <summary>Confirms a manifest, which is mandatory: refused with 9153 until it is ready, with 1653 when the account cannot pay. Source: shipping <c>GET /manifests/{id}</c>.</summary>
    public Task<CarrierReply<ManifestInfo>> GetManifestAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ManifestInfo>(link, CallGroup.SearchAndManifests, language, ct);

    /// <summary>What a manifest billed. Source: shipping <c>GET /manifests/{id}/details</c>.</summary>
    public Task<CarrierReply<ManifestDetails>> GetManifestDetailsAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ManifestDetails>(link, CallGroup.SearchAndManifests, language, ct);

    /// <summary>The latest event of a parcel. The carrier allows few of these calls: 20 a minute unless raised. Source: tracking <c>GET /pins/{pin}/summaries</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<PinSummary>>> GetTrackingSummaryByPinAsync(string pin, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<PinSummary>>(Get(Tracking($"pins/{Uri.EscapeDataString(pin)}/summaries"), CallGroup.Tracking), language, ct);

    /// <summary>All events of a parcel, newest first. Not known is an answer with both flags unset, or a 404 with 004. Source: tracking <c>GET /pins/{pin}/details</c>.</summary>
    public Task<CarrierReply<TrackingDetails>> GetTrackingDetailsByPinAsync(string pin, Language language, CancellationToken ct) =>
        ReadAsync<TrackingDetails>(Get(Tracking($"pins/{Uri.EscapeDataString(pin)}/details"), CallGroup.Tracking), language, ct);

    /// <summary>The latest event behind a delivery notice card (15 digits). Source: tracking <c>GET /dncs/{card}/summaries</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<PinSummary>>> GetTrackingSummaryByDncAsync(string card, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<PinSummary>>(Get(Tracking($"dncs/{Uri.EscapeDataString(card)}/summaries"), CallGroup.Tracking), language, ct);

    /// <summary>All events behind a delivery notice card (15 digits). Source: tracking <c>GET /dncs/{card}/details</c>.</summary>
    public Task<CarrierReply<TrackingDetails>> GetTrackingDetailsByDncAsync(string card, Language language, CancellationToken ct) =>
        ReadAsync<TrackingDetails>(Get(Tracking($"dncs/{Uri.EscapeDataString(card)}/details"), CallGroup.Tracking), language, ct);

    /// <summary>The latest events of our parcels with a reference, mailed between two days at most two months apart. Source: tracking <c>GET /refs/summaries</c>.</summary>
    /// <param name="destination">Postal code without its space, of one destination; null for all.</param>
    public Task<CarrierReply<IReadOnlyList<PinSummary>>> GetTrackingSummaryByReferenceAsync(
        string reference, DateOnly from, DateOnly to, string? destination, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<PinSummary>>(
            Get(Tracking("refs/summaries" + Query(
                ("customer-number", Options.CustomerNumber),
                ("reference-number", reference),
                ("destination-postal-code", destination),
                ("mailing-date-from", from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                ("mailing-date-to", to.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))), CallGroup.Tracking),
            language, ct);

    /// <summary>Planned outages of the carrier's interface. Source: service information <c>GET /shipments-service</c>.</summary>
    public Task<CarrierReply<IReadOnlyList<InfoMessage>>> GetServiceInfoAsync(Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<InfoMessage>>(
            Get(new Uri($"{Options.Gateway}/serviceinfo/v1/shipments-service?message-type=SO"), CallGroup.SearchAndManifests), language, ct);

    private Task<CarrierReply<IReadOnlyList<Link>>> SearchAsync(string query, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<Link>>(Get(Shipping("shipments?" + query), CallGroup.SearchAndManifests), language, ct);

    /// <summary>
    /// A document behind a link: PDF or ZPL, the same bytes each time. One that is not ready is asked for again; a redirect is
    /// followed by hand to an allowed host, without our token. Source: shipping <c>GET /artifacts/{...}</c>.
    /// </summary>
    public async Task<CarrierReply<LabelFile>> GetArtifactAsync(Link link, Language language, CancellationToken ct)
    {
        if (links.Check(link.Href) is not { } address)
        {
            return new CarrierReply<LabelFile>.Unreachable("The carrier's link leads somewhere else.");
        }

        string accept = string.IsNullOrEmpty(link.MediaType) ? "application/pdf" : link.MediaType;
        var call = new CarrierCall(HttpMethod.Get, address, CallGroup.Shipments, Harmless: true)
        {
            Accept = accept,
            AcceptLanguage = language.CultureName(),
            MostBytes = MostDocumentBytes,
        };
        var wait = Options.DocumentWait;
        for (int attempt = 1; ; attempt++)
        {
            var exchange = await gateway.SendAsync(call, ct);
            if (exchange is not Exchange.Answered { Answer: var answer })
            {
                return Interpret<LabelFile>(exchange, writing: false, _ => false);
            }

            if (answer.Status == HttpStatusCode.Accepted)
            {
                if (attempt >= Options.DocumentAttempts)
                {
                    return new CarrierReply<LabelFile>.Unreachable("The document is not ready yet.", wait);
                }

                await Task.Delay(wait, ct);
                wait *= 2;
                continue;
            }

            if ((int)answer.Status is >= 300 and < 400)
            {
                return await FollowRedirectAsync(address, answer, accept, ct);
            }

            return answer.Status == HttpStatusCode.OK ? Document(answer) : Interpret<LabelFile>(exchange, writing: false, _ => false);
        }
    }

    private async Task<CarrierReply<LabelFile>> FollowRedirectAsync(Uri from, Answer redirect, string accept, CancellationToken ct)
    {
        if (redirect.Location is not { } location || links.CheckRedirect(new Uri(from, location)) is not { } target)
        {
            return new CarrierReply<LabelFile>.Unreachable("The document was redirected to a host that is not allowed.");
        }

        return await gateway.SendUnsignedAsync(target, accept, MostDocumentBytes, ct) switch
        {
            Exchange.Answered { Answer: { Status: HttpStatusCode.OK } answer } => Document(answer),
            var exchange => Interpret<LabelFile>(exchange, writing: false, _ => false),
        };
    }

    /// <summary>What claims to be a document is checked to be one before anybody prints it.</summary>
    private static CarrierReply<LabelFile> Document(Answer answer)
    {
        bool sound = answer.MediaType switch
        {
            "application/pdf" => answer.Body.AsSpan().StartsWith("%PDF-"u8),
            "application/zpl" => answer.Body.AsSpan().IndexOf("^XA"u8) >= 0,
            _ => false,
        };
        return sound
            ? new CarrierReply<LabelFile>.Confirmed(new LabelFile(answer.MediaType, answer.Body))
            : new CarrierReply<LabelFile>.Unreachable("What the carrier sent is not a document.");
    }

    private Task<CarrierReply<T>> FollowAsync<T>(Link link, CallGroup group, Language language, CancellationToken ct)
        where T : class => links.Check(link.Href) is { } address
            ? ReadAsync<T>(Get(address, group) with { Accept = string.IsNullOrEmpty(link.MediaType) ? "application/json" : link.MediaType }, language, ct)
            : Task.FromResult<CarrierReply<T>>(new CarrierReply<T>.Unreachable("The carrier's link leads somewhere else."));

    private async Task<CarrierReply<T>> ReadAsync<T>(CarrierCall call, Language language, CancellationToken ct)
        where T : class =>
        Interpret<T>(await gateway.SendAsync(call with { AcceptLanguage = language.CultureName() }, ct), writing: false, _ => true);

    private async Task<CarrierReply<T>> WriteAsync<T>(CarrierCall call, Func<T, bool> isUsable, Language language, CancellationToken ct)
        where T : class =>
        Interpret(await gateway.SendAsync(call with { AcceptLanguage = language.CultureName() }, ct), writing: true, isUsable);

    private static CarrierReply<T> Interpret<T>(Exchange exchange, bool writing, Func<T, bool> isUsable)
        where T : class
    {
        switch (exchange)
        {
            case Exchange.NotSent notSent:
                return new CarrierReply<T>.Unreachable(notSent.Reason, notSent.RetryAfter);
            case Exchange.Lost lost:
                return Undecided(lost.Reason);
            case Exchange.Answered { Answer: var answer }:
                int status = (int)answer.Status;
                if (status == 200 && WireJson.TryRead<T>(answer.Body) is { } body && isUsable(body))
                {
                    return new CarrierReply<T>.Confirmed(body);
                }

                // A 408 or anything from 500 on may have come after the carrier acted.
                return status is >= 400 and < 500 and not 408
                    ? new CarrierReply<T>.Refused(ErrorsOf(answer))
                    : Undecided(status == 200 ? "The carrier's answer could not be read." : $"The carrier answered HTTP {status}.");
            default:
                throw new InvalidOperationException("Unknown exchange.");
        }

        CarrierReply<T> Undecided(string reason) =>
            writing ? new CarrierReply<T>.Unknown(reason) : new CarrierReply<T>.Unreachable(reason);
    }

    private static bool IsBusinessError(Answer answer) => WireJson.TryRead<ErrorAnswer>(answer.Body)?.Errors is { Count: > 0 };

    /// <summary>The carrier's codes and words; the status stands in where it gave none.</summary>
    private static IReadOnlyList<CarrierError> ErrorsOf(Answer answer)
    {
        var given = WireJson.TryRead<ErrorAnswer>(answer.Body);
        var errors = (given?.Errors ?? [])
            .Where(error => error is not null)
            .Select(error => new CarrierError(error.ErrorCode ?? "", error.Message ?? error.Description ?? given?.Detail ?? ""))
            .ToList();
        return errors.Count > 0 ? errors : [new CarrierError($"HTTP {(int)answer.Status}", given?.Detail ?? given?.Title ?? "")];
    }

    /// <summary>From the question mark on; what is empty is not asked.</summary>
    private static string Query(params (string Name, string? Value)[] parts) =>
        parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList() is { Count: > 0 } asked
            ? "?" + string.Join('&', asked)
            : "";

    private static CarrierCall Get(Uri address, CallGroup group) => new(HttpMethod.Get, address, group, Harmless: true);

    private Uri Rating(string path) => new($"{Options.Gateway}/rating/v1/{path}");

    private Uri Tracking(string path) => new($"{Options.Gateway}/tracking/v1/{path}");

    private Uri Shipping(string path) => new($"{Options.Gateway}/shipping/v1/{Options.MailedBy}/{Options.OnBehalfOf}/{path}");
}

/// <param name="WasGone">The carrier has no such shipment: voided before, or never this account's.</param>
internal sealed record VoidAnswer(bool WasGone);

internal static class CarrierReplies
{
    /// <summary>Turns what was confirmed into something else; null means that the answer is not usable.</summary>
    public static CarrierReply<TTo> Then<TFrom, TTo>(this CarrierReply<TFrom> reply, Func<TFrom, TTo?> turn)
        where TTo : class => reply switch
        {
            CarrierReply<TFrom>.Confirmed confirmed => turn(confirmed.Value) is { } value
                ? new CarrierReply<TTo>.Confirmed(value)
                : new CarrierReply<TTo>.Unreachable("The carrier's answer is incomplete."),
            _ => reply.As<TFrom, TTo>(),
        };

    /// <summary>The same outcome of another type; for everything but a confirmation.</summary>
    public static CarrierReply<TTo> As<TFrom, TTo>(this CarrierReply<TFrom> reply) => reply switch
    {
        CarrierReply<TFrom>.Refused refused => new CarrierReply<TTo>.Refused(refused.Errors),
        CarrierReply<TFrom>.Unreachable unreachable => new CarrierReply<TTo>.Unreachable(unreachable.Reason, unreachable.RetryAfter),
        CarrierReply<TFrom>.Unknown unknown => new CarrierReply<TTo>.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException("A confirmation carries a value of its own type."),
    };
}
