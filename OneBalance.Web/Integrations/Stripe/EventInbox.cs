using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>An event of the processor: who it is and what it speaks of. Its copy of the object is not kept: it may be old.</summary>
/// <remarks>What stands in its other fields is neither stored nor logged, whatever it is.</remarks>
public sealed record ProcessorNews(string Id, string Type, string ObjectId, DateTimeOffset OccurredAt);

/// <summary>
/// Stores events, each id once. Many may arrive at the same moment, so one writer stores all that wait in one commit; whoever
/// asked is answered when its event is on disk.
/// </summary>
public sealed class EventInbox(IDbContextFactory<AppDbContext> contexts, TimeProvider time) : BackgroundService
{
    private const int MostInOneCommit = 200;

    private readonly Channel<Arrival> _arrivals = Channel.CreateBounded<Arrival>(10_000);
    private readonly SemaphoreSlim _stored = new(0);

    /// <summary>Returns once the event is stored, now or by an earlier delivery.</summary>
    public async Task StoreAsync(ProcessorNews news, CancellationToken ct)
    {
        var arrival = new Arrival(Masked(news), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _arrivals.Writer.WriteAsync(arrival, ct);
        await arrival.Stored.Task.WaitAsync(ct);
    }

    /// <summary>The processor's word goes into rows and logs as it is, so it is looked through first.</summary>
    private static ProcessorNews Masked(ProcessorNews news) =>
        news with { Id = CardNumbers.Mask(news.Id), Type = CardNumbers.Mask(news.Type), ObjectId = CardNumbers.Mask(news.ObjectId) };

    /// <summary>Waits until something was stored, or this long.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        await _stored.WaitAsync(atMost, ct);
        while (_stored.CurrentCount > 0 && await _stored.WaitAsync(0, ct))
        {
            // Several commits, one turn.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var first in _arrivals.Reader.ReadAllAsync(stoppingToken))
        {
            var batch = new List<Arrival> { first };
            while (batch.Count < MostInOneCommit && _arrivals.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            try
            {
                await InsertAsync(batch, stoppingToken);
                batch.ForEach(arrival => arrival.Stored.SetResult());
                _stored.Release();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                await OneByOneAsync(batch, failure, stoppingToken);
            }
        }
    }

    /// <summary>One of them may be what the database does not take: the others are not to wait for it.</summary>
    private async Task OneByOneAsync(List<Arrival> batch, Exception failure, CancellationToken ct)
    {
        if (batch is [var only])
        {
            only.Stored.SetException(failure);
            return;
        }

        foreach (var arrival in batch)
        {
            try
            {
                await InsertAsync([arrival], ct);
                arrival.Stored.SetResult();
                _stored.Release();
            }
            catch (Exception own) when (!ct.IsCancellationRequested)
            {
                // Its request fails, and the processor delivers it again.
                arrival.Stored.SetException(own);
            }
        }
    }

    /// <summary>One statement, so one commit, on either database; what is there already stays as it is.</summary>
    private async Task InsertAsync(List<Arrival> batch, CancellationToken ct)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var sql = new StringBuilder("INSERT INTO processor_events (id, type, object_id, occurred_at, received_at, due_at, attempts) VALUES ");
        var values = new List<object>();
        foreach (var (news, _) in batch.DistinctBy(arrival => arrival.News.Id))
        {
            sql.Append(values.Count == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"({{{values.Count}}}, {{{values.Count + 1}}}, {{{values.Count + 2}}}, {{{values.Count + 3}}}, {{{values.Count + 4}}}, {{{values.Count + 5}}}, 0)");
            values.AddRange([news.Id, news.Type, news.ObjectId, news.OccurredAt.UtcDateTime, now, now]);
        }

        sql.Append(" ON CONFLICT (id) DO NOTHING");
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlRawAsync(sql.ToString(), values, ct);
    }

    private sealed record Arrival(ProcessorNews News, TaskCompletionSource Stored);
}
