using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Reconciliation;

/// <param name="Open">Differences open at its end.</param>
public sealed record RunView(DateTimeOffset StartedAt, DateTimeOffset Since, bool Complete, int Seen, int Matched, int Open);

/// <param name="BusinessName">Null when nothing says whose it is.</param>
public sealed record DifferenceView(
    Guid Id,
    ReconciliationDifferenceKind Kind,
    string What,
    string? BusinessName,
    string Reference,
    Money? Ours,
    Money? Theirs,
    DateTimeOffset OccurredAt);

/// <param name="ClearedBy">The e-mail address of the member of support.</param>
public sealed record ClearedDifferenceView(DifferenceView Difference, string ClearedBy, DateTimeOffset ClearedAt, string Reason, bool Resolved);

/// <param name="LastRun">Null before the first.</param>
/// <param name="Open">The oldest first.</param>
/// <param name="Cleared">The newest first.</param>
public sealed record ReconciliationView(RunView? LastRun, IReadOnlyList<DifferenceView> Open, IReadOnlyList<ClearedDifferenceView> Cleared);

/// <summary>What support sees of the comparison with the processor. Crosses merchants on purpose.</summary>
public sealed class ReconciliationQueries(IDbContextFactory<AppDbContext> contexts)
{
    public const int Most = 100;

    public async Task<ReconciliationView> LoadAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var last = await db.ReconciliationRuns.AsNoTracking().Where(r => r.EndedAt != null).OrderByDescending(r => r.StartedAt).FirstOrDefaultAsync(ct);
        var open = await db.ReconciliationDifferences.AsNoTracking()
            .Where(d => d.ResolvedAt == null && d.ClearedAt == null)
            .OrderBy(d => d.OccurredAt).ThenBy(d => d.Id)
            .Take(Most)
            .ToListAsync(ct);
        var cleared = await db.DifferenceClearances.AsNoTracking()
            .OrderByDescending(c => c.ClearedAt)
            .Take(Most)
            .Join(db.ReconciliationDifferences, c => c.DifferenceId, d => d.Id, (c, d) => new { Clearance = c, Difference = d })
            .ToListAsync(ct);
        var merchants = open.Concat(cleared.Select(c => c.Difference)).Select(d => d.MerchantId).OfType<MerchantId>().Distinct().ToList();
        var names = await db.Merchants.Where(m => merchants.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.BusinessName, ct);
        var users = cleared.Select(c => c.Clearance.ClearedBy).Distinct().ToList();
        var emails = await db.Users.Where(u => users.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Email, ct);
        return new ReconciliationView(
            last is null ? null : new RunView(last.StartedAt, last.Since, last.Problem is null, last.Seen, last.Matched, last.Open),
            [.. open.Select(View)],
            [
                .. cleared.OrderByDescending(c => c.Clearance.ClearedAt).Select(c => new ClearedDifferenceView(
                    View(c.Difference),
                    emails.GetValueOrDefault(c.Clearance.ClearedBy) ?? c.Clearance.ClearedBy,
                    c.Clearance.ClearedAt,
                    c.Clearance.Reason,
                    c.Difference.ResolvedAt is not null)),
            ]);

        DifferenceView View(Data.Model.ReconciliationDifference d) => new(
            d.Id,
            d.Kind,
            d.What,
            d.MerchantId is { } merchant ? names.GetValueOrDefault(merchant) : null,
            d.TransactionId ?? d.TransferKey ?? d.Subject,
            d.Ours,
            d.Theirs,
            d.OccurredAt);
    }
}
