using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Reconciliation;

/// <summary>Puts a difference aside for a reason. Who, when and why is written down for ever.</summary>
public sealed partial class ClearDifference(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, TimeProvider time, ILogger<ClearDifference> log)
{
    /// <summary>Characters; both bounds are included. A reason says something.</summary>
    public const int ShortestReason = 10;

    public const int LongestReason = 500;

    /// <param name="support">The member of support who answers for it.</param>
    public async Task<ClearDifferenceOutcome> RunAsync(Guid difference, SupportAccess support, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        string why = reason.Trim();
        if (why.Length is < ShortestReason or > LongestReason)
        {
            return new ClearDifferenceOutcome.ReasonNeeded();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.ReconciliationDifferences.SingleOrDefaultAsync(d => d.Id == difference, ct) is not { } row)
        {
            return new ClearDifferenceOutcome.NotFound();
        }

        if (row.ResolvedAt is not null || row.ClearedAt is not null)
        {
            return new ClearDifferenceOutcome.AlreadyGone();
        }

        row.ClearedAt = time.GetUtcNow();
        row.Version++;
        db.DifferenceClearances.Add(new DifferenceClearance { DifferenceId = difference, ClearedBy = actor.UserId, Reason = why, ClearedAt = row.ClearedAt.Value });
        trail.Add(db, actor, AuditAction.DifferenceCleared, row.MerchantId, $"difference/{difference:N}", why, new { row.Kind, row.Ours, row.Theirs }, new { row.ClearedAt });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Somebody else was faster, or it resolved itself; anything else shows below.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (!await again.ReconciliationDifferences.AnyAsync(d => d.Id == difference && (d.ResolvedAt != null || d.ClearedAt != null), ct))
            {
                throw;
            }

            return new ClearDifferenceOutcome.AlreadyGone();
        }

        Cleared(log, difference, actor.UserId);
        return new ClearDifferenceOutcome.Cleared();
    }

    [LoggerMessage(LogLevel.Information, "Difference {Difference} was put aside by {User}.")]
    private static partial void Cleared(ILogger log, Guid difference, string user);
}

/// <summary>What came of putting a difference aside: a closed set.</summary>
public abstract record ClearDifferenceOutcome
{
    private ClearDifferenceOutcome()
    {
    }

    public sealed record Cleared : ClearDifferenceOutcome;

    /// <summary>Shorter or longer than a reason may be.</summary>
    public sealed record ReasonNeeded : ClearDifferenceOutcome;

    /// <summary>It resolved itself, or somebody else put it aside.</summary>
    public sealed record AlreadyGone : ClearDifferenceOutcome;

    public sealed record NotFound : ClearDifferenceOutcome;
}
