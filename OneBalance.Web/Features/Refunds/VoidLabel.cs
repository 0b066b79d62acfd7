using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Refunds;

/// <summary>
/// Voids a label at the carrier, or asks the carrier for a refund once it is manifested, as <see cref="RefundPolicy"/> allows;
/// the price returns to the balance. The request is stored and sent ten seconds later, so that it can be taken back. Asking
/// again joins the request under way: two clicks, two tabs and two nodes give one refund.
/// </summary>
public sealed class VoidLabel(IDbContextFactory<AppDbContext> contexts, LabelRefund refund, TimeProvider time)
{
    /// <param name="userId">Who asks.</param>
    public async Task<VoidOutcome> RunAsync(MerchantAccess access, LabelId id, string userId, Language language, CancellationToken ct) =>
        (await RequestAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), id, userId, language, schedule: false, ct)).Outcome;

    /// <summary>As <see cref="RunAsync"/>; during the 60-minute wait the void is stored to run by itself when the wait is over.</summary>
    public async Task<VoidOutcome> AsSoonAsAllowedAsync(MerchantAccess access, LabelId id, string userId, Language language, CancellationToken ct) =>
        (await RequestAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), id, userId, language, schedule: true, ct)).Outcome;

    /// <summary>As <see cref="AsSoonAsAllowedAsync"/>, and whether this wish stored the request: otherwise it was there before.</summary>
    internal async Task<(VoidOutcome Outcome, bool Stored)> AmongManyAsync(MerchantAccess access, LabelId id, string userId, Language language, CancellationToken ct) =>
        await RequestAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), id, userId, language, schedule: true, ct);

    /// <summary>
    /// Sends a stored request whose time has come, instead of waiting for the sweep; before its time, or when nothing is stored,
    /// it only says how it stands. From the first step on it runs to its end, whoever watches.
    /// </summary>
    public async Task<VoidOutcome> SendAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (!await db.RefundRequests.AnyAsync(row => row.MerchantId == merchant && row.LabelId == id, ct))
            {
                return new VoidOutcome.NotFound();
            }
        }

        return await refund.RunAsync(merchant, id, CancellationToken.None);
    }

    /// <summary>
    /// For a label that was never used, when the merchant lets that happen: nobody is there to take it back, so it is sent at once.
    /// A label for which anything was ever asked is left alone.
    /// </summary>
    internal async Task<VoidOutcome> UnusedAsync(MerchantId merchant, LabelId id, Language language, CancellationToken ct)
    {
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            var label = await db.Labels.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (label is null)
            {
                return new VoidOutcome.NotFound();
            }

            bool asked = await db.RefundRequests.AnyAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
            var now = time.GetUtcNow();
            var answeredAt = await db.LabelTrackings.Where(row => row.MerchantId == merchant && row.LabelId == id).Select(row => row.AnsweredAt).FirstOrDefaultAsync(ct);
            var facts = LabelRefund.Facts(label, null, await db.ScannedAsync(merchant, id, ct));
            if (UnusedLabelPolicy.Decide(facts, asked, answeredAt, now) != UnusedLabelStep.Void)
            {
                return new VoidOutcome.NothingToVoid();
            }

            var request = Ask(db, null, label, "", language, now, now, facts.Manifested ? RefundKind.Claim : RefundKind.Void);
            request.Automatic = true;
            if (!await SaveAsync(db, request, ct))
            {
                return new VoidOutcome.AlreadyDone();
            }
        }

        return await refund.RunAsync(merchant, id, ct);
    }

    /// <summary>Takes a stored request back. False when there is none that has not been sent yet.</summary>
    public async Task<bool> WithdrawAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var request = await db.RefundRequests.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
        if (request is not { State: RefundState.Scheduled })
        {
            return false;
        }

        request.State = RefundState.Withdrawn;
        request.NextRunAt = null;
        request.UpdatedAt = time.GetUtcNow();
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

    private async Task<(VoidOutcome Outcome, bool Stored)> RequestAsync(MerchantId merchant, LabelId id, string userId, Language language, bool schedule, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var label = await db.Labels.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (label is null)
            {
                return (new VoidOutcome.NotFound(), false);
            }

            var request = await db.RefundRequests.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
            if (request?.State is RefundState.Requested or RefundState.CarrierVoided or RefundState.ClaimGranted)
            {
                return (await refund.RunAsync(merchant, id, CancellationToken.None), false);
            }

            var now = time.GetUtcNow();
            if (request is { State: RefundState.Scheduled, NotBefore: { } stored } && now < stored
                && LabelRefund.Stored(label, request, stored) is var standing && (schedule || standing is VoidOutcome.Sending))
            {
                return (standing, false);
            }

            if (request is { State: RefundState.Scheduled } && !(now < request.NotBefore))
            {
                return (await refund.RunAsync(merchant, id, CancellationToken.None), false);
            }

            var send = now + RefundPolicy.TakeBack;
            bool stood = request is { State: RefundState.Scheduled };
            switch (RefundPolicy.Decide(LabelRefund.Facts(label, request?.State, await db.ScannedAsync(merchant, id, ct)), now))
            {
                case RefundDecision.Void:
                    request = Ask(db, request, label, userId, language, now, send, RefundKind.Void);
                    break;
                case RefundDecision.AskCarrier:
                    request = Ask(db, request, label, userId, language, now, send, RefundKind.Claim);
                    break;
                case RefundDecision.NotYet(var until) when schedule:
                    request = Ask(db, request, label, userId, language, now, until > send ? until : send, RefundKind.Void);
                    break;
                case RefundDecision.NotYet(var until):
                    return (new VoidOutcome.NotYet(until), false);
                case RefundDecision.TooLate(var since):
                    return (new VoidOutcome.TooLate(since), false);
                case RefundDecision.Untracked:
                    return (new VoidOutcome.Untracked(), false);
                case RefundDecision.Used:
                    return (new VoidOutcome.Used(), false);
                case RefundDecision.AlreadyDone:
                    return (request?.State == RefundState.Rejected ? new VoidOutcome.Rejected(request.Reason ?? "") : new VoidOutcome.AlreadyDone(), false);
                case RefundDecision.NothingToVoid:
                    return (new VoidOutcome.NothingToVoid(), false);
                case var other:
                    throw new InvalidOperationException($"Unknown decision {other}.");
            }

            if (await SaveAsync(db, request, ct))
            {
                return (LabelRefund.Stored(label, request, request.NotBefore!.Value), !stood);
            }

            // Another click, tab or node asked at the same moment: join its request.
        }
    }

    /// <summary>False when somebody else stored a request first.</summary>
    private static async Task<bool> SaveAsync(AppDbContext db, RefundRequest request, CancellationToken ct)
    {
        bool isNew = request.Version == 1;
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
        catch (DbUpdateException) when (isNew)
        {
            db.ChangeTracker.Clear();
            if (!await db.RefundRequests.AnyAsync(row => row.MerchantId == request.MerchantId && row.LabelId == request.LabelId, ct))
            {
                throw;
            }

            return false;
        }
    }

    private static RefundRequest Ask(
        AppDbContext db,
        RefundRequest? request,
        Label label,
        string userId,
        Language language,
        DateTimeOffset now,
        DateTimeOffset notBefore,
        RefundKind kind)
    {
        if (request is null)
        {
            request = new RefundRequest { MerchantId = label.MerchantId, LabelId = label.Id, RequestedBy = userId };
            db.RefundRequests.Add(request);
        }

        request.State = RefundState.Scheduled;
        request.Kind = kind;
        request.Amount = label.Paid ?? throw new InvalidOperationException($"Label {label.Id} was bought and has no price.");
        request.RequestedBy = userId;
        request.Automatic = false;
        request.Language = language;
        request.RequestedAt = now;
        request.NotBefore = notBefore;
        request.ErrorsJson = null;
        request.NotSentReason = null;
        request.UpdatedAt = now;
        request.NextRunAt = notBefore;
        request.Version++;
        return request;
    }
}

/// <summary>What came of asking for a void: a closed set.</summary>
public abstract record VoidOutcome
{
    private VoidOutcome()
    {
    }

    /// <summary>Voided at the carrier, and the whole price is back on the balance.</summary>
    public sealed record Credited(Money Amount) : VoidOutcome;

    /// <summary>The carrier gave no usable answer yet: the request stands and is repeated by itself.</summary>
    public sealed record StillAsking : VoidOutcome;

    /// <summary>The carrier said no, in its own words; nothing was credited.</summary>
    public sealed record Refused(IReadOnlyList<CarrierError> Errors) : VoidOutcome;

    /// <summary>Stored during the 60-minute wait; runs by itself from <paramref name="At"/> on.</summary>
    public sealed record Scheduled(DateTimeOffset At) : VoidOutcome;

    /// <summary>Stored, and sent at <paramref name="At"/> unless it is taken back before.</summary>
    /// <param name="Claim">The carrier is asked for a refund: the label is manifested.</param>
    public sealed record Sending(DateTimeOffset At, bool Claim) : VoidOutcome;

    /// <summary>Taken back before anything was sent; the label stands.</summary>
    public sealed record TakenBack : VoidOutcome;

    /// <summary>The carrier gave a service ticket and decides; nothing is credited yet.</summary>
    public sealed record ClaimOpen(string Ticket, DateTimeOffset ExpectedBy) : VoidOutcome;

    /// <summary>The carrier decided against the refund, for good.</summary>
    public sealed record Rejected(string Reason) : VoidOutcome;

    /// <summary>The 60-minute wait runs; allowed from <paramref name="Until"/> on, that moment included.</summary>
    public sealed record NotYet(DateTimeOffset Until) : VoidOutcome;

    /// <summary>The 15 days ended at <paramref name="Since"/>.</summary>
    public sealed record TooLate(DateTimeOffset Since) : VoidOutcome;

    /// <summary>Manifested and without a tracking number: the carrier refunds none of these.</summary>
    public sealed record Untracked : VoidOutcome;

    /// <summary>The carrier scanned the parcel.</summary>
    public sealed record Used : VoidOutcome;

    public sealed record AlreadyDone : VoidOutcome;

    /// <summary>Not bought, or not settled yet: never voided while unknown.</summary>
    public sealed record NothingToVoid : VoidOutcome;

    public sealed record NotFound : VoidOutcome;
}
