using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Web.Features.Batches;

/// <summary>Configuration section <c>Batches</c>.</summary>
public sealed class BatchOptions
{
    public const string Section = "Batches";

    /// <summary>How many lines of all batches a node works on at once; from 1 to 64.</summary>
    public int Parallelism { get; set; } = 16;
}

/// <summary>
/// Runs one batch: asks for its prices, or buys its labels, several at once. Progress is the rows themselves: a line has a
/// price or not, its label is bought or not. So a run can end anywhere, and the next one, on this node or another, goes on from
/// there. One runner at a time has a batch, by a lease in its row; should two meet all the same, a label is still bought once.
/// </summary>
public sealed partial class BatchRun(
    IDbContextFactory<AppDbContext> contexts,
    ICarrier carrier,
    BuyLabel buy,
    GetRates rates,
    IOptions<BatchOptions> options,
    TimeProvider time,
    ILogger<BatchRun> logger) : IDisposable
{
    /// <summary>A runner that does not renew its lease for this long is taken for dead.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Renew = TimeSpan.FromSeconds(5);

    /// <summary>Purchases without an answer are looked at again after this long.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>The longest the carrier's wish to be left alone is followed before a line goes without a price.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>Between two questions for a price when the carrier could not be reached and did not say when.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>Between the beginnings of two purchases: 100 a second at most, far more than a carrier's account allows.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(10);

    private readonly Pace _pace = new(Apart);

    private readonly Lock _heeding = new();

    private DateTimeOffset _carrierBusyUntil;
    private readonly SemaphoreSlim _atOnce = new(Math.Clamp(options.Value.Parallelism, 1, 64));

    /// <summary>False when there was nothing to run, or another runner has it.</summary>
    public async Task<bool> RunAsync(MerchantId merchant, BatchId id, CancellationToken ct)
    {
        if (!await ClaimAsync(merchant, id, ct))
        {
            return false;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewing = RenewAsync(merchant, id, ending.Token);
        try
        {
            Batch batch;
            await using (var db = await contexts.CreateDbContextAsync(ct))
            {
                batch = await db.Batches.AsNoTracking().FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            }

            LogRuns(merchant, id, batch.State);
            if (batch.State == BatchState.Rating)
            {
                await RateAsync(batch, ct);
                await EndAsync(batch, BatchState.Open, null, CancellationToken.None);
            }
            else
            {
                await BuyAsync(batch, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops: the next one need not wait for the lease.
            await FreeAsync(merchant, id, time.GetUtcNow());
        }
        finally
        {
            await ending.CancelAsync();
            await renewing;
        }

        return true;
    }

    public void Dispose() => _atOnce.Dispose();

    private async Task RateAsync(Batch batch, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var lines = await db.BatchLines.AsNoTracking()
            .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == batch.Id && line.State == BatchLineState.Ready)
            .OrderBy(line => line.Number)
            .Select(line => new { line.Number, line.FieldsJson })
            .ToListAsync(ct);
        var terms = batch.Terms(carrier);

        // Parcels of the same weight and size to the same place cost the same: asked for once.
        var requests = lines
            .Select(line => (line.Number, Request: StoredLabel.RateRequest(BatchLineRules.Read(StoredBatch.Fields(line.FieldsJson), terms).Draft)))
            .GroupBy(line => StoredLabel.Fingerprint(line.Request));
        await InParallelAsync(requests, async (group, stop) =>
        {
            var reply = await AskAsync(
                () => carrier.GetRatesAsync(group.First().Request, batch.Words(), stop),
                reply => reply is CarrierReply<IReadOnlyList<Rate>>.Unreachable(_, var after) ? after ?? ShortestWait : null,
                stop);
            await KeepAsync(batch, [.. group.Select(line => line.Number)], group.Key, reply);
        }, ct);
    }

    /// <summary>Asks three times at most, as long as the answer says to wait.</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> ask, Func<T, TimeSpan?> toWait, CancellationToken ct)
    {
        var reply = await ask();
        for (int again = 0; again < 2 && toWait(reply) is { } wait; again++)
        {
            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, ct);
            reply = await ask();
        }

        return reply;
    }

    private async Task KeepAsync(Batch batch, IReadOnlyList<int> numbers, string fingerprint, CarrierReply<IReadOnlyList<Rate>> reply)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var lines = await db.BatchLines
            .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == batch.Id && line.State == BatchLineState.Ready && numbers.Contains(line.Number))
            .ToListAsync();
        foreach (var line in lines)
        {
            line.Version++;
            if (reply is CarrierReply<IReadOnlyList<Rate>>.Confirmed { Value: { Count: > 0 } offered })
            {
                line.RatesJson = StoredLabel.Json.Write(offered);
                line.RatesFor = fingerprint;
                line.RatedAt = time.GetUtcNow();
                line.Choose(offered, batch);
                continue;
            }

            line.HasNoPrice(reply switch
            {
                CarrierReply<IReadOnlyList<Rate>>.Refused(var errors) => errors,
                CarrierReply<IReadOnlyList<Rate>>.Confirmed => [],
                _ => null,
            });
        }

        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another runner has kept these prices.
        }
    }

    private async Task BuyAsync(Batch batch, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (batch.CancelledAt is not null)
        {
            await CancelBatch.StopAsync(db, batch.MerchantId, batch.Id, ct);
        }

        await CancelBatch.FreeAsync(db, batch.MerchantId, batch.Id, ct);
        var open = await OpenAsync(db, batch, ct);
        BatchStop? stop = null;
        await InParallelAsync(open, async (line, stopping) =>
        {
            // Asking a carrier that wants to be left alone would only use up the time its buyer waits.
            while (!line.Asked && stop is null && CarrierBusyUntil - time.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, time, stopping);
            }

            if (stop is null)
            {
                await _pace.WaitAsync(stopping);
            }

            // A label already asked for is never left: only new ones wait for what is missing.
            if ((stop is null || line.Asked) && await BuyAsync(batch, line, stopping) is { } reason)
            {
                stop = reason;
            }
        }, ct);

        await CancelBatch.FreeAsync(db, batch.MerchantId, batch.Id, CancellationToken.None);
        var left = await OpenAsync(db, batch, CancellationToken.None);
        if (left.Count == 0)
        {
            bool held = await IsHeldByNoticeAsync(db, batch);
            await EndAsync(batch, held ? BatchState.Paused : BatchState.Finished, held ? BatchStop.Notice : null, CancellationToken.None);
        }
        else if (stop is not null && !left.Exists(line => line.Asked))
        {
            await EndAsync(batch, BatchState.Paused, stop, CancellationToken.None);
        }
        else
        {
            await FreeAsync(batch.MerchantId, batch.Id, time.GetUtcNow() + LookAgain);
        }
    }

    /// <summary>Buys one line's label by the way every label is bought. What stands in the way of all others, too, is answered.</summary>
    /// <param name="ct">Stops waiting for a price; a purchase runs to its end.</param>
    private async Task<BatchStop?> BuyAsync(Batch batch, OpenLine line, CancellationToken ct)
    {
        try
        {
            var outcome = await BuyAsync(batch, line, line.Total);
            if (outcome is BuyOutcome.PriceMustBeAskedAgain && await AskPriceAgainAsync(batch, line, ct) is { } total)
            {
                outcome = await BuyAsync(batch, line, total);
            }

            switch (outcome)
            {
                case BuyOutcome.Bought or BuyOutcome.Declined:
                    return null;
                case BuyOutcome.StillAsking:
                    await HeedAsync(batch, line);
                    return null;
                case BuyOutcome.NotFound:
                    // Cancelled or corrected meanwhile.
                    return null;
                case BuyOutcome.InsufficientFunds:
                    return BatchStop.Funds;
                case BuyOutcome.Owing:
                    return BatchStop.Owing;
                case BuyOutcome.BuyingStopped:
                    return BatchStop.Account;
                case BuyOutcome.SetUpNeeded:
                    return BatchStop.SetUp;
                case BuyOutcome.StoppedByNotice:
                    // It waits as it was; the others go on.
                    await TakeBackAsync(batch, line, row => row.State = BatchLineState.Rated);
                    return null;
                case BuyOutcome.PriceMustBeAskedAgain:
                    // It has been taken back, or another runner has it.
                    return null;
                case BuyOutcome.Incomplete:
                    await TakeBackAsync(batch, line, row => row.Say(row.Fields(), batch.Terms(carrier)));
                    return null;
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other}.");
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The label's own flow resumes what was begun; the line is looked at again.
            LogFailed(failure, batch.MerchantId, batch.Id, line.Number, line.Label);
            return null;
        }
    }

    /// <summary>No answer yet: perhaps because the carrier asked us to slow down. Then no new label is asked for until it has time.</summary>
    private async Task HeedAsync(Batch batch, OpenLine line)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var until = await db.Labels
            .Where(label => label.MerchantId == batch.MerchantId && label.Id == line.Label)
            .Select(label => label.BusyUntil)
            .FirstOrDefaultAsync();
        lock (_heeding)
        {
            _carrierBusyUntil = until > _carrierBusyUntil ? until.Value : _carrierBusyUntil;
        }
    }

    private DateTimeOffset CarrierBusyUntil
    {
        get
        {
            lock (_heeding)
            {
                return _carrierBusyUntil;
            }
        }
    }

    private Task<BuyOutcome> BuyAsync(Batch batch, OpenLine line, Money seen) => buy.RunAsync(
        new BuyRequest(MerchantAccess.OfProduct(batch.MerchantId), line.Label, line.ServiceCode, seen, batch.RequestedBy ?? batch.CreatedBy, batch.Words()),
        CancellationToken.None);

    /// <summary>
    /// The price is too old. The new one is answered when it is no higher; else the line is taken back and waits for the
    /// merchant's word, as it does when the carrier gives no price any more.
    /// </summary>
    private async Task<Money?> AskPriceAgainAsync(Batch batch, OpenLine line, CancellationToken ct)
    {
        var outcome = await AskAsync(
            () => rates.RunAsync(MerchantAccess.OfProduct(batch.MerchantId), line.Label, batch.Words(), ct),
            outcome => outcome is RatesOutcome.Unreachable(var after) ? after ?? ShortestWait : null,
            ct);
        switch (outcome)
        {
            case RatesOutcome.Quoted(var quoted, var at):
                if (quoted.FirstOrDefault(rate => rate.ServiceCode == line.ServiceCode) is { } now && now.Price.Total <= line.Total)
                {
                    return now.Price.Total;
                }

                await TakeBackAsync(batch, line, row =>
                {
                    row.RatesJson = StoredLabel.Json.Write(quoted);
                    row.RatedAt = at;
                    row.Choose(quoted, batch);
                    row.State = BatchLineState.PriceRose;
                });
                return null;
            case RatesOutcome.Refused(var errors):
                await TakeBackAsync(batch, line, row => row.HasNoPrice(errors));
                return null;
            case RatesOutcome.NoService:
                await TakeBackAsync(batch, line, row => row.HasNoPrice([]));
                return null;
            case RatesOutcome.Unreachable:
                await TakeBackAsync(batch, line, row => row.HasNoPrice(null));
                return null;
            case RatesOutcome.Incomplete:
                await TakeBackAsync(batch, line, row => row.Say(row.Fields(), batch.Terms(carrier)));
                return null;
            case RatesOutcome.DraftChanged or RatesOutcome.NoLongerADraft or RatesOutcome.NotFound:
                // Another runner was quicker, or it was cancelled meanwhile.
                return null;
            case var other:
                throw new InvalidOperationException($"Unknown outcome {other}.");
        }
    }

    /// <summary>Frees a line of its label, should that still be a draft.</summary>
    private async Task TakeBackAsync(Batch batch, OpenLine line, Action<BatchLine> change)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var row = await db.BatchLines.FirstOrDefaultAsync(row => row.MerchantId == batch.MerchantId && row.BatchId == batch.Id && row.Number == line.Number && row.LabelId == line.Label);
        int deleted = await db.Labels
            .Where(label => label.MerchantId == batch.MerchantId && label.Id == line.Label && label.State == LabelState.Draft)
            .ExecuteDeleteAsync();
        if (row is null || deleted == 0)
        {
            return;
        }

        change(row);
        row.LabelId = null;
        row.Version++;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary>Whether a priced line is left because a service notice stops it. Asked of the rows, so that a run that died is no different.</summary>
    private async Task<bool> IsHeldByNoticeAsync(AppDbContext db, Batch batch)
    {
        var now = time.GetUtcNow();
        var notices = await ServiceNoticeRows.OpenAsync(db, now, CancellationToken.None);
        if (!notices.Any(notice => notice.Terms.BlocksPurchase))
        {
            return false;
        }

        var lines = await db.BatchLines.AsNoTracking()
            .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == batch.Id && line.State == BatchLineState.Rated)
            .Select(line => new { line.FieldsJson, line.ServiceCode })
            .ToListAsync();
        var terms = batch.Terms(carrier);
        return lines.Exists(line => ServiceNoticeRows.Blocking(
            notices, BatchLineRules.Read(StoredBatch.Fields(line.FieldsJson), terms).Draft, line.ServiceCode ?? "", now) is not null);
    }

    /// <summary>Lines whose label is neither bought nor declined.</summary>
    private static async Task<List<OpenLine>> OpenAsync(AppDbContext db, Batch batch, CancellationToken ct)
    {
        var rows = await db.BatchLines.AsNoTracking()
            .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == batch.Id && line.State == BatchLineState.Chosen)
            .Join(
                db.Labels.AsNoTracking().Where(label => label.MerchantId == batch.MerchantId
                    && (label.State == LabelState.Draft || label.State == LabelState.Reserved || label.State == LabelState.Attempting || label.State == LabelState.Unknown)),
                line => line.LabelId,
                label => label.Id,
                (line, label) => new { line.Number, label.Id, label.State, line.ServiceCode, line.Total })
            .OrderBy(line => line.Number)
            .ToListAsync(ct);
        return rows.ConvertAll(row => new OpenLine(row.Number, row.Id, row.State != LabelState.Draft, row.ServiceCode ?? "", row.Total ?? Money.Zero));
    }

    /// <summary>Bounded for the node as a whole, whatever the number of batches.</summary>
    private async Task InParallelAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken ct) =>
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(options.Value.Parallelism, 1, 64), CancellationToken = ct }, async (item, stop) =>
        {
            await _atOnce.WaitAsync(stop);
            try
            {
                await work(item, stop);
            }
            finally
            {
                _atOnce.Release();
            }
        });

    private async Task<bool> ClaimAsync(MerchantId merchant, BatchId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var until = now + Lease;
        return await Running(db, merchant, id).Where(batch => batch.NextRunAt <= now)
            .ExecuteUpdateAsync(batch => batch.SetProperty(row => row.NextRunAt, until), ct) == 1;
    }

    private async Task RenewAsync(MerchantId merchant, BatchId id, CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(Renew, time);
            while (await timer.WaitForNextTickAsync(ct))
            {
                await FreeAsync(merchant, id, time.GetUtcNow() + Lease);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    /// <summary>Any node may take the batch up from then on.</summary>
    private async Task FreeAsync(MerchantId merchant, BatchId id, DateTimeOffset from)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await Running(db, merchant, id).ExecuteUpdateAsync(batch => batch.SetProperty(row => row.NextRunAt, from));
    }

    private async Task EndAsync(Batch batch, BatchState state, BatchStop? stop, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        await Running(db, batch.MerchantId, batch.Id).ExecuteUpdateAsync(
            row => row
                .SetProperty(b => b.State, state)
                .SetProperty(b => b.Stop, stop)
                .SetProperty(b => b.NextRunAt, (DateTimeOffset?)null)
                .SetProperty(b => b.FinishedAt, state == BatchState.Finished ? now : null)
                .SetProperty(b => b.UpdatedAt, now)
                .SetProperty(b => b.Version, b => b.Version + 1),
            ct);
        LogEnded(batch.MerchantId, batch.Id, state, stop);
    }

    private static IQueryable<Batch> Running(AppDbContext db, MerchantId merchant, BatchId id) => db.Batches
        .Where(batch => batch.MerchantId == merchant && batch.Id == id && (batch.State == BatchState.Rating || batch.State == BatchState.Buying));

    [LoggerMessage(LogLevel.Information, "Batch {Batch} of merchant {Merchant} runs: {State}")]
    private partial void LogRuns(MerchantId merchant, BatchId batch, BatchState state);

    [LoggerMessage(LogLevel.Information, "Batch {Batch} of merchant {Merchant} ended as {State}, stopped for {Stop}")]
    private partial void LogEnded(MerchantId merchant, BatchId batch, BatchState state, BatchStop? stop);

    [LoggerMessage(LogLevel.Error, "Line {Number} of batch {Batch} of merchant {Merchant} failed; label {Label} is looked at again")]
    private partial void LogFailed(Exception failure, MerchantId merchant, BatchId batch, int number, LabelId label);

    /// <param name="Asked">The purchase of its label was asked for.</param>
    private sealed record OpenLine(int Number, LabelId Label, bool Asked, string ServiceCode, Money Total);
}
