using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>Known bugs, planted between the product's parts from here. The product has no switch for any of them.</summary>
public enum SeededFault
{
    AnswerBeforeCommit,
    SkipTheUniqueKey,
    SwapPostAndVoid,
    DropTheFundsCheck,
    RefundWithoutLimit,
    ResolveTwice,
    ForgetToRelease,
    SkipANumber,
    BreakTheChain,
    BookOneSideOnly,
    KeepBooksInMemory,
}

/// <summary>Ledgers on a test's database, sound or faulty.</summary>
internal static class SoundLedger
{
    /// <summary>Another node beside the product's own.</summary>
    public static LedgerBook Open(TestDatabase database) => Open(database, StoreOf(database), LedgerRules.Decide);

    /// <param name="checks">Whether the writer checks its groups, as the product's does.</param>
    public static async Task<LedgerBook> OpenAsync(TestDatabase database, SeededFault fault, bool checks)
    {
        if (fault == SeededFault.SkipTheUniqueKey)
        {
            await using var db = await database.Contexts.CreateDbContextAsync();
            await db.Database.ExecuteSqlRawAsync("DROP INDEX ix_ledger_transfers_merchant_id_key");
        }

        ILedgerStore store = fault switch
        {
            SeededFault.AnswerBeforeCommit => new LateStore(StoreOf(database)),
            SeededFault.KeepBooksInMemory => new StaleStore(StoreOf(database)),
            _ => StoreOf(database),
        };
        return Open(database, store, (book, command, facts, now) => Decide(fault, book, command, facts, now), checks);
    }

    public static ILedgerStore StoreOf(TestDatabase database) => database.Provider == DatabaseProvider.Postgres
        ? new PostgresLedgerStore(database.ConnectionString)
        : new SqliteLedgerStore(database.ConnectionString);

    public static LedgerBook Open(TestDatabase database, ILedgerStore store, DecideCommand decide, bool checks = true) => new(
        store, database.Contexts, new BalanceFeed(NullLogger<BalanceFeed>.Instance), TimeProvider.System, NullLogger<LedgerBook>.Instance, decide, checks);

    private static LedgerDecision Decide(SeededFault fault, Book book, LedgerCommand command, LedgerFacts facts, DateTimeOffset now)
    {
        LedgerDecision Sound() => LedgerRules.Decide(book, command, facts, now);
        switch (fault)
        {
            case SeededFault.SkipTheUniqueKey:
                return LedgerRules.Decide(book, command, facts with { Recorded = null }, now);
            case SeededFault.SwapPostAndVoid when command is Capture c && facts.Recorded is null:
                return LedgerRules.Decide(book, new Release(c.Merchant, c.Key, c.Reservation), facts, now);
            case SeededFault.DropTheFundsCheck when Sound() is LedgerDecision.Refuse { Reason: LedgerRefusal.InsufficientFunds }:
                var rich = (LedgerDecision.Record)LedgerRules.Decide(book with { Available = book.Available + new Money(1000) }, command, facts, now);
                var poor = rich.Transfer with { FreeAfter = rich.Transfer.FreeAfter - new Money(1000) };
                return Rehash(book, rich with { Transfer = poor, Book = rich.Book with { Available = book.Available } });
            case SeededFault.RefundWithoutLimit when command is RefundLabel && facts.Reservation is { } captured:
                return LedgerRules.Decide(book, command, facts with { Reservation = captured with { Captured = captured.Captured + new Money(1000) } }, now);
            case SeededFault.ResolveTwice when command is Capture or Release && facts.Reservation is { } resolved:
                return LedgerRules.Decide(book, command, facts with { Reservation = resolved with { State = LedgerReservationState.Pending } }, now);
            case SeededFault.ForgetToRelease when command is Release && Sound() is LedgerDecision.Record released:
                return Rehash(book, released with
                {
                    Book = released.Book with { Pending = book.Pending },
                    Transfer = released.Transfer with { PendingAfter = book.Pending, FreeAfter = book.Free, FreeChange = Money.Zero },
                });
            case SeededFault.SkipANumber when book.Sequence % 10 == 9:
                return LedgerRules.Decide(book with { Sequence = book.Sequence + 1 }, command, facts, now);
            case SeededFault.BreakTheChain when book.Sequence % 10 == 9:
                return LedgerRules.Decide(book with { Hash = HashChain.Start }, command, facts, now);
            case SeededFault.BookOneSideOnly when command is Surcharge && Sound() is LedgerDecision.Record both:
                return Rehash(book, both with { Transfer = both.Transfer with { Entries = [.. both.Transfer.Entries.Take(1)] } });
            default:
                return Sound();
        }
    }

    /// <summary>A bug before the hash is taken: the chain fits, the content is wrong.</summary>
    private static LedgerDecision.Record Rehash(Book before, LedgerDecision.Record record)
    {
        var transfer = record.Transfer with { Hash = HashChain.Next(before.Hash, record.Transfer) };
        return record with { Transfer = transfer, Book = record.Book with { Hash = transfer.Hash } };
    }

    /// <summary>Says it has committed, and commits when the next batch comes.</summary>
    private sealed class LateStore(ILedgerStore inner) : ILedgerStore
    {
        private LedgerBatch? _late;

        public async Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands)
        {
            if (_late is { } late)
            {
                _late = null;
                await inner.CommitAsync(late);
            }

            return await inner.BeginAsync(commands);
        }

        public Task CommitAsync(LedgerBatch batch)
        {
            _late = batch;
            return Task.CompletedTask;
        }

        public Task AbandonAsync() => inner.AbandonAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    /// <summary>Remembers each book as it was when first loaded in the last few batches, instead of loading it.</summary>
    private sealed class StaleStore(ILedgerStore inner) : ILedgerStore
    {
        private readonly Dictionary<MerchantId, Book> _remembered = [];

        public async Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands)
        {
            var batch = await inner.BeginAsync(commands);
            foreach (var book in _remembered.Values.Where(b => commands.Any(c => c.Merchant == b.Merchant)))
            {
                batch.Load(book);
            }

            return batch;
        }

        public async Task CommitAsync(LedgerBatch batch)
        {
            await inner.CommitAsync(batch);
            foreach (var book in batch.ChangedBooks.Where(b => b.Sequence < 20))
            {
                _remembered[book.Merchant] = book;
            }
        }

        public Task AbandonAsync() => inner.AbandonAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
