using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Statements;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Statements;

namespace OneBalance.Tests.Web.Features.Statements;

/// <summary>Statements agree with the ledger to the cent, for any period of any history.</summary>
public sealed class StatementQueriesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_month_opens_moves_and_closes_as_the_ledger_did(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var label = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromMinutes(60));
        await world.VoidAsync(label);
        world.Time.Advance(TimeSpan.FromDays(30));
        await world.BoughtAsync();
        var desk = new StatementDesk(world.Database);

        var november = await desk.Statements.LoadAsync(world.Merchant, StatementDesk.November, None);
        var december = await desk.Statements.LoadAsync(world.Merchant, StatementDesk.PeriodOf("2026-12-01", "2026-12-31"), None);

        Assert.Equal((Money.Zero, new Money(100_00)), (november.Statement.Opening, november.Statement.Closing));
        Assert.Equal(
            [(StatementCategory.Funds, 100_00), (StatementCategory.Labels, -19_16), (StatementCategory.LabelRefunds, 19_16L)],
            november.Statement.Totals.Select(total => (total.Category, total.Net.Cents)));
        Assert.Equal((new Money(100_00), new Money(80_84)), (december.Statement.Opening, december.Statement.Closing));
        var tax = Assert.Single(november.Taxes);
        Assert.Equal((5m, new Money(91), new Money(91), Money.Zero), (tax.Percent, tax.Charged, tax.Credited, tax.Net));
        Assert.Equal(new Money(91), Assert.Single(december.Taxes).Net);
        Assert.Equal(("Expedited Parcel", 1, new Money(19_16)), (december.Services[0].Service, december.Services[0].Labels, december.Services[0].Spent));
        Assert.Equal("7023210039414604", december.Lines[0].TrackingNumber);
        Assert.Equal(["INV-1-000001", "CRN-1-000001"], november.Papers.Select(paper => paper.Number.Replace($"-{world.Merchant.Value}-", "-1-", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_went_on_a_service_is_told_also_where_no_tax_paper_is_issued(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var voided = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromMinutes(60));
        await world.VoidAsync(voided);
        await world.BoughtAsync();

        var view = await new StatementDesk(world.Database, environment: "Production", gst: "").Statements.LoadAsync(world.Merchant, StatementDesk.November, None);

        Assert.Empty(view.Papers);
        Assert.Equal(new ServiceSpend("Expedited Parcel", 2, new Money(19_16)), Assert.Single(view.Services));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_day_ends_at_midnight_Eastern_time(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 4, 59, 59, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync(setUp: true);
        await database.Ledger.SubmitAsync(new Fund(merchant, "payment/a/fund", new Money(10_00)), None);
        time.Advance(TimeSpan.FromSeconds(1));
        await database.Ledger.SubmitAsync(new Fund(merchant, "payment/b/fund", new Money(5_00)), None);
        var desk = new StatementDesk(database);

        Assert.Equal(new Money(10_00), (await desk.Statements.LoadAsync(merchant, StatementDesk.PeriodOf("2026-11-23", "2026-11-23"), None)).Statement.Closing);
        var next = (await desk.Statements.LoadAsync(merchant, StatementDesk.PeriodOf("2026-11-24", "2026-11-24"), None)).Statement;
        Assert.Equal((new Money(10_00), new Money(15_00)), (next.Opening, next.Closing));
    }

    /// <summary>Typed into the address; the page broke at the day after it.</summary>
    [Fact]
    public async Task A_statement_up_to_the_last_day_of_the_calendar_is_empty_and_closes_as_the_ledger_stands()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, time);
        var merchant = await database.AddMerchantAsync(setUp: true);
        await database.Ledger.SubmitAsync(new Fund(merchant, "payment/a/fund", new Money(10_00)), None);

        var view = await new StatementDesk(database).Statements.LoadAsync(merchant, StatementDesk.PeriodOf("9999-12-01", "9999-12-31"), None);

        Assert.Equal((new Money(10_00), new Money(10_00), true), (view.Statement.Opening, view.Statement.Closing, view.Unfinished));
        Assert.Empty(view.Lines);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Random_histories_reconcile_and_their_months_chain(DatabaseProvider provider)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        try
        {
            await CheckAsync(provider, random);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {seed}.", failure);
        }
    }

    [Fact]
    public async Task A_history_that_was_once_drawn_reconciles() => await CheckAsync(DatabaseProvider.Sqlite, new Random(20261123));

    [Theory, MemberData(nameof(Providers))]
    public async Task Another_merchants_movements_are_not_in_it(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.BoughtAsync();
        var other = await world.Database.AddMerchantAsync("Birch Boxes", setUp: true);

        var view = await new StatementDesk(world.Database).Statements.LoadAsync(other, StatementDesk.November, None);

        Assert.Empty(view.Lines);
        Assert.Empty(view.Papers);
        Assert.Equal(Money.Zero, view.Statement.Closing);
    }

    /// <summary>A few hundred commands over three months, of every kind that moves a merchant's money; then every way of cutting it into statements.</summary>
    private static async Task CheckAsync(DatabaseProvider provider, Random random)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 9, 1, 4, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync(setUp: true);
        var held = new List<(LabelId Label, Money Amount)>();
        var captured = new List<(LabelId Label, Money Amount)>();
        var taken = new List<string>();
        for (int step = 0; step < 250; step++)
        {
            time.Advance(TimeSpan.FromMinutes(random.Next(1, 1000)));
            await database.Ledger.SubmitAsync(Next(step), None);
        }

        var desk = new StatementDesk(database);
        var day = new DateOnly(2026, 9, 1);
        var balance = Money.Zero;
        while (day <= EasternToday())
        {
            // Cut anywhere: each statement begins where the one before ended.
            var period = StatementPeriod.Of(day, day.AddDays(random.Next(0, 20))).Period!.Value;
            var view = await desk.Statements.LoadAsync(merchant, period, None);
            Assert.Equal(balance, view.Statement.Opening);
            Assert.Equal(view.Statement.Closing, view.Lines.Count == 0 ? view.Statement.Opening : view.Lines[^1].Balance);
            Assert.Equal(view.Statement.Closing, view.Days[^1].Balance);
            Assert.Equal(view.Statement.Closing - view.Statement.Opening, view.Statement.Totals.Sum(total => total.Net));
            (balance, day) = (view.Statement.Closing, period.To.AddDays(1));
        }

        await using var db = await database.Contexts.CreateDbContextAsync();
        var book = await db.LedgerBooks.AsNoTracking().SingleAsync(row => row.MerchantId == merchant);
        Assert.Equal(new Money(book.Available - book.Receivable), balance);
        var whole = await desk.Statements.LoadAsync(merchant, StatementDesk.PeriodOf("2026-09-01", "2027-09-01"), None);
        Assert.Equal(balance, whole.Statement.Closing);
        Assert.Equal((new Money(book.Receivable), new Money(book.Pending)), (whole.Owed, whole.Held));

        DateOnly EasternToday() => DateOnly.FromDateTime(time.GetUtcNow().AddDays(1).UtcDateTime);

        LedgerCommand Next(int step)
        {
            var amount = new Money(random.Next(1, 60_00));
            switch (random.Next(9))
            {
                case 0 or 1:
                    return new Fund(merchant, LedgerKeys.Fund($"pi_{step}"), amount + amount);
                case 2 or 3:
                    var label = new LabelId(Guid.NewGuid());
                    held.Add((label, amount));
                    return new Reserve(merchant, LedgerKeys.Reserve(label), amount);
                case 4 when held.Count > 0:
                    var bought = held[random.Next(held.Count)];
                    held.Remove(bought);
                    captured.Add(bought);
                    return new Capture(merchant, LedgerKeys.Capture(bought.Label), LedgerKeys.Reserve(bought.Label), bought.Amount);
                case 5 when held.Count > 0:
                    var released = held[^1];
                    held.Remove(released);
                    return new Release(merchant, LedgerKeys.Release(released.Label), LedgerKeys.Reserve(released.Label));
                case 6 when captured.Count > 0:
                    var back = captured[0];
                    captured.Remove(back);
                    return new RefundLabel(merchant, LedgerKeys.Refund(back.Label), LedgerKeys.Reserve(back.Label), back.Amount);
                case 7 when taken.Count > 0:
                    string reversed = taken[0];
                    taken.RemoveAt(0);
                    return new Correct(merchant, $"case/{step}", reversed);
                case 8:
                    return random.Next(2) == 0 ? new Dispute(merchant, $"dispute/{step}", amount) : new Credit(merchant, $"credit/{step}", amount);
                default:
                    taken.Add($"line/{step}");
                    return new Surcharge(merchant, $"line/{step}", amount);
            }
        }
    }
}
