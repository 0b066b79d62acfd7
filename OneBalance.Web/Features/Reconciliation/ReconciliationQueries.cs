using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Reconciliation;

/// <param name="Complete">All was compared.</param>
/// <param name="Unanswered">Nothing was: the processor gave no answer. Neither: it broke off.</param>
/// <param name="Open">Differences open at its end.</param>
public sealed record RunView(DateTimeOffset StartedAt, DateTimeOffset Since, bool Complete, bool Unanswered, int Seen, int Matched, int Open);

/// <param name="BusinessName">Null when nothing says whose it is.</param>
/// <param name="Clearance">Null while nobody put it aside.</param>
public sealed record DifferenceView(
    Guid Id,
    ReconciliationDifferenceKind Kind,
    string What,
    string? BusinessName,
    string Reference,
    Money? Ours,
    Money? Theirs,
    DateTimeOffset OccurredAt,
    ClearanceView? Clearance)
{
    /// <summary>Whose it is; null while nobody is known.</summary>
    public MerchantId? Merchant { get; init; }
}

/// <param name="By">The e-mail address of the member of support.</param>
/// <param name="Resolved">Its counterpart has appeared since.</param>
public sealed record ClearanceView(string By, DateTimeOffset At, string Reason, bool Resolved);

/// <summary>Which differences: all that is given must fit.</summary>
public sealed record DifferenceFilter
{
    /// <summary>Those that support put aside, the newest first; otherwise the open ones, the oldest first.</summary>
    public bool Aside { get; init; }

    public ReconciliationDifferenceKind? Kind { get; init; }

    /// <summary>The money moved this many times 24 hours ago, or earlier; the boundary is included.</summary>
    public int? Days { get; init; }

    /// <summary>
    /// A part of what names it: the balance transaction, the charge, refund, dispute or payment behind it, or the ledger's key.
    /// Upper and lower case are different, as in the processor's ids.
    /// </summary>
    public string? Reference { get; init; }

    /// <summary>Below this difference: for the next page.</summary>
    public Guid? After { get; init; }
}

/// <param name="After">The difference to continue below; null on the last page.</param>
public sealed record DifferencePage(IReadOnlyList<DifferenceView> Differences, Guid? After);

/// <summary>What support sees of the comparison with the processor. Crosses merchants on purpose.</summary>
public sealed class ReconciliationQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public const int PageSize = 25;

    /// <summary>The last comparison that ended, well or not; null before the first.</summary>
    public async Task<RunView?> LastRunAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.ReconciliationRuns.Where(run => run.EndedAt != null)
            .OrderByDescending(run => run.StartedAt)
            .Select(run => new RunView(run.StartedAt, run.Since, run.Problem == null, run.Problem == ReconcileProcessor.NoAnswer, run.Seen, run.Matched, run.Open))
            .FirstOrDefaultAsync(ct);
    }

    public async Task<DifferencePage> FindAsync(SupportAccess support, DifferenceFilter filter, int most, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var found = await (await BelowAsync(db, Matching(db, filter), filter, ct)).Take(most + 1)
            .Select(difference => new
            {
                Difference = difference,
                BusinessName = db.Merchants.Where(merchant => merchant.Id == difference.MerchantId).Select(merchant => merchant.BusinessName).FirstOrDefault(),
                Clearance = db.DifferenceClearances.Where(clearance => clearance.DifferenceId == difference.Id)
                    .Select(clearance => new
                    {
                        clearance.ClearedBy,
                        Email = db.Users.Where(user => user.Id == clearance.ClearedBy).Select(user => user.Email).FirstOrDefault(),
                        clearance.ClearedAt,
                        clearance.Reason,
                    })
                    .FirstOrDefault(),
            })
            .ToListAsync(ct);
        var views = found.Take(most).Select(row => new DifferenceView(
            row.Difference.Id,
            row.Difference.Kind,
            row.Difference.What,
            row.BusinessName,
            row.Difference.TransactionId ?? row.Difference.TransferKey ?? row.Difference.Subject,
            row.Difference.Ours,
            row.Difference.Theirs,
            row.Difference.OccurredAt,
            row.Clearance is { } clearance
                ? new ClearanceView(clearance.Email ?? clearance.ClearedBy, clearance.ClearedAt, clearance.Reason, row.Difference.ResolvedAt is not null)
                : null)
        {
            Merchant = row.Difference.MerchantId,
        }).ToList();
        return new DifferencePage(views, found.Count > most ? views[^1].Id : null);
    }

    private IQueryable<ReconciliationDifference> Matching(AppDbContext db, DifferenceFilter filter)
    {
        var differences = filter.Aside
            ? db.ReconciliationDifferences.AsNoTracking().Where(difference => difference.ClearedAt != null)
            : db.ReconciliationDifferences.AsNoTracking().Where(difference => difference.ResolvedAt == null && difference.ClearedAt == null);
        if (filter.Kind is { } kind)
        {
            differences = differences.Where(difference => difference.Kind == kind);
        }

        if (filter.Days is { } days)
        {
            var latest = time.GetUtcNow() - TimeSpan.FromDays(days);
            differences = differences.Where(difference => difference.OccurredAt <= latest);
        }

        if (filter.Reference?.Trim() is { Length: > 0 } reference)
        {
            differences = differences.Where(difference =>
                difference.Subject.Contains(reference)
                || difference.TransferKey!.Contains(reference)
                || db.ProcessorTransactions.Any(transaction => transaction.Id == difference.TransactionId
                    && (transaction.SourceId.Contains(reference) || transaction.PaymentId!.Contains(reference))));
        }

        return differences;
    }

    /// <summary>In their order, from below the one where the page before ended.</summary>
    private static async Task<IQueryable<ReconciliationDifference>> BelowAsync(
        AppDbContext db, IQueryable<ReconciliationDifference> differences, DifferenceFilter filter, CancellationToken ct)
    {
        var last = filter.After is { } after
            ? await db.ReconciliationDifferences.Where(difference => difference.Id == after).Select(difference => new { difference.Id, difference.OccurredAt, difference.ClearedAt }).SingleOrDefaultAsync(ct)
            : null;
        if (filter.Aside)
        {
            if (last is not null)
            {
                differences = differences.Where(difference => difference.ClearedAt < last.ClearedAt || (difference.ClearedAt == last.ClearedAt && difference.Id < last.Id));
            }

            return differences.OrderByDescending(difference => difference.ClearedAt).ThenByDescending(difference => difference.Id);
        }

        if (last is not null)
        {
            differences = differences.Where(difference => difference.OccurredAt > last.OccurredAt || (difference.OccurredAt == last.OccurredAt && difference.Id > last.Id));
        }

        return differences.OrderBy(difference => difference.OccurredAt).ThenBy(difference => difference.Id);
    }
}
