using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Audit;

/// <summary>
/// Enters a breach of security safeguards in the breach log: a line of the audit trail, which nobody can change or remove. Only
/// a supervisor may.
/// </summary>
public sealed class RecordBreach(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, TimeProvider time)
{
    /// <summary>What is missing; null when it is recorded.</summary>
    public async Task<BreachProblem?> RunAsync(Breach breach, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandSupervisorAsync(ct);

        // The world's latest day: whoever writes on Pacific time in the evening is not told that today is in the future.
        if (BreachRules.Check(breach, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)) is { } problem)
        {
            return problem;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        trail.Add(db, actor, AuditAction.BreachRecorded, null, "breach", breach.What, null, new { breach.On, breach.People, breach.Serious });
        await db.SaveChangesAsync(ct);
        return null;
    }
}
