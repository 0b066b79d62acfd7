using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>A merchant as support finds it.</summary>
public sealed record MerchantRow(MerchantId Id, string BusinessName, string Email, bool SetUpDone, Money Available, Money Held, Money Owed, DateTimeOffset CreatedAt);

/// <summary>Something begun and not ended, with whose it is.</summary>
public sealed record OpenItem(OpenKind Kind, string BusinessName, OpenRow Row);

/// <summary>What support reads. These cross merchants on purpose: only support may ask.</summary>
public sealed class AdminQueries(IDbContextFactory<AppDbContext> contexts, IEnumerable<DeskQueue> queues, IEnumerable<AccountSearch> searches, IEnumerable<OpenFlow> flows, TimeProvider time)
{
    public const int Most = 25;

    /// <summary>What waits for support, in the desk's order.</summary>
    public async Task<IReadOnlyList<DeskQueueState>> QueuesAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var states = new List<DeskQueueState>();
        foreach (var queue in queues.OrderBy(queue => queue.Kind))
        {
            states.Add(await queue.ReadAsync(db, time.GetUtcNow(), ct));
        }

        return states;
    }

    /// <summary>
    /// By a part of the business name or of an e-mail address, by a tracking number, a reference, an id or a card's last four
    /// digits; the newest when nothing is asked for.
    /// </summary>
    /// <returns>The newest first, at most <see cref="Most"/>, and whether there are more.</returns>
    public async Task<(IReadOnlyList<MerchantRow> Rows, bool More)> FindMerchantsAsync(SupportAccess support, string search, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        string wanted = search.Trim();
        var merchants = db.Merchants.AsNoTracking();
        if (wanted.Length > 0)
        {
            // Of each way the newest accounts: ids ascend with time. One more than is shown tells that there are more.
            var hits = new HashSet<MerchantId>();
            foreach (var way in searches)
            {
                if (way.Find(db, wanted) is { } query)
                {
                    hits.UnionWith(await query.Distinct().OrderByDescending(id => id).Take(Most + 1).ToListAsync(ct));
                }
            }

            var hitIds = hits.ToList();
            merchants = merchants.Where(m => hitIds.Contains(m.Id));
        }

        var found = await merchants.OrderByDescending(m => m.Id).Take(Most + 1)
            .Select(m => new { m.Id, m.BusinessName, m.ContactEmail, m.SetUpFinishedAt, m.CreatedAt })
            .ToListAsync(ct);
        bool more = found.Count > Most;
        found = [.. found.Take(Most)];
        var ids = found.Select(m => m.Id).ToList();
        var books = await db.LedgerBooks.Where(b => ids.Contains(b.MerchantId))
            .Select(b => new { b.MerchantId, b.Available, b.Pending, b.Receivable })
            .ToDictionaryAsync(b => b.MerchantId, ct);
        return (
        [
            .. found.Select(m => books.TryGetValue(m.Id, out var book)
                ? new MerchantRow(m.Id, m.BusinessName, m.ContactEmail, m.SetUpFinishedAt is not null, new Money(book.Available - book.Pending), new Money(book.Pending), new Money(book.Receivable), m.CreatedAt)
                : new MerchantRow(m.Id, m.BusinessName, m.ContactEmail, m.SetUpFinishedAt is not null, Money.Zero, Money.Zero, Money.Zero, m.CreatedAt)),
        ], more);
    }

    /// <summary>What is under way, the oldest first; at most <see cref="Most"/> of each kind.</summary>
    /// <param name="only">Of this account; null for all.</param>
    /// <param name="kind">Of this kind; null for all.</param>
    public async Task<IReadOnlyList<OpenItem>> OpenItemsAsync(SupportAccess support, MerchantId? only, OpenKind? kind, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var question = new OpenQuestion(only, time.GetUtcNow(), Most);
        var rows = new List<(OpenKind Kind, OpenRow Row)>();
        foreach (var flow in flows.Where(flow => kind is null || flow.Kind == kind))
        {
            rows.AddRange((await flow.ReadAsync(db, question, ct)).Select(row => (flow.Kind, row)));
        }

        var merchants = rows.Select(found => found.Row.Merchant).Distinct().ToList();
        var names = await db.Merchants.Where(m => merchants.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.BusinessName, ct);
        return [.. rows.OrderBy(found => found.Row.Since).Select(found => new OpenItem(found.Kind, names[found.Row.Merchant], found.Row))];
    }
}
