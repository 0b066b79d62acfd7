using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <param name="Spent">On labels in the last 30 days, less refunds.</param>
/// <param name="Plan">What would fit.</param>
public sealed record SuggestedPlan(Money Spent, AutoFundingPlan Plan);

/// <summary>One line of auto-funding's history: an automatic top-up, or a change of the settings.</summary>
/// <param name="Event">Null for a top-up.</param>
public sealed record AutoFundingLine(Guid Id, DateTimeOffset At, AutoFundingEventKind? Event, string? Code, TopUpView? TopUp);

/// <param name="Older">Continue below this moment; null on the last page.</param>
public sealed record AutoFundingHistory(IReadOnlyList<AutoFundingLine> Lines, DateTimeOffset? Older);

/// <summary>What auto-funding did, and what plan the merchant's spending suggests.</summary>
public sealed class AutoFundingQueries(IDbContextFactory<AppDbContext> contexts, BalanceQueries balance, IOptions<FundingOptions> options, TimeProvider time)
{
    public const int PageSize = 25;

    private readonly LedgerMoments _moments = new();

    /// <summary>Null when nothing was spent.</summary>
    public async Task<SuggestedPlan?> SuggestAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        var since = time.GetUtcNow().AddDays(-AutoFundingSuggestion.Days);
        await using var db = await contexts.CreateDbContextAsync(ct);
        long before = await _moments.LastBeforeAsync(db, merchant, since);
        var spending = await db.LedgerTransfers
            .Where(t => t.MerchantId == merchant && t.Sequence > before
                && (t.Kind == LedgerTransferKind.Capture || t.Kind == LedgerTransferKind.Surcharge || t.Kind == LedgerTransferKind.RefundLabel))
            .GroupBy(t => t.Kind)
            .Select(kind => new { Kind = kind.Key, Sum = kind.Sum(t => t.Amount), Most = kind.Max(t => t.Amount) })
            .ToListAsync(ct);
        var spent = new Money(spending.Sum(s => s.Kind == LedgerTransferKind.RefundLabel ? -s.Sum : s.Sum));
        var dearest = new Money(spending.Find(s => s.Kind == LedgerTransferKind.Capture)?.Most ?? 0);
        return AutoFundingSuggestion.From(spent, dearest, options.Value.Policy) is { } plan ? new SuggestedPlan(spent, plan) : null;
    }

    /// <summary>Newest first.</summary>
    public async Task<AutoFundingHistory> HistoryAsync(MerchantAccess access, DateTimeOffset? before, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var topUps = await db.TopUps.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Automatic && (before == null || t.RequestedAt < before))
            .OrderByDescending(t => t.RequestedAt)
            .Take(PageSize + 1)
            .ToListAsync(ct);
        // A failed charge is told by its top-up.
        var events = await db.AutoFundingEvents.AsNoTracking()
            .Where(e => e.MerchantId == merchant && e.Kind != AutoFundingEventKind.ChargeFailed && (before == null || e.OccurredAt < before))
            .OrderByDescending(e => e.OccurredAt)
            .Take(PageSize + 1)
            .ToListAsync(ct);
        var lines = topUps.Select(t => new AutoFundingLine(t.Id.Value, t.RequestedAt, null, t.FailureCode, balance.View(t)))
            .Concat(events.Select(e => new AutoFundingLine(e.Id, e.OccurredAt, e.Kind, e.Code, null)))
            .OrderByDescending(line => line.At).ThenByDescending(line => line.Event is not null).ThenByDescending(line => line.Id)
            .ToList();
        if (lines.Count <= PageSize)
        {
            return new AutoFundingHistory(lines, null);
        }

        // What happened in the same moment stays together: the next page begins below it.
        var last = lines[PageSize - 1].At;
        return new AutoFundingHistory([.. lines.TakeWhile(line => line.At >= last)], last);
    }
}
