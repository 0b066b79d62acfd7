using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Asks for the account to be cancelled. Nothing changes in the account until support opens the request. There is no amount to give.</summary>
public sealed class RequestCancellation(IDbContextFactory<AppDbContext> contexts, CancellationMails mails, AuditTrail audit, TimeProvider time)
{
    /// <summary>Characters of the merchant's reason; both bounds are included. Support's is held to <see cref="DeskReason"/>.</summary>
    public const int ShortestReason = 3;

    public const int LongestReason = 1000;

    /// <summary>By the merchant.</summary>
    public async Task<RequestCancellationOutcome> RunAsync(MerchantAccess access, Actor by, string reason, CancellationToken ct) =>
        await StoreAsync(await access.DemandAsync(MerchantRight.ManageBilling, ct), by, reason, ct);

    /// <summary>By support, for a merchant who asked in another way.</summary>
    public async Task<RequestCancellationOutcome> ForMerchantAsync(SupportAccess support, MerchantId merchant, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        return DeskReason.Says(reason) ? await StoreAsync(merchant, actor, reason, ct) : new RequestCancellationOutcome.ReasonNeeded();
    }

    private async Task<RequestCancellationOutcome> StoreAsync(MerchantId merchant, Actor by, string reason, CancellationToken ct)
    {
        string why = reason.Trim();
        if (why.Length is < ShortestReason or > LongestReason)
        {
            return new RequestCancellationOutcome.ReasonNeeded();
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await UnderWayAsync(db, merchant, ct) is { } earlier)
        {
            return new RequestCancellationOutcome.UnderWay(earlier.Id, earlier.Reference);
        }

        if (!await db.Merchants.AnyAsync(m => m.Id == merchant, ct))
        {
            return new RequestCancellationOutcome.NotFound();
        }

        var closing = new AccountClosing
        {
            MerchantId = merchant,
            Id = id,
            Reference = ClosingReference.Of(id),
            State = ClosingState.Requested,
            Reason = why,
            RequestedBy = by.UserId,
            RequestedAt = now,
            UpdatedAt = now,
            Version = 1,
        };
        db.AccountClosings.Add(closing);
        await mails.RequestedAsync(db, closing, ct);
        audit.Add(db, by, AuditAction.CancellationRequested, merchant, $"closing/{id:N}", why, null, new { closing.State, closing.Reference });

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // A second press or another tab was faster; anything else is a bug and shows.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await UnderWayAsync(again, merchant, ct) is { } first)
            {
                return new RequestCancellationOutcome.UnderWay(first.Id, first.Reference);
            }

            throw;
        }

        mails.Wake();
        return new RequestCancellationOutcome.Requested(id, closing.Reference);
    }

    private static Task<Earlier?> UnderWayAsync(AppDbContext db, MerchantId merchant, CancellationToken ct) =>
        db.AccountClosings.Where(c => c.MerchantId == merchant && c.State != ClosingState.Withdrawn).Select(c => new Earlier(c.Id, c.Reference)).SingleOrDefaultAsync(ct);

    private sealed record Earlier(Guid Id, string Reference);
}

/// <summary>What came of asking: a closed set.</summary>
public abstract record RequestCancellationOutcome
{
    private RequestCancellationOutcome()
    {
    }

    public sealed record Requested(Guid Id, string Reference) : RequestCancellationOutcome;

    /// <summary>Asked for before, also by a second press.</summary>
    public sealed record UnderWay(Guid Id, string Reference) : RequestCancellationOutcome;

    public sealed record ReasonNeeded : RequestCancellationOutcome;

    public sealed record NotFound : RequestCancellationOutcome;
}
