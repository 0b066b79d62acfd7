using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Batches;

/// <summary>Runs batches in the background of this node: those just asked for at once, those another node left as the sweep finds them.</summary>
public sealed partial class BatchRunner(IServiceProvider services, ILogger<BatchRunner> logger) : BackgroundService
{
    private const int BatchesAtOnce = 4;

    private readonly Channel<(MerchantId Merchant, BatchId Batch)> _due = Channel.CreateUnbounded<(MerchantId, BatchId)>();
    private readonly ConcurrentDictionary<(MerchantId, BatchId), bool> _known = [];
    private readonly ConcurrentDictionary<(MerchantId, BatchId), bool> _again = [];

    /// <summary>Runs the batch soon; when this node is at it, once more after that.</summary>
    public void Wake(MerchantId merchant, BatchId batch)
    {
        if (_known.TryAdd((merchant, batch), true))
        {
            _due.Writer.TryWrite((merchant, batch));
        }
        else
        {
            _again.TryAdd((merchant, batch), true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Taken here and not in the constructor: those who wake us are part of what it needs.
        var run = services.GetRequiredService<BatchRun>();
        await Parallel.ForEachAsync(
            _due.Reader.ReadAllAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = stoppingToken },
            async (due, stop) =>
            {
                try
                {
                    await run.RunAsync(due.Merchant, due.Batch, stop);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    LogFailed(failure, due.Merchant, due.Batch);
                }
                finally
                {
                    _known.TryRemove(due, out _);
                    if (_again.TryRemove(due, out _))
                    {
                        Wake(due.Merchant, due.Batch);
                    }
                }
            });
    }

    [LoggerMessage(LogLevel.Error, "Batch {Batch} of merchant {Merchant} failed; it is taken up again")]
    private partial void LogFailed(Exception failure, MerchantId merchant, BatchId batch);
}

/// <summary>Wakes the batches that are due: left by a node that ended, or waiting for answers.</summary>
public sealed class BatchSweep(IDbContextFactory<AppDbContext> contexts, BatchRunner runner, TimeProvider time) : ISweep
{
    private const int AtMost = 100;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var due = await db.Batches.AsNoTracking()
            .Where(batch => batch.NextRunAt != null && batch.NextRunAt <= now)
            .OrderBy(batch => batch.NextRunAt)
            .Select(batch => new { batch.MerchantId, batch.Id })
            .Take(AtMost)
            .ToListAsync(ct);
        due.ForEach(batch => runner.Wake(batch.MerchantId, batch.Id));
        return due.Count;
    }
}
