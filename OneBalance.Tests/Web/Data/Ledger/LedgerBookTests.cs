using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerBookTests
{
    private static readonly MerchantId Shop = new(7);
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task a_label_bought_and_refunded_moves_the_balance(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;

        Assert.Equal(Balance.Empty, await ledger.BalanceAsync(Shop, None));
        Assert.Equal(Accepted(1), await ledger.SubmitAsync(new Fund(Shop, "fund", Cents(5000)), None));
        Assert.Equal(Accepted(2), await ledger.SubmitAsync(new Reserve(Shop, "reserve", Cents(2000)), None));
        Assert.Equal(new Balance(Cents(3000), Cents(2000), Money.Zero), await ledger.BalanceAsync(Shop, None));
        Assert.Equal(Accepted(3), await ledger.SubmitAsync(new Capture(Shop, "capture", "reserve", Cents(1800)), None));
        Assert.Equal(new Balance(Cents(3200), Money.Zero, Money.Zero), await ledger.BalanceAsync(Shop, None));
        Assert.Equal(Accepted(4), await ledger.SubmitAsync(new RefundLabel(Shop, "refund", "reserve", Cents(1800)), None));
        Assert.Equal(new Balance(Cents(5000), Money.Zero, Money.Zero), await ledger.BalanceAsync(Shop, None));

        await using var db = await database.Contexts.CreateDbContextAsync();
        var lines = await db.LedgerTransfers.OrderBy(t => t.Sequence).Select(t => new { t.Kind, t.AvailableChange, t.AvailableAfter }).ToListAsync();
        Assert.Equal([(5000L, 5000L), (-2000, 3000), (200, 3200), (1800, 5000)], lines.Select(l => (l.AvailableChange, l.AvailableAfter)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task the_same_key_answers_the_recorded_outcome_and_other_content_is_a_conflict(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;
        await ledger.SubmitAsync(new Fund(Shop, "payment", Cents(5000)), None);

        Assert.Equal(new LedgerReply.Accepted(1, Replayed: true), await ledger.SubmitAsync(new Fund(Shop, "payment", Cents(5000)), None));
        Assert.Equal(
            new LedgerReply.Refused(new LedgerRefusal.KeyConflict("payment")),
            await ledger.SubmitAsync(new Fund(Shop, "payment", Cents(5001)), None));
        Assert.Equal(Accepted(1), await ledger.SubmitAsync(new Fund(new MerchantId(8), "payment", Cents(5001)), None));
        Assert.Equal(Cents(5000), (await ledger.BalanceAsync(Shop, None)).Available);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_refused_key_may_be_tried_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;
        var reserve = new Reserve(Shop, "reserve", Cents(100));

        Assert.Equal(
            new LedgerReply.Refused(new LedgerRefusal.InsufficientFunds(Money.Zero, Cents(100))),
            await ledger.SubmitAsync(reserve, None));
        await ledger.SubmitAsync(new Fund(Shop, "fund", Cents(100)), None);
        Assert.Equal(Accepted(2), await ledger.SubmitAsync(reserve, None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_correction_reverses_a_recorded_transfer_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;
        await ledger.SubmitAsync(new Credit(Shop, "goodwill", Cents(700)), None);
        await ledger.SubmitAsync(new Surcharge(Shop, "reweigh", Cents(1000)), None);
        Assert.Equal(new Balance(Money.Zero, Money.Zero, Cents(300)), await ledger.BalanceAsync(Shop, None));

        Assert.Equal(Accepted(3), await ledger.SubmitAsync(new Correct(Shop, "undo", "reweigh"), None));
        Assert.Equal(new Balance(Cents(700), Money.Zero, Money.Zero), await ledger.BalanceAsync(Shop, None));
        Assert.Equal(
            new LedgerReply.Refused(new LedgerRefusal.AlreadyReversed("reweigh")),
            await ledger.SubmitAsync(new Correct(Shop, "undo-again", "reweigh"), None));
        Assert.Equal(
            new LedgerReply.Refused(new LedgerRefusal.NotReversible("undo")),
            await ledger.SubmitAsync(new Correct(Shop, "redo", "undo"), None));
    }

    // Two corrections of one batch that named the same transfer once got its entries twice, and reversed double.
    [Theory, MemberData(nameof(Providers))]
    public async Task of_many_corrections_at_once_one_takes_effect_and_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;
        await ledger.SubmitAsync(new Credit(Shop, "goodwill", Cents(700)), None);
        await ledger.SubmitAsync(new Surcharge(Shop, "reweigh", Cents(200)), None);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ledger.SubmitAsync(new Correct(Shop, $"undo-{i}", "reweigh"), None)));

        Assert.Single(replies, r => r is LedgerReply.Accepted);
        Assert.Equal(Cents(700), (await ledger.BalanceAsync(Shop, None)).Available);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_label_refund_corrected_can_be_made_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;
        await ledger.SubmitAsync(new Fund(Shop, "fund", Cents(1000)), None);
        await ledger.SubmitAsync(new Reserve(Shop, "reserve", Cents(400)), None);
        await ledger.SubmitAsync(new Capture(Shop, "capture", "reserve", Cents(400)), None);
        await ledger.SubmitAsync(new RefundLabel(Shop, "refund", "reserve", Cents(400)), None);
        Assert.Equal(
            new LedgerReply.Refused(new LedgerRefusal.MoreThanCaptured(Money.Zero, Cents(400))),
            await ledger.SubmitAsync(new Correct(Shop, "undo-capture", "capture"), None));
        Assert.Equal(Accepted(5), await ledger.SubmitAsync(new Correct(Shop, "undo-refund", "refund"), None));
        Assert.Equal(Accepted(6), await ledger.SubmitAsync(new RefundLabel(Shop, "refund-2", "reserve", Cents(400)), None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task many_callers_and_ef_write_side_by_side(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ledger = database.Ledger;
        var commands = Enumerable.Range(0, 40).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 25; i++)
            {
                var reply = await ledger.SubmitAsync(new Fund(new MerchantId(1 + i % 5), $"{caller}/{i}", Cents(1)), None);
                Assert.IsType<LedgerReply.Accepted>(reply);
            }
        }));
        var saves = Enumerable.Range(0, 10).Select(caller => Task.Run(async () =>
        {
            var merchant = await database.AddMerchantAsync($"Shop {caller}");
            for (int i = 0; i < 10; i++)
            {
                await using var db = await database.Contexts.CreateDbContextAsync();
                await using var transaction = await db.Database.BeginTransactionAsync();
                var row = await db.Merchants.SingleAsync(m => m.Id == merchant);
                row.Version++;
                await db.SaveChangesAsync();
                await db.SaveChangesAsync();
                if (i % 2 == 0)
                {
                    await transaction.CommitAsync();
                }

                // Else: disposed without an end.
            }

            await using var last = await database.Contexts.CreateDbContextAsync();
            await last.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.BusinessName, "Renamed"));
            Assert.Equal(5, (await last.Merchants.SingleAsync(m => m.Id == merchant)).Version);
        }));

        await Task.WhenAll(commands.Concat(saves)).WaitAsync(TimeSpan.FromSeconds(60));

        await using var check = await database.Contexts.CreateDbContextAsync();
        Assert.Equal([200L, 200, 200, 200, 200], await check.LedgerBooks.OrderBy(b => b.MerchantId).Select(b => b.Available).ToListAsync());
        Assert.Equal(1000, await check.LedgerTransfers.CountAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task nothing_but_the_writer_changes_the_ledger(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Ledger.SubmitAsync(new Fund(Shop, "fund", Cents(100)), None);

        await using var db = await database.Contexts.CreateDbContextAsync();
        (await db.LedgerBooks.SingleAsync()).Available = 1_000_000;
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync("UPDATE ledger_entries SET amount = 2 * amount"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync("DELETE FROM ledger_transfers"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_change_is_told_to_those_who_watch_the_book(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var told = new TaskCompletionSource();
        using var subscription = database.Services.GetRequiredService<BalanceFeed>().Subscribe(Shop, () => told.TrySetResult());

        await database.Ledger.SubmitAsync(new Fund(Shop, "fund", Cents(100)), None);

        await told.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_caller_that_stops_waiting_does_not_stop_its_command(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var impatient = new CancellationTokenSource();
        var submitted = database.Ledger.SubmitAsync(new Fund(Shop, "fund", Cents(100)), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submitted);

        Assert.Equal(new LedgerReply.Accepted(1, Replayed: true), await database.Ledger.SubmitAsync(new Fund(Shop, "fund", Cents(100)), None));
    }

    private static LedgerReply Accepted(long sequence) => new LedgerReply.Accepted(sequence, Replayed: false);

    private static Money Cents(long cents) => new(cents);
}
