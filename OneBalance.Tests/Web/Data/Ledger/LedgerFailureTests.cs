using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>What callers hear when the database fails under the writer, and what the book then holds.</summary>
public sealed class LedgerFailureTests
{
    private static readonly MerchantId Shop = new(7);
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    public enum Moment
    {
        Begin,
        BeforeCommit,
        AfterCommit,
    }

    public static TheoryData<DatabaseProvider, Moment> Failures
    {
        get
        {
            var data = new TheoryData<DatabaseProvider, Moment>();
            foreach (var provider in Enum.GetValues<DatabaseProvider>())
            {
                foreach (var moment in Enum.GetValues<Moment>())
                {
                    data.Add(provider, moment);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task a_group_that_failed_is_settled_command_by_command(DatabaseProvider provider, Moment moment)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new FailingStore(SoundLedger.StoreOf(database));
        await using var ledger = SoundLedger.Open(database, store, LedgerRules.Decide);
        await ledger.SubmitAsync(new Fund(Shop, "first", new Money(1)), None);

        store.FailNext(moment, times: 1);
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ledger.SubmitAsync(new Fund(Shop, $"k{i}", new Money(10)), None)));

        Assert.All(replies, reply => Assert.IsType<LedgerReply.Accepted>(reply));
        Assert.Equal(new Money(401), (await ledger.BalanceAsync(Shop, None)).Available);
        Assert.Null(await LedgerProof.FirstFaultAsync(database, Heard(replies)));
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task whoever_asks_again_after_an_unknown_outcome_moves_the_money_once(DatabaseProvider provider, Moment moment)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new FailingStore(SoundLedger.StoreOf(database));
        await using var ledger = SoundLedger.Open(database, store, LedgerRules.Decide);
        var fund = new Fund(Shop, "payment", new Money(10));

        store.FailNext(moment, times: 2);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.SubmitAsync(fund, None));
        var again = Assert.IsType<LedgerReply.Accepted>(await ledger.SubmitAsync(fund, None));

        Assert.Equal(moment == Moment.AfterCommit, again.Replayed);
        Assert.Equal(new Money(10), (await ledger.BalanceAsync(Shop, None)).Available);
    }

    /// <summary>Each of a group's commands once waited for a time-out of its own: a ledger without its database stood still for hours.</summary>
    [Fact]
    public async Task nobody_waits_for_a_database_that_has_failed_two_commands_in_a_row()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var store = new FailingStore(SoundLedger.StoreOf(database));
        await using var ledger = SoundLedger.Open(database, store, LedgerRules.Decide);

        store.FailNext(Moment.Begin, times: int.MaxValue);
        var all = store.HoldUntilQueued(() => Enumerable.Range(0, 100).Select(i => ledger.SubmitAsync(new Fund(Shop, $"k{i}", new Money(10)), None)).ToList());
        foreach (var reply in all)
        {
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => reply);
        }

        // The first is a group of its own or leads the whole: two groups at most, each tried once whole and twice alone.
        Assert.InRange(store.Begun, 2, 6);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_command_that_cannot_be_done_harms_no_other(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var ledger = SoundLedger.Open(database, SoundLedger.StoreOf(database), (book, command, facts, now) =>
            command.Key == "poison" ? throw new InvalidOperationException("a bug") : LedgerRules.Decide(book, command, facts, now));

        var poison = ledger.SubmitAsync(new Fund(Shop, "poison", new Money(10)), None);
        var others = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ledger.SubmitAsync(new Fund(Shop, $"k{i}", new Money(10)), None)));

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => poison);
        Assert.All(others, reply => Assert.IsType<LedgerReply.Accepted>(reply));
        Assert.Null(await LedgerProof.FirstFaultAsync(database, Heard(others)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task more_commands_than_a_group_or_the_queue_holds_are_all_answered(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var ledger = SoundLedger.Open(database);

        var replies = await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => Task.Run(() => ledger.SubmitAsync(new Fund(new MerchantId(1 + i % 3), $"k{i}", new Money(1)), None))));

        Assert.All(replies, reply => Assert.IsType<LedgerReply.Accepted>(reply));
        Assert.Null(await LedgerProof.FirstFaultAsync(database, []));
    }

    [Fact]
    public async Task a_ledger_that_stops_answers_what_is_queued_and_takes_no_more()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var ledger = SoundLedger.Open(database);
        var queued = Enumerable.Range(0, 200).Select(i => ledger.SubmitAsync(new Fund(Shop, $"k{i}", new Money(1)), None)).ToList();

        await ledger.StopAsync(None);

        Assert.All(await Task.WhenAll(queued), reply => Assert.IsType<LedgerReply.Accepted>(reply));
        Assert.False(ledger.IsOpen);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.SubmitAsync(new Fund(Shop, "late", new Money(1)), None));
    }

    /// <summary>The writer once could end without a word, and everybody waited for ever.</summary>
    [Fact]
    public async Task a_writer_that_meets_a_bug_of_its_own_tells_everybody()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var store = new FailingStore(SoundLedger.StoreOf(database));
        await using var ledger = new LedgerBook(
            store, database.Contexts, new BalanceFeed(NullLogger<BalanceFeed>.Instance), TimeProvider.System, new ThrowingLog(), LedgerRules.Decide);

        store.FailNext(Moment.Begin, times: int.MaxValue);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.SubmitAsync(new Fund(Shop, "one", new Money(1)), None));

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.SubmitAsync(new Fund(Shop, "two", new Money(1)), None));
        Assert.False(ledger.IsOpen);
    }

    private static List<Acknowledgement> Heard(LedgerReply[] replies) =>
        [.. replies.Select((reply, i) => new Acknowledgement(0, i, Shop, $"k{i}", ((LedgerReply.Accepted)reply).Sequence))];

    /// <summary>A database that fails where it is told to; what it commits is committed.</summary>
    private sealed class FailingStore(ILedgerStore inner) : ILedgerStore
    {
        private readonly ManualResetEventSlim _open = new(true);
        private Moment _moment;
        private int _times;

        public int Begun { get; private set; }

        public void FailNext(Moment moment, int times) => (_moment, _times) = (moment, times);

        /// <summary>Nothing is begun until all of them are queued.</summary>
        public List<Task<LedgerReply>> HoldUntilQueued(Func<List<Task<LedgerReply>>> submit)
        {
            _open.Reset();
            var submitted = submit();
            _open.Set();
            return submitted;
        }

        public async Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands)
        {
            _open.Wait();
            Begun++;
            Fail(Moment.Begin);
            return await inner.BeginAsync(commands);
        }

        public async Task CommitAsync(LedgerBatch batch)
        {
            Fail(Moment.BeforeCommit);
            await inner.CommitAsync(batch);
            Fail(Moment.AfterCommit);
        }

        public Task AbandonAsync() => inner.AbandonAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private void Fail(Moment moment)
        {
            if (moment == _moment && _times > 0)
            {
                _times--;
                throw new IOException($"The database is gone: {moment}.");
            }
        }
    }

    private sealed class ThrowingLog : ILogger<LedgerBook>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                throw new IOException("The log is full.");
            }
        }
    }
}
