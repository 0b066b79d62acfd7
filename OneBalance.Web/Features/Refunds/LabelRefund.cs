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
/// Moves one stored request on: Scheduled -> Requested -> CarrierVoided -> Credited | Refused. Each step can be run again, by
/// the page, the sweep or another node; the ledger's key is the label's, so the money comes back once.
/// </summary>
public sealed partial class LabelRefund(
    IDbContextFactory<AppDbContext> contexts,
    ICarrier carrier,
    LedgerBook ledger,
    TimeProvider time,
    ILogger<LabelRefund> logger)
{
    /// <summary>What <see cref="RefundPolicy"/> needs. A label counts as bought once its price was taken, never while unknown.</summary>
    internal static RefundFacts Facts(Label label, RefundRequest? request) => new(
        label.State is LabelState.Purchased or LabelState.Voided ? label.PurchasedAt : null,
        label.ManifestedAt is not null,
        label.State == LabelState.Voided || request?.State is RefundState.Requested or RefundState.CarrierVoided or RefundState.Credited);

    public async Task<VoidOutcome> RunAsync(MerchantId merchant, LabelId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        while (true)
        {
            db.ChangeTracker.Clear();
            var request = await db.RefundRequests.FirstAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
            var label = await db.Labels.FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            var outcome = request.State switch
            {
                RefundState.Scheduled => await BeginAsync(db, label, request, ct),
                RefundState.Requested => await VoidAsync(db, label, request, ct),
                RefundState.CarrierVoided => await CreditAsync(db, label, request, ct),
                RefundState.Credited => new VoidOutcome.Credited(request.Amount),
                RefundState.Refused => new VoidOutcome.Refused(Errors(request)),
                RefundState.Withdrawn => new VoidOutcome.NothingToVoid(),
                _ => throw new InvalidOperationException($"Unknown state {request.State}."),
            };
            if (outcome is not null)
            {
                return outcome;
            }
        }
    }

    /// <summary>The wait is over: the rule is asked once more, for the label may have been manifested meanwhile.</summary>
    private async Task<VoidOutcome?> BeginAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (request.NotBefore is { } notBefore && now < notBefore)
        {
            return new VoidOutcome.Scheduled(notBefore);
        }

        switch (RefundPolicy.Decide(Facts(label, request), now))
        {
            case RefundDecision.Void:
                request.State = RefundState.Requested;
                await SaveAsync(db, request, now + LabelRules.Backoff(now, now), ct);
                return null;
            case RefundDecision.NotYet(var until):
                request.NotBefore = until;
                return await SaveAsync(db, request, until, ct) ? new VoidOutcome.Scheduled(until) : null;
            case RefundDecision.AskCarrier or RefundDecision.TooLate or RefundDecision.AlreadyDone or RefundDecision.NothingToVoid:
                request.State = RefundState.Withdrawn;
                return await SaveAsync(db, request, null, ct) ? new VoidOutcome.NothingToVoid() : null;
            case var other:
                throw new InvalidOperationException($"Unknown decision {other}.");
        }
    }

    private async Task<VoidOutcome?> VoidAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        string shipment = label.ShipmentId ?? throw new InvalidOperationException($"Label {label.Id} has no shipment.");
        var reply = await carrier.VoidShipmentAsync(shipment, request.Language, ct);
        var now = time.GetUtcNow();
        switch (reply)
        {
            case CarrierReply<VoidConfirmation>.Confirmed:
                request.State = RefundState.CarrierVoided;
                request.CarrierConfirmedAt = now;
                request.ErrorsJson = null;
                LogVoided(label.MerchantId, label.Id);
                await SaveAsync(db, request, now + LabelRules.Backoff(now, now), ct);
                return null;
            case CarrierReply<VoidConfirmation>.Refused(var errors):
                request.State = RefundState.Refused;
                request.ErrorsJson = JsonSerializer.Serialize(errors);
                LogRefused(label.MerchantId, label.Id, string.Join(' ', errors.Select(error => error.Code)));
                return await SaveAsync(db, request, null, ct) ? new VoidOutcome.Refused(errors) : null;
            case CarrierReply<VoidConfirmation>.Unreachable(_, { } wait):
                LogNoAnswer(label.MerchantId, label.Id, reply.GetType().Name);
                return await SaveAsync(db, request, LabelRules.BusyUntil(wait, now), ct) ? new VoidOutcome.StillAsking() : null;
            case CarrierReply<VoidConfirmation>.Unreachable or CarrierReply<VoidConfirmation>.Unknown:
                LogNoAnswer(label.MerchantId, label.Id, reply.GetType().Name);
                return await SaveAsync(db, request, now + LabelRules.Backoff(request.RequestedAt, now), ct) ? new VoidOutcome.StillAsking() : null;
            default:
                throw new InvalidOperationException($"Unknown reply {reply.GetType().Name}.");
        }
    }

    /// <summary>The whole of what was paid: what was captured, and the difference taken on top.</summary>
    private async Task<VoidOutcome?> CreditAsync(AppDbContext db, Label label, RefundRequest request, CancellationToken ct)
    {
        var captured = label.Captured ?? throw new InvalidOperationException($"Label {label.Id} has no capture.");
        if (captured.IsPositive)
        {
            await MustAcceptAsync(new RefundLabel(label.MerchantId, LedgerKeys.Refund(label.Id), LedgerKeys.Reserve(label.Id), captured), ct);
        }

        if (label.Paid > captured)
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
        bool saved = await SaveAsync(db, request, null, ct);
        if (saved)
        {
            LogCredited(label.MerchantId, label.Id, request.Amount.Cents);
        }

        return saved ? new VoidOutcome.Credited(request.Amount) : null;
    }

    private async Task MustAcceptAsync(LedgerCommand command, CancellationToken ct)
    {
        if (await ledger.SubmitAsync(command, ct) is LedgerReply.Refused refused)
        {
            throw new InvalidOperationException($"{command.Key} refused as {refused.Reason}.");
        }
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

    internal static IReadOnlyList<CarrierError> Errors(RefundRequest request) =>
        request.ErrorsJson is { } json ? JsonSerializer.Deserialize<List<CarrierError>>(json) ?? [] : [];

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} voided at the carrier")]
    private partial void LogVoided(MerchantId merchant, LabelId label);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Void of label {Label} of merchant {Merchant} refused: {Codes}")]
    private partial void LogRefused(MerchantId merchant, LabelId label, string codes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Void of label {Label} of merchant {Merchant} not answered: {Reply}")]
    private partial void LogNoAnswer(MerchantId merchant, LabelId label, string reply);

    [LoggerMessage(Level = LogLevel.Information, Message = "Label {Label} of merchant {Merchant} refunded, {Cents} cents")]
    private partial void LogCredited(MerchantId merchant, LabelId label, long cents);
}
