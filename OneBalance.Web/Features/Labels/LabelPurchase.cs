using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Features.Labels;

/// <summary>
/// Moves one purchase on, step by step, as <see cref="LabelRules.Next"/> says, until it rests or must wait. Each step's intent
/// is stored before the outside is called and each can be run again, so the buyer's page, the sweep and other nodes may run
/// the same label: whoever saves second sees the other's work and goes on from there.
/// </summary>
public sealed partial class LabelPurchase(
    IDbContextFactory<AppDbContext> contexts,
    ICarrier carrier,
    LedgerBook ledger,
    RememberGoods goods,
    TimeProvider time,
    ILogger<LabelPurchase> logger)
{
    private const string Pdf = "application/pdf";

    private const string Zpl = "application/zpl";

    public async Task<PurchaseResult> RunAsync(MerchantId merchant, LabelId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await RunAsync(db, await db.Labels.FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct), ct);
    }

    /// <param name="db">Tracks the label as it was last read or saved; nobody else may use it meanwhile.</param>
    internal async Task<PurchaseResult> RunAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        var (merchant, id) = (label.MerchantId, label.Id);
        LedgerRefusal? refusal = null;
        while (true)
        {
            if (db.Entry(label).State == EntityState.Detached)
            {
                // Another runner saved first.
                label = await db.Labels.FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            }

            var moved = LabelRules.Next(label.Facts(), time.GetUtcNow()) switch
            {
                LabelStep.Hold => await HoldAsync(db, label, ct),
                LabelStep.GiveUp => await GiveUpAsync(db, label, ct),
                LabelStep.Send => await SendAsync(db, label, intentStored: false, ct),
                LabelStep.Search => await SearchAsync(db, label, ct),
                LabelStep.Capture => await CaptureAsync(db, label, FetchAsync(label, ct), ct),
                LabelStep.FetchDocument => await FetchDocumentAsync(db, label, ct),
                LabelStep.Release => await ReleaseAsync(db, label, ct),
                LabelStep.Wait or LabelStep.Rest => Moved.No,
                var other => throw new InvalidOperationException($"Unknown step {other}."),
            };
            refusal = moved.Refusal ?? refusal;
            if (!moved.GoOn)
            {
                return new PurchaseResult(
                    label.State,
                    label.DeclineReason,
                    StoredLabel.Json.Read<List<CarrierError>>(label.ErrorsJson) ?? [],
                    label.DocumentStoredAt is not null,
                    label.State == LabelState.Draft ? refusal : null);
            }
        }
    }

    private async Task<Moved> HoldAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        switch (await ledger.SubmitAsync(Reserve(label), ct))
        {
            case LedgerReply.Accepted:
                label.State = LabelState.Attempting;
                label.Attempts = 1;
                return await SaveAsync(db, label, ct)
                    ? await SendAsync(db, label, intentStored: true, ct)
                    : Moved.On;
            case LedgerReply.Refused(var reason):
                Reopen(label);
                return await SaveAsync(db, label, ct) ? Moved.Refused(reason) : Moved.On;
            case var other:
                throw new InvalidOperationException($"Unknown reply {other}.");
        }
    }

    /// <summary>
    /// The hold may or may not have been made. Making it (again) first means that no late runner can make it after us.
    /// </summary>
    private async Task<Moved> GiveUpAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        switch (await ledger.SubmitAsync(Reserve(label), ct))
        {
            case LedgerReply.Accepted:
                return await DeclineAsync(db, label, DeclineReason.Interrupted, ct);
            case LedgerReply.Refused:
                Reopen(label);
                return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
            case var other:
                throw new InvalidOperationException($"Unknown reply {other}.");
        }
    }

    private async Task<Moved> SendAsync(AppDbContext db, Label label, bool intentStored, CancellationToken ct)
    {
        if (!intentStored)
        {
            // An earlier order may have arrived: asking for it comes before sending it again.
            if (await carrier.FindShipmentAsync(label.Search(db), label.Language, ct) is var found and not CarrierReply<CarrierShipment?>.Confirmed(null))
            {
                return await FoundAsync(db, label, found, ct);
            }

            label.Attempts++;
            if (!await SaveAsync(db, label, ct))
            {
                return Moved.On;
            }
        }

        var reply = await carrier.CreateShipmentAsync(label.Order(), label.Language, ct);
        switch (reply)
        {
            case CarrierReply<CarrierShipment>.Confirmed(var shipment):
                Keep(label, shipment);
                LogConfirmed(label.MerchantId, label.Id, shipment.ShipmentId);
                return await KeepAndCaptureAsync(db, label, ct);
            case CarrierReply<CarrierShipment>.Refused(var errors):
                label.ErrorsJson = StoredLabel.Json.Write(errors);
                return await NotConfirmedAsync(db, label, SendReply.Refused, string.Join(' ', errors.Select(error => error.Code)), ct);
            case CarrierReply<CarrierShipment>.Unreachable(var reason, { } wait):
                label.BusyUntil = LabelRules.BusyUntil(wait, time.GetUtcNow());
                return await NotConfirmedAsync(db, label, SendReply.Busy, reason, ct);
            case CarrierReply<CarrierShipment>.Unreachable(var reason, _):
                return await NotConfirmedAsync(db, label, SendReply.Unreachable, reason, ct);
            case CarrierReply<CarrierShipment>.Unknown(var reason):
                return await NotConfirmedAsync(db, label, SendReply.Unknown, reason, ct);
            default:
                throw new InvalidOperationException($"Unknown reply {reply.GetType().Name}.");
        }
    }

    private async Task<Moved> NotConfirmedAsync(AppDbContext db, Label label, SendReply reply, string reason, CancellationToken ct)
    {
        LogNotConfirmed(label.MerchantId, label.Id, reply, label.Attempts, reason);
        switch (LabelRules.AfterSend(reply, label.Attempts))
        {
            case AfterSend.Decline(var decline):
                return await DeclineAsync(db, label, decline, ct);
            case AfterSend.TryAgain:
                // This one certainly did not arrive, so it does not count.
                label.Attempts--;
                return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
            case AfterSend.Settle:
                label.State = LabelState.Unknown;
                return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
            case var other:
                throw new InvalidOperationException($"Unknown decision {other}.");
        }
    }

    private async Task<Moved> SearchAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        label.State = LabelState.Unknown;
        return await FoundAsync(db, label, await carrier.FindShipmentAsync(label.Search(db), label.Language, ct), ct);
    }

    private async Task<Moved> FoundAsync(AppDbContext db, Label label, CarrierReply<CarrierShipment?> reply, CancellationToken ct)
    {
        switch (reply)
        {
            case CarrierReply<CarrierShipment?>.Confirmed({ } shipment):
                Keep(label, shipment);
                LogConfirmed(label.MerchantId, label.Id, shipment.ShipmentId);
                return await SaveAsync(db, label, ct) && !label.Facts().ShipmentAndPriceStored ? Moved.No : Moved.On;
            case CarrierReply<CarrierShipment?>.Confirmed when label.ShipmentId is null:
                switch (LabelRules.AfterAbsence(label.AbsentSince, time.GetUtcNow()))
                {
                    case AfterAbsence.Decline:
                        return await DeclineAsync(db, label, DeclineReason.NeverArrived, ct);
                    case AfterAbsence.Remember(var since):
                        label.AbsentSince = since;
                        break;
                    case var other:
                        throw new InvalidOperationException($"Unknown decision {other}.");
                }

                break;
            case CarrierReply<CarrierShipment?>.Unreachable(_, { } wait):
                label.BusyUntil = LabelRules.BusyUntil(wait, time.GetUtcNow());
                break;
            default:
                // No answer, or a search that lags behind the shipment whose price we want: asked again later.
                break;
        }

        return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
    }

    /// <summary>
    /// Stores what the carrier confirmed, then takes the money. The document is only read, so it is fetched from the start: no
    /// money moves before the shipment is stored, whenever the document comes.
    /// </summary>
    private async Task<Moved> KeepAndCaptureAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        if (!label.Facts().ShipmentAndPriceStored)
        {
            return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
        }

        var fetching = FetchAsync(label, ct);
        if (await SaveAsync(db, label, ct))
        {
            return await CaptureAsync(db, label, fetching, ct);
        }

        await fetching;
        return Moved.On;
    }

    /// <summary>Takes the money while the document is being fetched: neither waits for the other, both can be done again.</summary>
    private async Task<Moved> CaptureAsync(AppDbContext db, Label label, Task<Fetched> fetching, CancellationToken ct)
    {
        var price = StoredLabel.Json.Read<Price>(label.PriceJson) ?? throw new InvalidOperationException($"Label {label.Id} has no price.");
        var reserved = label.Reserved ?? throw new InvalidOperationException($"Label {label.Id} holds nothing.");
        var settlement = await TakeAsync(label, LabelRules.Settle(reserved, price.Total), ct);
        var fetched = await fetching;

        label.State = LabelState.Purchased;
        label.Captured = settlement.Capture;
        label.Paid = settlement.Capture + settlement.Difference;
        label.ErrorsJson = null;
        Store(db, label, fetched);
        bool saved = await SaveAsync(db, label, ct);
        if (saved)
        {
            LogBought(label.MerchantId, label.Id, label.Attempts, settlement.Difference.Cents);
            if (label.Draft().CustomsInForce is { } customs)
            {
                await goods.RunAsync(label.MerchantId, CustomsRules.Normalize(customs).Items, ct);
            }
        }

        return saved ? Moved.No : Moved.On;
    }

    private async Task<Settlement> TakeAsync(Label label, Settlement settlement, CancellationToken ct)
    {
        string reservation = LedgerKeys.Reserve(label.Id);
        LedgerCommand take = settlement.Capture.IsPositive
            ? new Capture(label.MerchantId, LedgerKeys.Capture(label.Id), reservation, settlement.Capture)
            : new Release(label.MerchantId, LedgerKeys.Release(label.Id), reservation);
        switch (await ledger.SubmitAsync(take, ct))
        {
            case LedgerReply.Accepted:
                break;
            case LedgerReply.Refused(LedgerRefusal.AlreadyResolved or LedgerRefusal.UnknownReservation):
                // The label exists at the carrier and nothing is held for it any more: all of it is a difference.
                settlement = new Settlement(Money.Zero, settlement.Capture + settlement.Difference);
                LogHoldGone(label.MerchantId, label.Id);
                break;
            case var other:
                throw new InvalidOperationException($"Label {label.Id}: capture answered {other}.");
        }

        if (settlement.Difference.IsPositive)
        {
            await MustAcceptAsync(new Surcharge(label.MerchantId, LedgerKeys.PriceDifference(label.Id), settlement.Difference), ct);
        }

        return settlement;
    }

    private async Task<Moved> FetchDocumentAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        var fetched = await FetchAsync(label, ct);
        Store(db, label, fetched);
        if (fetched.Files.Count == 0 && await carrier.FindShipmentAsync(label.Search(db), label.Language, ct) is CarrierReply<CarrierShipment?>.Confirmed({ LabelLink: { Length: > 0 } link } shipment))
        {
            // The links may have moved; the next run tries the ones that hold now.
            label.LabelLink = link;
            label.InvoiceLink = shipment.InvoiceLink ?? label.InvoiceLink;
        }

        return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
    }

    /// <summary>What is due and not stored yet: the label, and the commercial invoice where the carrier made one. Changes nothing of the label, which may be saved meanwhile.</summary>
    private async Task<Fetched> FetchAsync(Label label, CancellationToken ct)
    {
        var (merchant, id) = (label.MerchantId, label.Id);
        (LabelDocumentKind Kind, string? Link, bool Stored, string MediaType)[] papers =
        [
            (LabelDocumentKind.Label, label.LabelLink, label.DocumentStoredAt is not null, label.Format == LabelFormat.ThermalZpl ? Zpl : Pdf),
            (LabelDocumentKind.CommercialInvoice, label.InvoiceLink, label.InvoiceStoredAt is not null, Pdf),
        ];
        var files = new Dictionary<LabelDocumentKind, LabelFile>();
        DateTimeOffset? busyUntil = null;
        foreach (var (kind, address, stored, mediaType) in papers)
        {
            if (address is not { Length: > 0 } link || stored)
            {
                continue;
            }

            var reply = await carrier.GetDocumentAsync(link, mediaType, ct);
            if (reply is CarrierReply<LabelFile>.Confirmed(var file))
            {
                files[kind] = file;
            }
            else
            {
                if (reply is CarrierReply<LabelFile>.Unreachable(_, { } wait))
                {
                    busyUntil = LabelRules.BusyUntil(wait, time.GetUtcNow());
                }

                LogNoDocument(merchant, id, kind, reply.InShort());
            }
        }

        return new Fetched(files, busyUntil);
    }

    /// <summary>Stores first that nothing was bought, then gives the hold back: dying between the two leaves work for the sweep, never a label without a hold.</summary>
    private async Task<Moved> DeclineAsync(AppDbContext db, Label label, DeclineReason reason, CancellationToken ct)
    {
        label.State = LabelState.Declined;
        label.DeclineReason = reason;
        await SaveAsync(db, label, ct);
        return Moved.On;
    }

    private async Task<Moved> ReleaseAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        var reply = await ledger.SubmitAsync(new Release(label.MerchantId, LedgerKeys.Release(label.Id), LedgerKeys.Reserve(label.Id)), ct);
        if (reply is LedgerReply.Refused { Reason: not (LedgerRefusal.AlreadyResolved or LedgerRefusal.UnknownReservation) } refused)
        {
            throw new InvalidOperationException($"Label {label.Id}: release refused as {refused.Reason}.");
        }

        label.Reserved = null;
        LogDeclined(label.MerchantId, label.Id, label.DeclineReason);
        return await SaveAsync(db, label, ct) ? Moved.No : Moved.On;
    }

    private async Task MustAcceptAsync(LedgerCommand command, CancellationToken ct)
    {
        if (await ledger.SubmitAsync(command, ct) is LedgerReply.Refused refused)
        {
            throw new InvalidOperationException($"{command.Key} refused as {refused.Reason}.");
        }
    }

    private static Reserve Reserve(Label label) => new(
        label.MerchantId,
        LedgerKeys.Reserve(label.Id),
        label.Reserved ?? throw new InvalidOperationException($"Label {label.Id} has nothing to hold."));

    /// <summary>The hold was refused: nothing is held, nothing was sent, and the draft is open again.</summary>
    private static void Reopen(Label label)
    {
        label.State = LabelState.Draft;
        label.RequestedAt = null;
        label.Reserved = null;
    }

    /// <summary>What the carrier confirmed first counts: a later reading never changes the price that is taken.</summary>
    private void Keep(Label label, CarrierShipment shipment)
    {
        var now = time.GetUtcNow();
        label.ShipmentId ??= shipment.ShipmentId;
        label.TrackingNumber ??= shipment.TrackingNumber?.Value;
        label.LabelLink = shipment.LabelLink;
        label.InvoiceLink = shipment.InvoiceLink ?? label.InvoiceLink;
        if (label.PurchasedAt is null)
        {
            // The refund clock counts from here, and so does what people see as "created".
            label.PurchasedAt = now;
            label.CreatedAt = now;
        }

        label.PriceJson ??= shipment.Price is { } price ? StoredLabel.Json.Write(price) : null;
        label.AbsentSince = null;
        label.BusyUntil = null;
        if (shipment.Transmitted)
        {
            label.ManifestedAt ??= now;
        }
    }

    private void Store(AppDbContext db, Label label, Fetched fetched)
    {
        var now = time.GetUtcNow();
        label.BusyUntil = fetched.BusyUntil ?? label.BusyUntil;
        foreach (var (kind, file) in fetched.Files)
        {
            db.LabelDocuments.Add(new LabelDocument
            {
                MerchantId = label.MerchantId,
                LabelId = label.Id,
                Kind = kind,
                MediaType = file.MediaType,
                Content = file.Content,
                StoredAt = now,
            });
            switch (kind)
            {
                case LabelDocumentKind.Label:
                    label.DocumentStoredAt = now;
                    break;
                case LabelDocumentKind.CommercialInvoice:
                    label.InvoiceStoredAt = now;
                    break;
                default:
                    throw new InvalidOperationException($"Unknown document {kind}.");
            }
        }
    }

    /// <summary>False when another runner saved first: look again.</summary>
    private async Task<bool> SaveAsync(AppDbContext db, Label label, CancellationToken ct)
    {
        int version = label.Version;
        var now = time.GetUtcNow();
        label.UpdatedAt = now;
        label.NextRunAt = LabelRules.LookAgain(label.Facts(), now);
        label.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            if (await db.Labels.AnyAsync(row => row.MerchantId == label.MerchantId && row.Id == label.Id && row.Version == version, ct))
            {
                throw;
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} confirmed by the carrier as shipment {Shipment}")]
    private partial void LogConfirmed(MerchantId merchant, LabelId label, string shipment);

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} bought after {Attempts} attempts, {Difference} cents above the hold")]
    private partial void LogBought(MerchantId merchant, LabelId label, int attempts, long difference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Label {Label} of merchant {Merchant} not confirmed: {Reply} at attempt {Attempts} ({Reason})")]
    private partial void LogNotConfirmed(MerchantId merchant, LabelId label, SendReply reply, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} declined as {Reason}, hold released")]
    private partial void LogDeclined(MerchantId merchant, LabelId label, DeclineReason? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} document of label {Label} of merchant {Merchant} not fetched: {Reply}")]
    private partial void LogNoDocument(MerchantId merchant, LabelId label, LabelDocumentKind kind, string reply);

    [LoggerMessage(Level = LogLevel.Error, Message = "Label {Label} of merchant {Merchant} was bought without a hold: debited whole")]
    private partial void LogHoldGone(MerchantId merchant, LabelId label);

    /// <param name="BusyUntil">The carrier asked us to slow down until then; null when it did not.</param>
    private sealed record Fetched(IReadOnlyDictionary<LabelDocumentKind, LabelFile> Files, DateTimeOffset? BusyUntil);

    /// <param name="GoOn">There is, or may be, a next step right now.</param>
    private readonly record struct Moved(bool GoOn, LedgerRefusal? Refusal)
    {
        public static readonly Moved On = new(true, null);

        public static readonly Moved No = new(false, null);

        public static Moved Refused(LedgerRefusal reason) => new(false, reason);
    }
}

/// <summary>How a purchase stands after a run.</summary>
/// <param name="Refusal">Why the funds could not be held, when this run found out.</param>
public sealed record PurchaseResult(
    LabelState State,
    DeclineReason? DeclineReason,
    IReadOnlyList<CarrierError> Errors,
    bool DocumentStored,
    LedgerRefusal? Refusal);
