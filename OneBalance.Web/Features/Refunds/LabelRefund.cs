using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Features.Refunds;

/// <summary>
/// Moves one stored request on, as <see cref="RefundFlow"/> says. Each step can be run again, by the page, the sweep or another
/// node; the ledger's key is the label's, so the money comes back once.
/// </summary>
public sealed partial class LabelRefund(
    IDbContextFactory<AppDbContext> contexts,
    ICarrier carrier,
    LedgerBook ledger,
    TimeProvider time,
    ILogger<LabelRefund> logger)
{
    /// <summary>How often, and how long, one looks whether an attempt that another runner is making was answered.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private const int Looks = 80;

    /// <summary>What <see cref="RefundPolicy"/> needs. A label counts as bought once its price was taken, never while unknown.</summary>
    internal static RefundFacts Facts(Label label, RefundState? state, bool scanned) => new(
        label.State is LabelState.Purchased or LabelState.Voided ? label.PurchasedAt : null,
        label.ManifestedAt is not null,
        label.State == LabelState.Voided || RefundFlow.Stands(state),
        label.TrackingNumber is not null,
        scanned);

    public async Task<VoidOutcome> RunAsync(MerchantId merchant, LabelId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        for (int looks = 0; ;)
        {
            db.ChangeTracker.Clear();
            var request = await db.RefundRequests.FirstAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
            var label = await db.Labels.FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (IsBeingVoided(request))
            {
                if (++looks > Looks)
                {
                    return new VoidOutcome.StillAsking();
                }

                await Task.Delay(LookAgain, ct);
                continue;
            }

            var outcome = RefundFlow.Next(request.State, request.Kind, request.NotBefore, time.GetUtcNow()) switch
            {
                RefundStep.Wait(var until) => Stored(label, request, until),
                RefundStep.Begin => await BeginAsync(db, label, request, ct),
                RefundStep.VoidAtCarrier => await VoidAsync(db, label, request, ct),
                RefundStep.OpenTicket => await ClaimAsync(db, label, request, ct),
                RefundStep.Credit => await CreditAsync(db, label, request, ct),
                RefundStep.AwaitDecision => new VoidOutcome.ClaimOpen(request.Ticket ?? "", request.ExpectedBy ?? request.UpdatedAt),
                RefundStep.Rest => Ended(label, request),
                var step => throw new InvalidOperationException($"Unknown step {step}."),
            };
            if (outcome is not null)
            {
                return outcome;
            }
        }
    }

    /// <summary>A stored request as its page tells it: about to be sent, or waiting for the 60 minutes.</summary>
    internal static VoidOutcome Stored(Label label, RefundRequest request, DateTimeOffset until) =>
        request.Kind == RefundKind.Void && label.PurchasedAt + RefundPolicy.Wait is { } allowed && request.RequestedAt < allowed
            ? new VoidOutcome.Scheduled(until)
            : new VoidOutcome.Sending(until, request.Kind == RefundKind.Claim);

    /// <summary>Another runner sent it and waits for the answer: what comes of it is the answer for all.</summary>
    private bool IsBeingVoided(RefundRequest request) =>
        request is { State: RefundState.Requested, Kind: RefundKind.Void, Doubt: VoidDoubt.Sending, NextRunAt: { } answerBy } && time.GetUtcNow() < answerBy;

    private static VoidOutcome Ended(Label label, RefundRequest request) => request.State switch
    {
        RefundState.Credited => new VoidOutcome.Credited(request.Granted ?? request.Amount),
        RefundState.Refused => new VoidOutcome.Refused(Errors(request)),
        RefundState.Rejected => new VoidOutcome.Rejected(request.Reason ?? ""),
        RefundState.Withdrawn => new VoidOutcome.TakenBack(),
        RefundState.NotSent => NotSent(label, request.NotSentReason),
        _ => throw new InvalidOperationException($"{request.State} is no end."),
    };

    private static VoidOutcome NotSent(Label label, NotSentReason? reason) => reason switch
    {
        NotSentReason.Used => new VoidOutcome.Used(),
        NotSentReason.TooLate when label.PurchasedAt is { } since => new VoidOutcome.TooLate(since + RefundPolicy.Window),
        NotSentReason.Untracked => new VoidOutcome.Untracked(),
        _ => new VoidOutcome.NothingToVoid(),
    };

    /// <summary>Its time has come: the rule is asked once more, for the label may have been manifested or scanned meanwhile.</summary>
    private async Task<VoidOutcome?> BeginAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        bool scanned = await db.ScannedAsync(label.MerchantId, label.Id, ct);
        switch (RefundPolicy.DecideAgain(Facts(label, request.State, scanned), request.RequestedAt, now))
        {
            case RefundDecision.Void:
                request.Kind = RefundKind.Void;
                request.State = RefundState.Requested;
                await SaveAsync(db, request, now + LabelRules.Backoff(now, now), ct);
                return null;
            case RefundDecision.AskCarrier:
                request.Kind = RefundKind.Claim;
                request.State = RefundState.Requested;
                await SaveAsync(db, request, now + LabelRules.Backoff(now, now), ct);
                return null;
            case RefundDecision.NotYet(var until):
                request.NotBefore = until;
                return await SaveAsync(db, request, until, ct) ? new VoidOutcome.Scheduled(until) : null;
            case RefundDecision.Untracked:
                return await EndAsync(NotSentReason.Untracked);
            case RefundDecision.Used:
                return await EndAsync(NotSentReason.Used);
            case RefundDecision.TooLate:
                return await EndAsync(NotSentReason.TooLate);
            case RefundDecision.AlreadyDone or RefundDecision.NothingToVoid:
                return await EndAsync(NotSentReason.NothingToVoid);
            case var other:
                throw new InvalidOperationException($"Unknown decision {other}.");
        }

        async Task<VoidOutcome?> EndAsync(NotSentReason reason)
        {
            request.State = RefundState.NotSent;
            request.NotSentReason = reason;
            return await SaveAsync(db, request, ToTell(request), ct) ? NotSent(label, reason) : null;
        }
    }

    /// <summary>
    /// Asks to void. That the shipment is gone counts only after an attempt of ours whose answer is lost; so each attempt is stored
    /// before it is made, by one runner at a time.
    /// </summary>
    private async Task<VoidOutcome?> VoidAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        var before = request.Doubt == VoidDoubt.Sending ? VoidDoubt.AnswerLost : request.Doubt;
        request.Doubt = before ?? VoidDoubt.Sending;
        var begun = time.GetUtcNow();
        if (!await SaveAsync(db, request, begun + LabelRules.Backoff(request.RequestedAt, begun), ct))
        {
            return null;
        }

        var reply = await carrier.VoidShipmentAsync(Shipment(label), request.Language, ct);
        (bool confirmed, request.Doubt) = RefundFlow.AfterVoid(
            reply switch
            {
                CarrierReply<VoidConfirmation>.Confirmed { Value.Gone: false } => VoidReply.Voided,
                CarrierReply<VoidConfirmation>.Confirmed => VoidReply.Gone,
                CarrierReply<VoidConfirmation>.Unknown => VoidReply.Unknown,
                _ => VoidReply.NotDone,
            },
            before);
        if (confirmed)
        {
            var now = time.GetUtcNow();
            request.State = RefundState.CarrierVoided;
            request.CarrierConfirmedAt = now;
            request.ErrorsJson = null;
            LogVoided(label.MerchantId, label.Id);
            await SaveAsync(db, request, now + LabelRules.Backoff(now, now), ct);
            return null;
        }

        if (reply is CarrierReply<VoidConfirmation>.Confirmed)
        {
            var now = time.GetUtcNow();
            LogNotKnown(label.MerchantId, label.Id);
            return await SaveAsync(db, request, now + LabelRules.Backoff(request.RequestedAt, now), ct) ? new VoidOutcome.StillAsking() : null;
        }

        return await NotDoneAsync(db, label, request, reply, ct);
    }

    /// <summary>
    /// Asks for a service ticket. The carrier gives one per shipment and shows it again when asked twice, so a lost answer opens no
    /// second claim.
    /// </summary>
    private async Task<VoidOutcome?> ClaimAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        var reply = await carrier.AskRefundAsync(Shipment(label), request.Language, ct);
        if (reply is CarrierReply<RefundTicket>.Confirmed(var ticket))
        {
            var now = time.GetUtcNow();
            request.State = RefundState.ClaimOpen;
            request.CarrierConfirmedAt = now;
            request.Ticket = ticket.Number;
            request.ExpectedBy = now + ClaimRules.Expected;
            request.ErrorsJson = null;
            LogClaimed(label.MerchantId, label.Id, ticket.Number);
            await SaveAsync(db, request, null, ct);
            return null;
        }

        return await NotDoneAsync(db, label, request, reply, ct);
    }

    private async Task<VoidOutcome?> NotDoneAsync<T>(AppDbContext db, Label label, RefundRequest request, CarrierReply<T> reply, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        switch (reply)
        {
            case CarrierReply<T>.Refused(var errors):
                request.State = RefundState.Refused;
                request.ErrorsJson = JsonSerializer.Serialize(errors);
                LogRefused(request.Kind, label.MerchantId, label.Id, string.Join(' ', errors.Select(error => error.Code)));
                return await SaveAsync(db, request, ToTell(request), ct) ? new VoidOutcome.Refused(errors) : null;
            case CarrierReply<T>.Unreachable(_, { } wait):
                LogNoAnswer(request.Kind, label.MerchantId, label.Id, "throttled");
                return await SaveAsync(db, request, LabelRules.BusyUntil(wait, now), ct) ? new VoidOutcome.StillAsking() : null;
            case CarrierReply<T>.Unreachable or CarrierReply<T>.Unknown:
                LogNoAnswer(request.Kind, label.MerchantId, label.Id, reply is CarrierReply<T>.Unknown ? "unknown" : "unreachable");
                return await SaveAsync(db, request, now + LabelRules.Backoff(request.RequestedAt, now), ct) ? new VoidOutcome.StillAsking() : null;
            default:
                throw new InvalidOperationException($"Unknown reply {reply.GetType().Name}.");
        }
    }

    /// <summary>For a void all that was paid: what was captured, and the difference taken on top. For a claim what the carrier granted.</summary>
    private async Task<VoidOutcome?> CreditAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        var captured = label.Captured ?? throw new InvalidOperationException($"Label {label.Id} has no capture.");
        var paid = label.Paid ?? captured;
        var back = request.Kind == RefundKind.Void
            ? new ClaimGrant.Granted(captured, paid > captured)
            : ClaimRules.Grant(request.Granted ?? Money.Zero, captured, paid) as ClaimGrant.Granted
                ?? throw new InvalidOperationException($"Label {label.Id} cannot be credited {request.Granted}.");
        if (back.OfCapture.IsPositive)
        {
            await MustAcceptAsync(new RefundLabel(label.MerchantId, LedgerKeys.Refund(label.Id), LedgerKeys.Reserve(label.Id), back.OfCapture), ct);
        }

        if (back.Difference)
        {
            await MustAcceptAsync(new Correct(label.MerchantId, LedgerKeys.RefundDifference(label.Id), LedgerKeys.PriceDifference(label.Id)), ct);
        }

        var now = time.GetUtcNow();
        request.State = RefundState.Credited;
        request.CreditedAt = now;
        label.State = LabelState.Voided;
        label.VoidedAt = now;
        label.NextRunAt = null;
        label.UpdatedAt = now;
        label.Version++;
        var amount = request.Granted ?? request.Amount;
        bool saved = await SaveAsync(db, request, request.Kind == RefundKind.Claim ? now : null, ct);
        if (saved)
        {
            LogCredited(label.MerchantId, label.Id, amount.Cents);
        }

        return saved ? new VoidOutcome.Credited(amount) : null;
    }

    private async Task MustAcceptAsync(LedgerCommand command, CancellationToken ct)
    {
        if (await ledger.SubmitAsync(command, ct) is LedgerReply.Refused refused)
        {
            throw new InvalidOperationException($"{command.Key} refused as {refused.Reason}.");
        }
    }

    /// <summary>For what came to nothing: due at once to be told where nobody looks, else over.</summary>
    private DateTimeOffset? ToTell(RefundRequest request)
    {
        var now = time.GetUtcNow();
        return RefundFlow.EndsUnseen(request.Automatic, request.RequestedAt, now) ? now : null;
    }

    /// <summary>False when another runner saved first: look again.</summary>
    private async Task<bool> SaveAsync(AppDbContext db, RefundRequest request, DateTimeOffset? nextRunAt, CancellationToken ct)
    {
        request.UpdatedAt = time.GetUtcNow();
        request.NextRunAt = nextRunAt;
        request.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private static string Shipment(Label label) => label.ShipmentId ?? throw new InvalidOperationException($"Label {label.Id} has no shipment.");

    internal static IReadOnlyList<CarrierError> Errors(RefundRequest request) =>
        request.ErrorsJson is { } json ? JsonSerializer.Deserialize<List<CarrierError>>(json) ?? [] : [];

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} voided at the carrier")]
    private partial void LogVoided(MerchantId merchant, LabelId label);

    [LoggerMessage(Level = LogLevel.Error, Message = "The carrier knows no shipment of label {Label} of merchant {Merchant}, which nobody voided: are the credentials another account's? It is asked again")]
    private partial void LogNotKnown(MerchantId merchant, LabelId label);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refund of label {Label} of merchant {Merchant} asked of the carrier, ticket {Ticket}")]
    private partial void LogClaimed(MerchantId merchant, LabelId label, string ticket);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} of label {Label} of merchant {Merchant} refused: {Codes}")]
    private partial void LogRefused(RefundKind kind, MerchantId merchant, LabelId label, string codes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} of label {Label} of merchant {Merchant} not answered: {Reply}")]
    private partial void LogNoAnswer(RefundKind kind, MerchantId merchant, LabelId label, string reply);

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} refunded, {Cents} cents")]
    private partial void LogCredited(MerchantId merchant, LabelId label, long cents);
}

internal static class Scans
{
    /// <summary>The carrier has seen the parcel at least once.</summary>
    public static Task<bool> ScannedAsync(this AppDbContext db, MerchantId merchant, LabelId label, CancellationToken ct) =>
        db.LabelTrackings.AnyAsync(row => row.MerchantId == merchant && row.LabelId == label && row.Status != TrackingStatus.NotScanned, ct);
}
