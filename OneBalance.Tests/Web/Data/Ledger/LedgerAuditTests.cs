using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerAuditTests
{
    private static readonly MerchantId Shop = new(7);

    private const string NewBook =
        """
        INSERT INTO ledger_books (merchant_id, sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable, receivable,
                                  payout_clearing, bank, processing_fees, adjustment, status, paused)
        """;

    /// <summary>What somebody with the database's password might do, and the invariant that tells.</summary>
    public static TheoryData<DatabaseProvider, string, Invariant> Tampering
    {
        get
        {
            var data = new TheoryData<DatabaseProvider, string, Invariant>();
            foreach (var provider in Enum.GetValues<DatabaseProvider>())
            {
                data.Add(provider, "UPDATE ledger_books SET available = available + 1", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "UPDATE ledger_books SET pending = pending + 1", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "UPDATE ledger_books SET sequence = sequence + 1", Invariant.SequenceIsGapless);
                data.Add(provider, "UPDATE ledger_entries SET amount = amount + 1 WHERE sequence = 1 AND account = 1", Invariant.EntriesSumToZero);
                data.Add(provider, "UPDATE ledger_entries SET amount = amount * 2 WHERE sequence = 1", Invariant.HashChainHolds);
                data.Add(provider, "UPDATE ledger_transfers SET key = 'other' WHERE sequence = 1", Invariant.HashChainHolds);
                data.Add(provider, "UPDATE ledger_transfers SET available_after = 0 WHERE sequence = 1", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "DELETE FROM ledger_transfers WHERE sequence = 2", Invariant.SequenceIsGapless);
                data.Add(provider, "DELETE FROM ledger_entries WHERE sequence = 1", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "INSERT INTO ledger_entries (merchant_id, sequence, account, amount) VALUES (7, 99, 1, 5)", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "UPDATE ledger_reservations SET state = 2, captured = amount WHERE state = 1", Invariant.ResolvedAtMostOnce);
                data.Add(provider, "UPDATE ledger_reservations SET refunded = 0 WHERE refunded > 0", Invariant.ResolvedAtMostOnce);
                data.Add(provider, "DELETE FROM ledger_reservations WHERE state = 2", Invariant.ResolvedAtMostOnce);
                data.Add(provider, "DELETE FROM ledger_books", Invariant.SequenceIsGapless);
                data.Add(provider, $"UPDATE ledger_books SET paused = {(provider == DatabaseProvider.Postgres ? "true" : "1")}", Invariant.StateFollowsTransfers);
                data.Add(provider, "UPDATE ledger_books SET status = 2", Invariant.StateFollowsTransfers);
                data.Add(provider, "UPDATE ledger_books SET recorded_at = '2099-01-01 00:00:00'", Invariant.StateFollowsTransfers);
                data.Add(provider, "UPDATE ledger_entries SET account = 99 WHERE sequence = 1 AND account = 1", Invariant.EntriesSumToZero);
                data.Add(provider, "UPDATE ledger_entries SET amount = 9223372036854775807 WHERE sequence = 1", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "UPDATE ledger_transfers SET reference = NULL WHERE kind = 3", Invariant.ResolvedAtMostOnce);
                data.Add(provider, "UPDATE ledger_transfers SET available_change = available_change + 1 WHERE sequence = 1", Invariant.TotalsAreSumsOfEntries);
                data.Add(provider, "UPDATE ledger_transfers SET hash = (SELECT hash FROM ledger_books WHERE merchant_id = 8) WHERE merchant_id = 7 AND sequence = 2", Invariant.HashChainHolds);
                data.Add(provider, $"{NewBook} SELECT 9, 0, hash, recorded_at, 0, 0, 0, 0, 0, 1000000, 0, 0, 0, 1, paused FROM ledger_books WHERE merchant_id = 7", Invariant.SequenceIsGapless);
                data.Add(provider, $"{NewBook} SELECT 9, 0, hash, recorded_at, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, paused FROM ledger_books WHERE merchant_id = 7", Invariant.SequenceIsGapless);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_sound_ledger_has_no_offences(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await FillAsync(database);

        var report = await AuditAsync(database);

        Assert.True(report.IsClean, string.Join('\n', report.First));
        Assert.Equal((2L, 9L, 2L), (report.Books, report.Transfers, report.Reservations));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task an_empty_ledger_has_no_offences(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        Assert.True((await AuditAsync(database)).IsClean);
    }

    [Theory, MemberData(nameof(Tampering))]
    public async Task tampering_is_found_and_named(DatabaseProvider provider, string sql, Invariant broken)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await FillAsync(database);
        await TamperAsync(database, sql);

        var report = await AuditAsync(database);

        Assert.True(report.Offences[broken] > 0, string.Join('\n', report.First));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_payment_credited_in_two_books_is_found(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Ledger.SubmitAsync(new Fund(Shop, LedgerKeys.Fund("pi_1"), new Money(100)), CancellationToken.None);
        await database.Ledger.SubmitAsync(new Fund(new MerchantId(8), LedgerKeys.Fund("pi_1"), new Money(100)), CancellationToken.None);

        Assert.Equal(1, (await AuditAsync(database)).Offences[Invariant.OneCreditAPayment]);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_payment_credited_in_one_book_and_received_late_in_another_is_found(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Ledger.SubmitAsync(new Fund(Shop, LedgerKeys.Fund("pi_1"), new Money(100)), CancellationToken.None);
        foreach (LedgerCommand command in (LedgerCommand[])
            [new BeginClose(new MerchantId(8), "begin"), new Close(new MerchantId(8), "close"), new ReceiveLate(new MerchantId(8), LedgerKeys.Fund("pi_1"), new Money(100))])
        {
            Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(command, CancellationToken.None));
        }

        Assert.Equal(1, (await AuditAsync(database)).Offences[Invariant.OneCreditAPayment]);
    }

    /// <summary>PostgreSQL once ended the whole audit at a key that has the length of a label's and is none.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_key_that_only_looks_like_a_labels_is_an_offence_and_not_the_end_of_the_audit(DatabaseProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 9, 30, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, clock);
        await database.Ledger.SubmitAsync(new Fund(Shop, "fund", new Money(100)), CancellationToken.None);
        await database.Ledger.SubmitAsync(new Reserve(Shop, "reserve", new Money(100)), CancellationToken.None);
        await database.Ledger.SubmitAsync(new Capture(Shop, $"label/{new string('x', 32)}/capture", "reserve", new Money(100)), CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(1, (await AuditAsync(database)).Offences[Invariant.MovementsHaveTheirCause]);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_reservation_that_waits_for_more_than_a_day_is_found(DatabaseProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 9, 30, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, clock);
        await database.Ledger.SubmitAsync(new Fund(Shop, "f", new Money(100)), CancellationToken.None);
        await database.Ledger.SubmitAsync(new Reserve(Shop, "r", new Money(100)), CancellationToken.None);

        clock.SetUtcNow(new DateTimeOffset(2026, 11, 3, 9, 30, 0, TimeSpan.Zero));
        Assert.True((await AuditAsync(database)).IsClean);
        clock.SetUtcNow(new DateTimeOffset(2026, 11, 3, 9, 30, 1, TimeSpan.Zero));
        Assert.Equal(1, (await AuditAsync(database)).Offences[Invariant.NothingWaitsTooLong]);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task money_without_its_top_up_or_label_is_found_once_it_should_have_been_saved(DatabaseProvider provider)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 9, 30, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, clock);
        var label = new LabelId(Guid.Parse("019aafd1-7d4b-7c7a-8f5e-2b1d3c4e5f60"));
        await database.Ledger.SubmitAsync(new Fund(Shop, LedgerKeys.Fund("pi_1"), new Money(100)), CancellationToken.None);

        // The ledger moves first: for an hour the top-up may still be on its way to the database.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await AuditAsync(database)).Offences[Invariant.MovementsHaveTheirCause]);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await AuditAsync(database)).Offences[Invariant.MovementsHaveTheirCause]);

        await database.Ledger.SubmitAsync(new Reserve(Shop, LedgerKeys.Reserve(label), new Money(100)), CancellationToken.None);
        await database.Ledger.SubmitAsync(new Capture(Shop, LedgerKeys.Capture(label), LedgerKeys.Reserve(label), new Money(100)), CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, (await AuditAsync(database)).Offences[Invariant.MovementsHaveTheirCause]);

        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            db.Add(new TopUp
            {
                MerchantId = Shop,
                Id = new TopUpId(Guid.CreateVersion7()),
                State = TopUpState.Succeeded,
                Amount = new Money(100),
                CardBrand = "visa",
                CardLastFour = "4242",
                PaymentId = "pi_1",
                ReturnUrl = "http://localhost/balance",
                RequestedBy = "test",
            });
            db.Add(new Label { MerchantId = Shop, Id = label, From = new PostalAddress(), To = new PostalAddress(), Paid = new Money(100) });
            await db.SaveChangesAsync();
        }

        Assert.Equal(0, (await AuditAsync(database)).Offences[Invariant.MovementsHaveTheirCause]);
    }

    [Fact]
    public async Task the_report_has_a_line_for_each_invariant_and_names_the_first_offence()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await FillAsync(database);
        await TamperAsync(database, "UPDATE ledger_transfers SET amount = amount + 1 WHERE merchant_id = 7 AND sequence = 3");
        using var text = new StringWriter();

        (await AuditAsync(database)).Print(text);

        string report = text.ToString();
        Assert.All(Enum.GetNames<Invariant>().Except([nameof(Invariant.AcknowledgedIsRecorded)]), name => Assert.Contains(name, report));
        Assert.Contains("merchant 7, transfer 3, key capture: does not fit the transfer before it", report);
    }

    private static Task<LedgerAuditReport> AuditAsync(TestDatabase database) =>
        database.Services.GetRequiredService<LedgerAuditor>().RunAsync(CancellationToken.None);

    private static async Task FillAsync(TestDatabase database)
    {
        foreach (LedgerCommand command in (LedgerCommand[])
        [
            new Fund(Shop, "fund", new Money(5000)),
            new Reserve(Shop, "reserve", new Money(2000)),
            new Capture(Shop, "capture", "reserve", new Money(1800)),
            new RefundLabel(Shop, "refund", "reserve", new Money(1800)),
            new Correct(Shop, "undo", "refund"),
            new RefundLabel(Shop, "refund-2", "reserve", new Money(1700)),
            new Reserve(Shop, "waiting", new Money(10)),
            new Fund(new MerchantId(8), "fund", new Money(5000)),
            new Dispute(new MerchantId(8), "dispute", new Money(6000)),
        ])
        {
            Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(command, CancellationToken.None));
        }
    }

    private static async Task TamperAsync(TestDatabase database, string sql)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        string[] unguard = database.Provider == DatabaseProvider.Postgres
            ? ["DROP TRIGGER ledger_transfers_append_only ON ledger_transfers", "DROP TRIGGER ledger_entries_append_only ON ledger_entries"]
            :
            [
                "DROP TRIGGER ledger_transfers_no_update", "DROP TRIGGER ledger_transfers_no_delete",
                "DROP TRIGGER ledger_entries_no_update", "DROP TRIGGER ledger_entries_no_delete",
            ];
        foreach (string statement in (string[])[.. unguard, sql])
        {
            await db.Database.ExecuteSqlRawAsync(statement);
        }
    }
}
