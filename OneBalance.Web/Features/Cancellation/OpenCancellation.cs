using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Support takes a request up: from here nothing is bought and auto-funding is off. Who does it is the maker.</summary>
public sealed class OpenCancellation(IDbContextFactory<AppDbContext> contexts, RunCancellation run, AuditTrail audit, TimeProvider time)
{
    public async Task<DeskOutcome> RunAsync(SupportAccess support, Guid id, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!DeskReason.Says(reason))
        {
            return new DeskOutcome.ReasonNeeded();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AccountClosings.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } closing)
        {
            return new DeskOutcome.NotFound();
        }

        if (closing.State != ClosingState.Requested)
        {
            return new DeskOutcome.Changed();
        }

        closing.State = ClosingState.Opening;
        closing.OpenedBy = actor.UserId;
        closing.OpenedAt = closing.UpdatedAt = time.GetUtcNow();
        closing.Version++;
        audit.Add(db, actor, AuditAction.CancellationOpened, closing.MerchantId, $"closing/{id:N}", reason, new { State = ClosingState.Requested }, new { closing.State, closing.Reference });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new DeskOutcome.Changed();
        }

        await run.RunAsync(id, CancellationToken.None);
        return new DeskOutcome.Done();
    }
}

/// <summary>An action of support says why.</summary>
public static class DeskReason
{
    /// <summary>Characters; both bounds are included.</summary>
    public const int Shortest = 10;

    public const int Longest = 500;

    public static bool Says(string reason) => reason.Trim().Length is >= Shortest and <= Longest;
}

/// <summary>What came of an action of support: a closed set.</summary>
public abstract record DeskOutcome
{
    private DeskOutcome()
    {
    }

    public sealed record Done : DeskOutcome;

    public sealed record ReasonNeeded : DeskOutcome;

    /// <summary>It is no longer what the page shows: somebody else, or the merchant, was faster.</summary>
    public sealed record Changed : DeskOutcome;

    public sealed record NotFound : DeskOutcome;

    /// <summary>The rules of approval say no.</summary>
    public sealed record Refused(ApprovalDecision Why) : DeskOutcome;

    /// <summary>The part cannot leave yet: a payment is disputed, something is owed, or an approval is missing.</summary>
    public sealed record Held : DeskOutcome;

    /// <summary>A cheque's or transfer's number is wanted.</summary>
    public sealed record ReferenceNeeded : DeskOutcome;
}
