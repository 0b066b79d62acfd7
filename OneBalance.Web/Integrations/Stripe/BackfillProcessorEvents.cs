using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Balance;
using Stripe;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>
/// Fetches events whose webhook never came, from the processor's own list. It reads from where the last complete reading
/// ended, less an overlap; what is stored already is skipped.
/// </summary>
public sealed class BackfillProcessorEvents(
    IDbContextFactory<AppDbContext> contexts,
    StripeConnection connection,
    EventInbox inbox,
    TimeProvider time) : ISweep
{
    private const string Cursor = "events";

    /// <summary>Events may appear in the list a little after they happened, and clocks differ.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>The processor keeps events for 30 days.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var started = time.GetUtcNow();
        var since = await ReadUntilAsync(ct) is { } until ? until - Overlap : started - Overlap;
        since = since < started - Kept ? started - Kept : since;
        if (await ListAsync(since, ct) is not ProcessorReply<IReadOnlyList<ProcessorNews>>.Confirmed(var listed))
        {
            // The processor does not answer: the next round starts from the same place.
            return 0;
        }

        var missing = await MissingAsync(listed, ct);
        foreach (var news in missing)
        {
            await inbox.StoreAsync(news, ct);
        }

        await SaveAsync(started, ct);
        return missing.Count;
    }

    /// <summary>Oldest first.</summary>
    private Task<ProcessorReply<IReadOnlyList<ProcessorNews>>> ListAsync(DateTimeOffset since, CancellationToken ct) =>
        StripeConnection.ReadAsync<IReadOnlyList<ProcessorNews>>(async () =>
        {
            var listed = new List<ProcessorNews>();
            var options = new EventListOptions { Created = new DateRangeOptions { GreaterThanOrEqual = since.UtcDateTime }, Limit = 100 };
            await foreach (var happened in connection.Api.Events.ListAutoPagingAsync(options, null, ct))
            {
                listed.Add(new ProcessorNews(happened.Id, happened.Type, (happened.Data?.Object as IHasId)?.Id ?? "", new DateTimeOffset(happened.Created, TimeSpan.Zero)));
            }

            listed.Reverse();
            return listed;
        }, ct);

    private async Task<IReadOnlyList<ProcessorNews>> MissingAsync(IReadOnlyList<ProcessorNews> listed, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var missing = new List<ProcessorNews>();
        foreach (var page in listed.Chunk(500))
        {
            var ids = page.Select(news => news.Id).ToList();
            var stored = (await db.ProcessorEvents.Where(e => ids.Contains(e.Id)).Select(e => e.Id).ToListAsync(ct)).ToHashSet();
            missing.AddRange(page.Where(news => !stored.Contains(news.Id)));
        }

        return missing;
    }

    private async Task<DateTimeOffset?> ReadUntilAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.ProcessorCursors.Where(c => c.Name == Cursor).Select(c => (DateTimeOffset?)c.ReadUntil).SingleOrDefaultAsync(ct);
    }

    /// <summary>Never back: another node may have read further.</summary>
    private async Task SaveAsync(DateTimeOffset until, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.ProcessorCursors.AnyAsync(c => c.Name == Cursor, ct))
        {
            await db.ProcessorCursors.Where(c => c.Name == Cursor && c.ReadUntil < until)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.ReadUntil, until), ct);
            return;
        }

        db.ProcessorCursors.Add(new ProcessorCursor { Name = Cursor, ReadUntil = until });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node wrote the first row at the same moment; its place is as good.
        }
    }
}
