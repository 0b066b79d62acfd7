using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Refunds;

/// <summary>
/// Voids a label at the carrier and puts its whole price back on the balance, as <see cref="RefundPolicy"/> allows. Asking
/// again joins the request under way: two clicks, two tabs and two nodes give one refund.
/// </summary>
public sealed class VoidLabel(IDbContextFactory<AppDbContext> contexts, LabelRefund refund, TimeProvider time)
{
    /// <param name="userId">Who asks.</param>
    /// <param name="ct">Stops before the request is stored; from there on it runs to its end, whoever watches.</param>
    public async Task<VoidOutcome> RunAsync(MerchantAccess access, LabelId id, string userId, Language language, CancellationToken ct) =>
        await RequestAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), id, userId, language, schedule: false, ct);

    /// <summary>As <see cref="RunAsync"/>; during the 60-minute wait the void is stored to run by itself when the wait is over.</summary>
    public async Task<VoidOutcome> AsSoonAsAllowedAsync(MerchantAccess access, LabelId id, string userId, Language language, CancellationToken ct) =>
        await RequestAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), id, userId, language, schedule: true, ct);

    /// <summary>Takes a scheduled void back. False when there is none that has not been sent yet.</summary>
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

    private async Task<VoidOutcome> RequestAsync(MerchantId merchant, LabelId id, string userId, Language language, bool schedule, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var label = await db.Labels.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (label is null)
            {
                return new VoidOutcome.NotFound();
            }

            var request = await db.RefundRequests.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
            if (request?.State is RefundState.Requested or RefundState.CarrierVoided)
            {
                return await refund.RunAsync(merchant, id, CancellationToken.None);
            }

            var now = time.GetUtcNow();
            switch (RefundPolicy.Decide(LabelRefund.Facts(label, request), now))
            {
                case RefundDecision.Void:
                    request = Ask(db, request, label, userId, language, now, RefundState.Requested, null);
                    break;
                case RefundDecision.NotYet(var until) when schedule && request?.State == RefundState.Scheduled:
                    return new VoidOutcome.Scheduled(until);
                case RefundDecision.NotYet(var until) when schedule:
                    request = Ask(db, request, label, userId, language, now, RefundState.Scheduled, until);
                    break;
                case RefundDecision.NotYet(var until):
                    return new VoidOutcome.NotYet(until);
                case RefundDecision.TooLate(var since):
                    return new VoidOutcome.TooLate(since);
                case RefundDecision.AskCarrier:
                    return new VoidOutcome.Manifested();
                case RefundDecision.AlreadyDone:
                    return new VoidOutcome.AlreadyDone();
                case RefundDecision.NothingToVoid:
                    return new VoidOutcome.NothingToVoid();
                case var other:
                    throw new InvalidOperationException($"Unknown decision {other}.");
            }

            if (!await SaveAsync(db, request, ct))
            {
                // Another click, tab or node asked at the same moment: join its request.
                continue;
            }

            return request.NotBefore is { } at && request.State == RefundState.Scheduled
                ? new VoidOutcome.Scheduled(at)
                : await refund.RunAsync(merchant, id, CancellationToken.None);
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
        RefundState state,
        DateTimeOffset? notBefore)
    {
        if (request is null)
        {
            request = new RefundRequest { MerchantId = label.MerchantId, LabelId = label.Id, RequestedBy = userId };
            db.RefundRequests.Add(request);
        }

        request.State = state;
        request.Amount = label.Paid ?? throw new InvalidOperationException($"Label {label.Id} was bought and has no price.");
        request.RequestedBy = userId;
        request.Language = language;
        request.RequestedAt = now;
        request.NotBefore = notBefore;
        request.ErrorsJson = null;
        request.UpdatedAt = now;
        request.NextRunAt = notBefore ?? now + LabelRules.Backoff(now, now);
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

    /// <summary>Stored; runs by itself from <paramref name="At"/> on.</summary>
    public sealed record Scheduled(DateTimeOffset At) : VoidOutcome;

    /// <summary>The 60-minute wait runs; allowed from <paramref name="Until"/> on, that moment included.</summary>
    public sealed record NotYet(DateTimeOffset Until) : VoidOutcome;

    /// <summary>The 15 days ended at <paramref name="Since"/>.</summary>
    public sealed record TooLate(DateTimeOffset Since) : VoidOutcome;

    /// <summary>Transmitted to the carrier: it can only be asked for a refund, not voided.</summary>
    public sealed record Manifested : VoidOutcome;

    public sealed record AlreadyDone : VoidOutcome;

    /// <summary>Not bought, or not settled yet: never voided while unknown.</summary>
    public sealed record NothingToVoid : VoidOutcome;

    public sealed record NotFound : VoidOutcome;
}
