using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The one door through which money moves. Commands from all callers enter one bounded channel; one writer drains it and
/// commits in groups; callers are answered only after the commit.
/// </summary>
/// <remarks>
/// While one group is being committed the next one gathers: the more callers, the larger the groups. No balance kept in memory
/// outlives its group, so any number of processes may write the same books.
/// </remarks>
public sealed class LedgerBook : IHostedService, IAsyncDisposable
{
    /// <summary>Callers beyond this many wait before they are even queued.</summary>
    private const int QueueLength = 4096;

    private const int LargestGroup = 512;

    /// <summary>How long a stopping process waits for the writer to answer what is queued.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    private readonly Channel<Submission> _queue = Channel.CreateBounded<Submission>(new BoundedChannelOptions(QueueLength)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    private readonly ILedgerStore _store;
    private readonly IDbContextFactory<AppDbContext> _contexts;
    private readonly BalanceFeed _feed;
    private readonly TimeProvider _clock;
    private readonly ILogger<LedgerBook> _log;
    private readonly DecideCommand _decide;
    private readonly bool _checks;
    private readonly Task _writer;

    // Not static: a compiled query serves one provider's model.
    private readonly Func<AppDbContext, MerchantId, CancellationToken, Task<BalanceRow?>> _readBalance =
        EF.CompileAsyncQuery((AppDbContext db, MerchantId merchant, CancellationToken ct) => db.LedgerBooks
            .Where(book => book.MerchantId == merchant)
            .Select(book => new BalanceRow(book.Available, book.Pending, book.Receivable))
            .FirstOrDefault());

    /// <param name="checks">
    /// Whether each group's invariants are checked before it is committed. They are: only the tests that plant bugs leave it out, to
    /// see whether the rest of the proof finds them too.
    /// </param>
    internal LedgerBook(
        ILedgerStore store,
        IDbContextFactory<AppDbContext> contexts,
        BalanceFeed feed,
        TimeProvider clock,
        ILogger<LedgerBook> log,
        DecideCommand decide,
        bool checks = true)
    {
        _store = store;
        _contexts = contexts;
        _feed = feed;
        _clock = clock;
        _log = log;
        _decide = decide;
        _checks = checks;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Whether commands are taken: false once the product shuts down, or the writer met a bug that ended it.</summary>
    public bool IsOpen => !_writer.IsCompleted;

    /// <summary>
    /// Submits a command. The same key with the same content answers the recorded outcome. An exception means the outcome is
    /// unknown: submit the same command again.
    /// </summary>
    /// <param name="ct">Ends the wait, never the command: once submitted it runs to its end.</param>
    /// <exception cref="ArgumentException">The command is malformed: a bug in the caller.</exception>
    /// <exception cref="LedgerUnavailableException">The database failed, or commands are not taken any more.</exception>
    public async Task<LedgerReply> SubmitAsync(LedgerCommand command, CancellationToken ct)
    {
        LedgerRules.Require(command);
        var submission = new Submission(command);
        try
        {
            await _queue.Writer.WriteAsync(submission, ct);
        }
        catch (ChannelClosedException closed)
        {
            throw new LedgerUnavailableException("The ledger takes no more commands: the product is shutting down, or its writer has failed.", closed);
        }

        return await submission.Reply.Task.WaitAsync(ct);
    }

    /// <summary>The merchant's balance as committed; <see cref="Balance.Empty"/> before the first transfer.</summary>
    public async Task<Balance> BalanceAsync(MerchantId merchant, CancellationToken ct)
    {
        await using var db = await _contexts.CreateDbContextAsync(ct);
        return await _readBalance(db, merchant, ct) is { } row
            ? new Balance(new Money(row.Available - row.Pending), new Money(row.Pending), new Money(row.Receivable))
            : Balance.Empty;
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes no more commands and answers those already queued.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _writer.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(CancellationToken.None).WaitAsync(LongestStop);
        }
        catch (TimeoutException stuck)
        {
            _log.LogError(stuck, "The ledger's writer did not end within {Seconds} s.", LongestStop.TotalSeconds);
        }

        await _store.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var group = new List<Submission>(LargestGroup);
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                while (group.Count < LargestGroup && _queue.Reader.TryRead(out var submission))
                {
                    group.Add(submission);
                }

                await AnswerAsync(group);
                group.Clear();
            }
        }
        catch (Exception bug)
        {
            // Nobody may wait for a writer that is gone.
            _log.LogCritical(bug, "The ledger's writer has ended; no more commands are taken until the product is started again.");
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var submission))
            {
                group.Add(submission);
            }

            group.ForEach(submission => Fail(submission, bug));
        }
    }

    /// <summary>
    /// Commits the group. If that fails, each command is tried alone: what was committed after all is then found by its key, and
    /// a command that cannot be done harms nobody else. Two failures in a row are not the commands' but the database's: whoever is
    /// left is told at once, instead of after a time-out each.
    /// </summary>
    private async Task AnswerAsync(List<Submission> group)
    {
        if (await FailureAsync(group) is not { } failure)
        {
            return;
        }

        _log.LogWarning(failure, "A group of {Count} ledger commands failed; each is tried alone.", group.Count);
        int failedInARow = 0;
        foreach (var submission in group.Where(s => !s.Reply.Task.IsCompleted))
        {
            if (failedInARow < 2)
            {
                failure = await FailureAsync([submission]);
                failedInARow = failure is null ? 0 : failedInARow + 1;
            }

            if (failure is not null)
            {
                Fail(submission, failure);
            }
        }
    }

    private void Fail(Submission submission, Exception failure)
    {
        var command = submission.Command;
        if (submission.Reply.TrySetException(new LedgerUnavailableException(
            $"{command.GetType().Name} {command.Key} of merchant {command.Merchant}: the outcome is unknown; submit it again.", failure)))
        {
            _log.LogError(failure, "Ledger command {Command} {Key} of merchant {Merchant} failed.", command.GetType().Name, command.Key, command.Merchant.Value);
        }
    }

    /// <summary>Commits the commands together; what went wrong, with nothing left open, or null.</summary>
    private async Task<Exception?> FailureAsync(List<Submission> group)
    {
        try
        {
            await CommitAsync(group);
            return null;
        }
        catch (Exception failure)
        {
            try
            {
                await _store.AbandonAsync();
            }
            catch (Exception stuck)
            {
                _log.LogWarning(stuck, "The ledger's connection did not close.");
            }

            return failure;
        }
    }

    private async Task CommitAsync(List<Submission> group)
    {
        var batch = await _store.BeginAsync(group.ConvertAll(s => s.Command));
        var now = _clock.GetUtcNow();
        var replies = group.ConvertAll(s => batch.Run(s.Command, now, _decide));
        if (_checks)
        {
            batch.Check();
        }

        await _store.CommitAsync(batch);

        // Durable from here on: only now may anybody hear of it.
        for (int i = 0; i < group.Count; i++)
        {
            group[i].Reply.TrySetResult(replies[i]);
        }

        foreach (var book in batch.ChangedBooks)
        {
            _feed.Publish(book.Merchant);
        }
    }

    private sealed record Submission(LedgerCommand Command)
    {
        public TaskCompletionSource<LedgerReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record BalanceRow(long Available, long Pending, long Receivable);
}

/// <summary>The ledger could not answer. Whether the command took effect is unknown: submit the same command again.</summary>
public sealed class LedgerUnavailableException(string message, Exception cause) : Exception(message, cause);
