using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OneBalance.Core;

namespace OneBalance.Web.Data.Ledger;

/// <summary>Tells pages that a merchant's balance changed, from this process or another node.</summary>
public sealed class BalanceFeed(ILogger<BalanceFeed> log)
{
    private readonly ConcurrentDictionary<MerchantId, ImmutableArray<Action>> _subscribers = [];

    /// <summary>
    /// Calls back after each committed change of the merchant's book, on a pool thread; dispose to stop. It says that something
    /// changed, not what: read the balance. Calls may be merged, doubled, or come once after the subscription ended.
    /// </summary>
    public IDisposable Subscribe(MerchantId merchant, Action changed)
    {
        // Wrapped: the same delegate may be subscribed twice, and each subscription ends by itself.
        Action own = () => changed();
        _subscribers.AddOrUpdate(merchant, _ => [own], (_, others) => others.Add(own));
        return new Subscription(this, merchant, own);
    }

    /// <summary>Any merchant's book changed. Raised on the publisher's thread, which must not wait: only take note of it.</summary>
    public event Action<MerchantId>? AnyChanged;

    internal void Publish(MerchantId merchant)
    {
        AnyChanged?.Invoke(merchant);
        if (_subscribers.TryGetValue(merchant, out var subscribers))
        {
            foreach (var changed in subscribers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(Call, changed, preferLocal: false);
            }
        }
    }

    /// <summary>
    /// News about a merchant's money that moved none, e.g. the end of a dispute: what pages show beside the balance has changed.
    /// Reaches the pages of this node, and on PostgreSQL those of the others.
    /// </summary>
    public async Task PublishAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        Publish(merchant);
        if (db.Database.IsNpgsql())
        {
            string payload = merchant.Value.ToString(CultureInfo.InvariantCulture);
            await db.Database.ExecuteSqlAsync($"SELECT pg_notify({PostgresLedgerStore.Channel}, {payload})", ct);
        }
    }

    /// <summary>Everybody, because it is unknown whose news were missed.</summary>
    internal void PublishAll()
    {
        foreach (var merchant in _subscribers.Keys)
        {
            Publish(merchant);
        }
    }

    private void Call(Action changed)
    {
        try
        {
            changed();
        }
        catch (Exception failure)
        {
            // A page that ended while being told. On a pool thread it would end the process.
            log.LogWarning(failure, "A subscriber of balance changes failed.");
        }
    }

    private void Unsubscribe(MerchantId merchant, Action own)
    {
        while (_subscribers.TryGetValue(merchant, out var subscribers) && subscribers.Contains(own))
        {
            var others = subscribers.Remove(own);
            var pair = KeyValuePair.Create(merchant, subscribers);
            if (others.IsEmpty ? _subscribers.TryRemove(pair) : _subscribers.TryUpdate(merchant, others, subscribers))
            {
                return;
            }
        }
    }

    private sealed class Subscription(BalanceFeed feed, MerchantId merchant, Action own) : IDisposable
    {
        public void Dispose() => feed.Unsubscribe(merchant, own);
    }
}

/// <summary>Hears on PostgreSQL which books other nodes changed, and passes it on to this node's pages.</summary>
internal sealed class PostgresBalanceListener(string connectionString, BalanceFeed feed, PostgresLedgerStore store, ILogger<PostgresBalanceListener> log)
    : BackgroundService
{
    private static readonly TimeSpan BeforeReconnecting = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or TimeoutException)
            {
                log.LogWarning(failure, "Lost the connection that hears of balance changes; connecting again.");
                await Task.Delay(BeforeReconnecting, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 30 };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync(ct);
        connection.Notification += (_, notification) =>
        {
            if (notification.PID == store.ProcessId)
            {
                return;
            }

            foreach (string merchant in notification.Payload.Split(','))
            {
                feed.Publish(new MerchantId(long.Parse(merchant, CultureInfo.InvariantCulture)));
            }
        };
        await using (var listen = new NpgsqlCommand($"LISTEN {PostgresLedgerStore.Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        // What changed while nobody listened is unknown.
        feed.PublishAll();
        while (true)
        {
            await connection.WaitAsync(ct);
        }
    }
}
