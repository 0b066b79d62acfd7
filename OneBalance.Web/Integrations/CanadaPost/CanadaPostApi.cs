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

    /// <summary>Creates a shipment and its label; 200 is success. Refused with 7314 when the request id was used before.</summary>
    /// <param name="zonosKey">Account key for prepaid US duties; null elsewhere.</param>
    public Task<CarrierReply<ShipmentInfo>> CreateShipmentAsync(CreateShipmentRequest request, string? zonosKey, Language language, CancellationToken ct) =>
        WriteAsync<ShipmentInfo>(
            new CarrierCall(HttpMethod.Post, Shipping("shipments"), CallGroup.Shipments, Harmless: false) { Body = request, ZonosKey = zonosKey },
            shipment => !string.IsNullOrEmpty(shipment.ShipmentId),
            language, ct);

    /// <summary>Links to the shipments created under a request id: an empty list when none is known (yet). Nothing may be combined with it.</summary>
    public Task<CarrierReply<IReadOnlyList<Link>>> GetShipmentsByRequestIdAsync(string requestId, Language language, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<Link>>(Get(Shipping("shipments?request-id=" + Uri.EscapeDataString(requestId)), CallGroup.SearchAndManifests), language, ct);

    /// <summary>A shipment behind a link of the carrier.</summary>
    public Task<CarrierReply<ShipmentInfo>> GetShipmentAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ShipmentInfo>(link, CallGroup.Shipments, language, ct);

    /// <summary>A shipment by its id.</summary>
    public Task<CarrierReply<ShipmentInfo>> GetShipmentAsync(string shipmentId, Language language, CancellationToken ct) =>
        ReadAsync<ShipmentInfo>(Get(Shipping("shipments/" + Uri.EscapeDataString(shipmentId)), CallGroup.Shipments), language, ct);

    /// <summary>What a shipment costs: an object by the specification, a list of one by a report from production. Both are read.</summary>
    public async Task<CarrierReply<ShipmentPrice>> GetShipmentPriceAsync(Link link, Language language, CancellationToken ct)
    {
        var prices = await FollowAsync<IReadOnlyList<ShipmentPrice>>(link, CallGroup.Shipments, language, ct);
        return prices.Then(list => list is [var only, ..] ? only : null);
    }

    /// <summary>What was asked for, echoed, with the group, the status and a refund request.</summary>
    public Task<CarrierReply<ShipmentDetails>> GetShipmentDetailsAsync(Link link, Language language, CancellationToken ct) =>
        FollowAsync<ShipmentDetails>(link, CallGroup.Shipments, language, ct);

    /// <summary>Voids a shipment that was not transmitted (8064 otherwise). True when the carrier voided it now, false when it no longer has it.</summary>
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

    /// <summary>
    /// A document behind a link: PDF or ZPL, the same bytes each time. One that is not ready is asked for again; a redirect is
    /// followed by hand to an allowed host, without our token.
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

    private static CarrierCall Get(Uri address, CallGroup group) => new(HttpMethod.Get, address, group, Harmless: true);

    private Uri Rating(string path) => new($"{Options.Gateway}/rating/v1/{path}");

    private Uri Shipping(string path) => new($"{Options.Gateway}/shipping/v1/{Options.MailedBy}/{Options.OnBehalfOf}/{path}");
}

/// <param name="WasGone">The carrier no longer had the shipment: voided before.</param>
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
