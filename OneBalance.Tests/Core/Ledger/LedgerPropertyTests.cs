using CsCheck;
using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Tests.Core.Ledger;

/// <summary>The rules against the model, on random sequences of commands. A failure prints the seed that repeats it; CsCheck_Iter makes more.</summary>
public sealed class LedgerPropertyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void every_reply_and_balance_is_the_models() =>
        LedgerCommands.Of(merchants: 2, keys: 24).Array[1, 80].Sample(AgreesWithModel, iter: 20_000);

    [Fact]
    public void every_kind_of_reply_occurs_among_the_random_commands()
    {
        var seen = new HashSet<string>();
        LedgerCommands.Of(merchants: 2, keys: 24).Array[80].Sample(
            commands =>
            {
                var model = new LedgerModel();
                foreach (var command in commands)
                {
                    var reply = model.Run(command);
                    lock (seen)
                    {
                        seen.Add(reply switch
                        {
                            LedgerReply.Accepted accepted => $"{command.GetType().Name} {(accepted.Replayed ? "again" : "done")}",
                            LedgerReply.Refused refused => refused.Reason.GetType().Name,
                            _ => throw new NotSupportedException(),
                        });
                    }
                }
            },
            iter: 5_000);

        var refusals = typeof(LedgerRefusal).GetNestedTypes().Select(t => t.Name);
        var commands = typeof(LedgerCommand).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(LedgerCommand))).Select(t => $"{t.Name} done");
        Assert.Empty(refusals.Concat(commands).Except(seen));
    }

    [Fact]
    public void a_batch_is_its_commands_one_by_one() =>
        LedgerCommands.Of(merchants: 3, keys: 16).Array[2, 40].Sample(
            commands =>
            {
                var together = NewBatch();
                var replies = commands.Select(c => together.Run(c, Now, LedgerRules.Decide)).ToList();
                var store = new MemoryStore();
                Assert.Equal(replies, commands.Select(store.Run));
                Assert.Equal(together.NewTransfers.Select(t => Convert.ToHexString(t.Hash)), store.Transfers.Select(t => Convert.ToHexString(t.Hash)));
            },
            iter: 2_000);

    private static void AgreesWithModel(LedgerCommand[] commands)
    {
        var model = new LedgerModel();
        var batch = NewBatch();
        foreach (var command in commands)
        {
            Assert.Equal(model.Run(command), batch.Run(command, Now, LedgerRules.Decide));
        }

        batch.Check();
        foreach (var book in batch.ChangedBooks)
        {
            Assert.Equal(model.BalanceOf(book.Merchant), book.Balance);
        }
    }

    private static LedgerBatch NewBatch()
    {
        var batch = new LedgerBatch();
        for (int merchant = 1; merchant <= 3; merchant++)
        {
            batch.Load(new Book(new MerchantId(merchant)));
        }

        return batch;
    }

    /// <summary>Carries state from one batch of a single command to the next, as a database does.</summary>
    private sealed class MemoryStore
    {
        private readonly Dictionary<MerchantId, Book> _books = [];
        private readonly Dictionary<(MerchantId, string), Reservation> _reservations = [];

        public List<Transfer> Transfers { get; } = [];

        public LedgerReply Run(LedgerCommand command)
        {
            var batch = new LedgerBatch();
            batch.Load(_books.GetValueOrDefault(command.Merchant) ?? new Book(command.Merchant));
            foreach (var transfer in Transfers)
            {
                batch.LoadRecorded(transfer);
                batch.LoadNamed(transfer);
                if (transfer.Kind == LedgerTransferKind.Correct)
                {
                    batch.LoadReversed(transfer.Merchant, transfer.Reference!);
                }
            }

            foreach (var reservation in _reservations.Values)
            {
                batch.Load(reservation);
            }

            var reply = batch.Run(command, Now, LedgerRules.Decide);
            Transfers.AddRange(batch.NewTransfers);
            foreach (var book in batch.ChangedBooks)
            {
                _books[book.Merchant] = book;
            }

            foreach (var reservation in batch.ChangedReservations)
            {
                _reservations[(reservation.Merchant, reservation.Key)] = reservation;
            }

            return reply;
        }
    }
}
