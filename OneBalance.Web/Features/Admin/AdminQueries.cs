using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>A merchant as support finds it.</summary>
public sealed record MerchantRow(MerchantId Id, string BusinessName, string Email, bool SetUpDone, Money Available, Money Held, Money Owed, DateTimeOffset CreatedAt);

public enum OpenKind
{
    Label,
    TopUp,
    Refund,
    Manifest,
}

/// <summary>Something begun and not ended.</summary>
/// <param name="State">Name of its state; the page has a word for each.</param>
/// <param name="Since">When it was last moved.</param>
public sealed record OpenItem(OpenKind Kind, MerchantId Merchant, string BusinessName, Guid Id, string State, DateTimeOffset Since);

/// <summary>What support reads. These cross merchants on purpose: only support may ask.</summary>
public sealed class AdminQueries(IDbContextFactory<AppDbContext> contexts, IEnumerable<DeskQueue> queues, IEnumerable<AccountSearch> searches, TimeProvider time)
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
    public async Task<IReadOnlyList<MerchantRow>> FindMerchantsAsync(SupportAccess support, string search, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        string wanted = search.Trim();
        var merchants = db.Merchants.AsNoTracking();
        if (wanted.Length > 0)
        {
            var hits = new HashSet<MerchantId>();
            foreach (var way in searches)
            {
                if (way.Find(db, wanted) is { } query)
                {
                    hits.UnionWith(await query.Distinct().Take(Most).ToListAsync(ct));
                }
            }

            var hitIds = hits.ToList();
            merchants = merchants.Where(m => hitIds.Contains(m.Id));
        }

        var found = await merchants.OrderByDescending(m => m.CreatedAt).Take(Most)
            .Select(m => new { m.Id, m.BusinessName, m.ContactEmail, m.SetUpFinishedAt, m.CreatedAt })
            .ToListAsync(ct);
        var ids = found.Select(m => m.Id).ToList();
        var books = await db.LedgerBooks.Where(b => ids.Contains(b.MerchantId))
            .Select(b => new { b.MerchantId, b.Available, b.Pending, b.Receivable })
            .ToDictionaryAsync(b => b.MerchantId, ct);
        return
        [
            .. found.Select(m => books.TryGetValue(m.Id, out var book)
                ? new MerchantRow(m.Id, m.BusinessName, m.ContactEmail, m.SetUpFinishedAt is not null, new Money(book.Available - book.Pending), new Money(book.Pending), new Money(book.Receivable), m.CreatedAt)
                : new MerchantRow(m.Id, m.BusinessName, m.ContactEmail, m.SetUpFinishedAt is not null, Money.Zero, Money.Zero, Money.Zero, m.CreatedAt)),
        ];
    }

    /// <summary>Purchases, top-ups, refunds and manifests under way, the oldest first; at most <see cref="Most"/> of each.</summary>
    /// <param name="only">Of this account; null for all.</param>
    public async Task<IReadOnlyList<OpenItem>> OpenItemsAsync(SupportAccess support, MerchantId? only, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var labels = await db.Labels
            .Where(l => only == null || l.MerchantId == only)
            .Where(l => l.State == LabelState.Reserved || l.State == LabelState.Attempting || l.State == LabelState.Unknown)
            .OrderBy(l => l.UpdatedAt).Take(Most)
            .Select(l => new { l.MerchantId, l.Id, l.State, l.UpdatedAt })
            .ToListAsync(ct);
        var topUps = await db.TopUps
            .Where(t => only == null || t.MerchantId == only)
            .Where(t => t.State != TopUpState.Succeeded && t.State != TopUpState.Failed)
            .OrderBy(t => t.UpdatedAt).Take(Most)
            .Select(t => new { t.MerchantId, t.Id, t.State, t.UpdatedAt })
            .ToListAsync(ct);
        var refunds = await db.RefundRequests
            .Where(r => only == null || r.MerchantId == only)
            .Where(r => r.State == RefundState.Requested || r.State == RefundState.CarrierVoided || r.State == RefundState.ClaimGranted || r.State == RefundState.Scheduled)
            .OrderBy(r => r.UpdatedAt).Take(Most)
            .Select(r => new { r.MerchantId, r.LabelId, r.State, r.Doubt, r.UpdatedAt })
            .ToListAsync(ct);

        var manifests = await db.Manifests
            .Where(m => only == null || m.MerchantId == only)
            .Where(m => m.State == ManifestState.Collecting || m.State == ManifestState.Transmitting || m.State == ManifestState.Transmitted)
            .OrderBy(m => m.UpdatedAt).Take(Most)
            .Select(m => new { m.MerchantId, m.Id, m.State, m.UpdatedAt })
            .ToListAsync(ct);

        var merchants = labels.Select(l => l.MerchantId).Concat(topUps.Select(t => t.MerchantId)).Concat(refunds.Select(r => r.MerchantId)).Concat(manifests.Select(m => m.MerchantId)).Distinct().ToList();
        var names = await db.Merchants.Where(m => merchants.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.BusinessName, ct);
        return
        [
            .. labels.Select(l => new OpenItem(OpenKind.Label, l.MerchantId, names[l.MerchantId], l.Id.Value, l.State.ToString(), l.UpdatedAt))
                .Concat(topUps.Select(t => new OpenItem(OpenKind.TopUp, t.MerchantId, names[t.MerchantId], t.Id.Value, t.State.ToString(), t.UpdatedAt)))
                .Concat(refunds.Select(r => new OpenItem(OpenKind.Refund, r.MerchantId, names[r.MerchantId], r.LabelId.Value, r is { State: RefundState.Requested, Doubt: VoidDoubt.NotKnown } ? nameof(VoidDoubt.NotKnown) : r.State.ToString(), r.UpdatedAt)))
                .Concat(manifests.Select(m => new OpenItem(OpenKind.Manifest, m.MerchantId, names[m.MerchantId], m.Id.Value, m.State.ToString(), m.UpdatedAt)))
                .OrderBy(item => item.Since),
        ];
    }
}
