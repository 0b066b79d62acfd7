using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

public sealed class AutoFundTests
{
    private const string DefaultCard = "0341";
    private const string BackupCard = "4242";

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory]
    [InlineData(24_99, 124_99)]
    [InlineData(25_00, 25_00)]
    public async Task Funds_below_the_threshold_only(long before, long after)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(before)));

        await FundAsync(bench.App, merchant);

        Assert.Equal(new Money(after), await bench.AvailableAsync(merchant));
    }

    /// <summary>A label whose purchase is unknown holds its price for as long as that takes. Nothing but the sweep looks meanwhile.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task The_sweep_does_not_count_what_is_held_as_available(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(60_00)));
        await SwitchOnAsync(bench, merchant);
        Assert.Equal(0, await SweepAsync(bench));

        await bench.SubmitAsync(new Reserve(merchant, "buy/1", new Money(35_01)));

        Assert.Equal(1, await SweepAsync(bench));
        Assert.Equal(new Money(124_99), await bench.AvailableAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Twenty_runners_on_two_nodes_fund_once(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant, threshold: 500_00);
        await using var node = await bench.App.StartNodeAsync();

        var decisions = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => FundAsync(i % 2 == 0 ? bench.App : node, merchant)));

        // 100.00 is still below the threshold: more runners may fund one after another, but never two at once, nor over the cap.
        int funded = decisions.Count(decision => decision is AutoFundingDecision.Fund);
        Assert.InRange(funded, 1, 3);
        Assert.Equal(funded, (await bench.PaymentsAsync(merchant)).Count);
        Assert.Equal(new Money(funded * 100_00), await bench.AvailableAsync(merchant));
    }

    /// <summary>
    /// It found a funding under way, and nothing but the sweep looked again: a shop that had bought meanwhile stood there without
    /// funds for up to a minute.
    /// </summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_debit_between_the_credit_of_a_funding_and_its_end_is_funded_at_once(DatabaseProvider provider)
    {
        Action<AppDbContext> beforeSaving = _ => { };
        await using var bench = await FundingBench.StartAsync(provider, services: services =>
        {
            var real = services.Last(service => service.ServiceType == typeof(IDbContextFactory<AppDbContext>));
            services.Replace(ServiceDescriptor.Singleton<IDbContextFactory<AppDbContext>>(root => new WatchedContexts(
                (IDbContextFactory<AppDbContext>)ActivatorUtilities.CreateInstance(root, real.ImplementationType!), db => beforeSaving(db))));
        });
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        int ends = 0;
        beforeSaving = db =>
        {
            if (db.ChangeTracker.Entries<TopUp>().Any(entry => entry.Entity.State == TopUpState.Succeeded) && ++ends == 1)
            {
                Assert.IsType<LedgerReply.Accepted>(Task.Run(() => bench.SubmitAsync(new Surcharge(merchant, "bought-meanwhile", new Money(90_00)))).GetAwaiter().GetResult());
            }
        };

        Assert.IsType<AutoFundingDecision.Fund>(await FundAsync(bench.App, merchant));

        Assert.Equal(2, (await bench.PaymentsAsync(merchant)).Count);
        Assert.Equal(new Money(110_00), await bench.AvailableAsync(merchant));
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal(2, await db.TopUps.CountAsync(topUp => topUp.MerchantId == merchant && topUp.Automatic && topUp.State == TopUpState.Succeeded));
    }

    private sealed class WatchedContexts(IDbContextFactory<AppDbContext> inner, Action<AppDbContext> saving) : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext()
        {
            var db = inner.CreateDbContext();
            db.SavingChanges += (_, _) => saving(db);
            return db;
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Never_over_the_daily_cap_and_again_on_the_next_eastern_day(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant, threshold: 500_00, mostPerDay: 2);

        Assert.IsType<AutoFundingDecision.Fund>(await FundAsync(bench.App, merchant));
        Assert.IsType<AutoFundingDecision.Fund>(await FundAsync(bench.App, merchant));
        Assert.IsType<AutoFundingDecision.CapReached>(await FundAsync(bench.App, merchant));

        bench.Time.SetUtcNow(new DateTimeOffset(2026, 11, 24, 4, 59, 59, TimeSpan.Zero));
        Assert.IsType<AutoFundingDecision.CapReached>(await FundAsync(bench.App, merchant));
        bench.Time.SetUtcNow(new DateTimeOffset(2026, 11, 24, 5, 0, 0, TimeSpan.Zero));
        Assert.IsType<AutoFundingDecision.Fund>(await FundAsync(bench.App, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Three_failures_in_a_row_switch_it_off_and_a_successful_payment_on_again(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        await SwitchOnAsync(bench, merchant);

        await FundAsync(bench.App, merchant);
        Assert.IsType<AutoFundingDecision.CoolingDown>(await FundAsync(bench.App, merchant));
        bench.Time.Advance(AutoFundingPolicy.CoolDown);
        await FundAsync(bench.App, merchant);
        bench.Time.Advance(AutoFundingPolicy.CoolDown);
        await FundAsync(bench.App, merchant);

        var off = await SettingsAsync(bench, merchant);
        Assert.Equal((false, "insufficient_funds", 3), (off.Enabled, off.StoppedFor, off.Failures));

        var good = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false);
        Assert.False((await SettingsAsync(bench, merchant)).Enabled);
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order(10_00, card: good)));
        var on = await SettingsAsync(bench, merchant);
        Assert.Equal((true, null, 0), (on.Enabled, on.StoppedFor, on.Failures));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task After_a_refusal_the_backup_card_is_charged_at_once(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.DeclinedOnCharge);
        var backup = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false);
        Assert.True(await bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, backup, CancellationToken.None)));
        await SwitchOnAsync(bench, merchant);

        await FundAsync(bench.App, merchant);

        Assert.Equal(new Money(100_00), await bench.AvailableAsync(merchant));
        Assert.Equal([(false, DefaultCard), (true, BackupCard)], await ChargesAsync(bench, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task When_the_backup_card_is_refused_too_it_cools_down_and_the_default_comes_next(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.DeclinedOnCharge);
        var backup = await bench.AddCardAsync(merchant, FundingBench.NoFunds, isDefault: false);
        await bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, backup, CancellationToken.None));
        await SwitchOnAsync(bench, merchant);

        await FundAsync(bench.App, merchant);
        Assert.IsType<AutoFundingDecision.CoolingDown>(await FundAsync(bench.App, merchant));
        Assert.Equal([(false, DefaultCard), (false, "9995")], await ChargesAsync(bench, merchant));

        bench.Time.Advance(AutoFundingPolicy.CoolDown);
        await FundAsync(bench.App, merchant);
        var off = await SettingsAsync(bench, merchant);
        Assert.Equal((false, "generic_decline", 3), (off.Enabled, off.StoppedFor, off.Failures));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task While_the_processor_is_away_an_automatic_top_up_waits_and_counts_as_no_failure(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        bench.Seam.InsteadOfCharge = new ProcessorReply<Payment>.Unreachable("away");

        await FundAsync(bench.App, merchant);
        await bench.SweepAsync();
        Assert.IsType<AutoFundingDecision.Running>(await FundAsync(bench.App, merchant));
        bench.Seam.InsteadOfCharge = null;
        await bench.SweepAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(new Money(100_00), await bench.AvailableAsync(merchant));
        Assert.Equal(0, (await SettingsAsync(bench, merchant)).Failures);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Fills_the_balance_up_to_an_amount(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        Assert.IsType<SaveAutoFundingOutcome.Saved>(await SaveAsync(bench, merchant, new AutoFundingPlan(true, new Money(25_00), new Money(80_00), 3, AutoFundingMode.UpTo)));
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(24_99)));

        await FundAsync(bench.App, merchant);

        Assert.Equal(new Money(80_00), await bench.AvailableAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_purchase_that_the_balance_does_not_pay_is_funded_first(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(30_00)));
        await SwitchOnAsync(bench, merchant);

        // At or above the threshold nothing happens by itself; the price that waits is what makes it short.
        Assert.IsType<AutoFundingDecision.NotNeeded>(await FundAsync(bench.App, merchant));
        Assert.IsType<PurchaseFunding.Enough>(await LookAsync(bench, merchant, 30_00));
        Assert.Equal(new PurchaseFunding.Covers(new Money(100_00)), await LookAsync(bench, merchant, 30_01));
        Assert.True(await FundPurchaseAsync(bench, merchant, 130_00));

        Assert.Equal(new Money(130_00), await bench.AvailableAsync(merchant));
        Assert.Single(await bench.PaymentsAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_purchase_that_one_funding_does_not_cover_charges_nothing_and_says_so_before(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(30_00)));
        await SwitchOnAsync(bench, merchant);

        Assert.Equal(
            new PurchaseFunding.FallsShort(new Money(100_00), new Money(100_01), new Money(1)),
            await LookAsync(bench, merchant, 130_01));
        Assert.False(await FundPurchaseAsync(bench, merchant, 130_01));
        Assert.Empty(await bench.PaymentsAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_purchase_waits_for_a_funding_that_another_runner_makes(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        var charging = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        bench.Seam.BeforeCharge = () =>
        {
            charging.TrySetResult();
            return goOn.Task;
        };
        var other = FundAsync(bench.App, merchant);
        await charging.Task;

        Assert.Equal(new PurchaseFunding.Covers(new Money(100_00)), await LookAsync(bench, merchant, 60_00));
        var waiting = FundPurchaseAsync(bench, merchant, 60_00);
        goOn.SetResult();

        Assert.True(await waiting);
        await other;
        Assert.Single(await bench.PaymentsAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Its_history_tells_what_it_did_and_why_it_stopped(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        await SwitchOnAsync(bench, merchant);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        await FundAsync(bench.App, merchant);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        var good = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false);
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00, card: good));

        var history = await bench.App.InScopeAsync<AutoFundingQueries, AutoFundingHistory>(q => q.HistoryAsync(merchant, null, CancellationToken.None));

        Assert.Equal(
            [
                (AutoFundingEventKind.Resumed, null),
                (AutoFundingEventKind.Stopped, FailureCodes.AuthenticationRequired),
                (null, FailureCodes.AuthenticationRequired),
                (AutoFundingEventKind.TurnedOn, null),
            ],
            history.Lines.Select(line => (line.Event, line.Code)));
        Assert.Null(history.Older);
        var stranger = await bench.App.Database.AddMerchantAsync("Birch Boxes", setUp: true);
        Assert.Empty((await bench.App.InScopeAsync<AutoFundingQueries, AutoFundingHistory>(q => q.HistoryAsync(stranger, null, CancellationToken.None))).Lines);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_suggestion_follows_the_spending_of_thirty_days(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(900_00)));
        await SpendAsync(bench, merchant, "long-ago", 400_00);
        bench.Time.Advance(TimeSpan.FromDays(31));
        Assert.Null(await SuggestAsync(bench, merchant));

        await SpendAsync(bench, merchant, "lately", 300_00);
        await bench.SubmitAsync(new RefundLabel(merchant, "lately/refund", "lately", new Money(60_00)));

        Assert.Equal(
            new SuggestedPlan(new Money(240_00), new AutoFundingPlan(true, new Money(300_00), new Money(300_00), 3)),
            await SuggestAsync(bench, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_bank_that_wants_the_merchant_there_switches_it_off(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        await SwitchOnAsync(bench, merchant);

        await FundAsync(bench.App, merchant);

        var settings = await SettingsAsync(bench, merchant);
        Assert.Equal((false, FailureCodes.AuthenticationRequired), (settings.Enabled, settings.StoppedFor));
        Assert.Equal(Money.Zero, await bench.AvailableAsync(merchant));
    }

    [Fact]
    public async Task A_closing_account_is_not_funded()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        await bench.SubmitAsync(new BeginClose(merchant, "close/1/begin"));

        Assert.IsType<AutoFundingDecision.Off>(await FundAsync(bench.App, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_death_in_the_middle_is_resumed_by_the_sweep_of_top_ups(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        bench.Seam.DieAfterChargeOnce();

        await Assert.ThrowsAsync<ProcessDied>(() => FundAsync(bench.App, merchant));
        Assert.IsType<AutoFundingDecision.Running>(await FundAsync(bench.App, merchant));
        await bench.SweepAsync();

        Assert.Equal(new Money(100_00), await bench.AvailableAsync(merchant));
        Assert.IsType<AutoFundingDecision.NotNeeded>(await FundAsync(bench.App, merchant));
    }

    [Fact]
    public async Task Settings_out_of_bounds_or_without_a_card_are_refused()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var stranger = await bench.App.Database.AddMerchantAsync("Birch Boxes", setUp: true);

        Assert.IsType<SaveAutoFundingOutcome.Refused>(await SaveAsync(bench, merchant, new AutoFundingPlan(true, new Money(4_99), new Money(100_00), 3)));
        Assert.IsType<SaveAutoFundingOutcome.NoCard>(await SaveAsync(bench, stranger, AutoFundingPlan.Offered));
    }

    /// <summary>The bounds of a top-up were changed since; the button that switches it off did nothing, and said nothing.</summary>
    [Fact]
    public async Task A_plan_that_no_longer_fits_the_bounds_can_be_switched_off()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.AutoFunding.ExecuteUpdateAsync(set => set.SetProperty(a => a.Amount, new Money(500_01)));
        }

        Assert.IsType<SaveAutoFundingOutcome.Saved>(await SaveAsync(bench, merchant, new AutoFundingPlan(false, new Money(25_00), new Money(500_01), 3)));

        Assert.False((await SettingsAsync(bench, merchant)).Enabled);
        Assert.IsType<SaveAutoFundingOutcome.Refused>(await SaveAsync(bench, merchant, new AutoFundingPlan(true, new Money(25_00), new Money(500_01), 3)));
    }

    /// <summary>A debit is followed by its consideration without waiting for the sweep.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_debit_below_the_threshold_is_funded_by_itself(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider, sweeps: true);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(30_00)));
        await SwitchOnAsync(bench, merchant);

        await bench.SubmitAsync(new Surcharge(merchant, "surcharge/1", new Money(10_00)));

        await Eventually(async () => await bench.AvailableAsync(merchant) == new Money(120_00));
    }

    /// <summary>
    /// Purchases from two nodes at once: at any moment one funding at most is under way, so however many debits fall below the
    /// threshold together, one pays for them all.
    /// </summary>
    [Fact]
    public async Task Twenty_purchases_on_two_nodes_are_funded_once()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Postgres, sweeps: true);
        await using var node = await bench.App.StartNodeAsync();
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(100_00)));
        await SwitchOnAsync(bench, merchant, threshold: 25_00, mostPerDay: 2);

        // 100.00 less 20 times 4.00 is 20.00: below the threshold of 25.00 from the nineteenth on.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => BuyAsync(i % 2 == 0 ? bench.App : node, merchant, i, 4_00)));
        await Eventually(async () => await bench.AvailableAsync(merchant) == new Money(120_00));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => FundAsync(i % 2 == 0 ? bench.App : node, merchant)));

        Assert.Equal(new Money(120_00), await bench.AvailableAsync(merchant));
        Assert.Single(await bench.PaymentsAsync(merchant));
    }

    /// <summary>Each purchase is more than the balance, so each waits for funds; the day's cap holds all the same.</summary>
    [Fact]
    public async Task Twenty_purchases_that_wait_for_funds_on_two_nodes_never_go_over_the_cap()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Postgres, sweeps: true);
        await using var node = await bench.App.StartNodeAsync();
        var merchant = await bench.AddMerchantAsync();
        await SwitchOnAsync(bench, merchant, threshold: 5_00, mostPerDay: 3);

        var bought = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => FundAndBuyAsync(i % 2 == 0 ? bench.App : node, merchant, i, 60_00)));

        int payments = (await bench.PaymentsAsync(merchant)).Count;
        Assert.InRange(payments, 1, 3);
        Assert.Equal(new Money(payments * 100_00 - bought.Count(did => did) * 60_00), await bench.AvailableAsync(merchant));
        Assert.InRange(bought.Count(did => did), 1, 5);
    }

    private static async Task<bool> FundAndBuyAsync(TestApp node, MerchantId merchant, int number, long cents)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            if (await BuyAsync(node, merchant, number, cents))
            {
                return true;
            }

            if (!await node.InScopeAsync<FundPurchase, bool>(fund => fund.RunAsync(merchant, new Money(cents), CancellationToken.None)))
            {
                return false;
            }
        }

        return false;
    }

    private static async Task<bool> BuyAsync(TestApp node, MerchantId merchant, int number, long cents)
    {
        var ledger = node.Services.GetRequiredService<LedgerBook>();
        if (await ledger.SubmitAsync(new Reserve(merchant, $"buy/{number}", new Money(cents)), CancellationToken.None) is not LedgerReply.Accepted)
        {
            return false;
        }

        return await ledger.SubmitAsync(new Capture(merchant, $"buy/{number}/capture", $"buy/{number}", new Money(cents)), CancellationToken.None) is LedgerReply.Accepted;
    }

    private static async Task SpendAsync(FundingBench bench, MerchantId merchant, string reservation, long cents)
    {
        await bench.SubmitAsync(new Reserve(merchant, reservation, new Money(cents)));
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Capture(merchant, $"{reservation}/capture", reservation, new Money(cents))));
    }

    private static Task<SuggestedPlan?> SuggestAsync(FundingBench bench, MerchantId merchant) =>
        bench.App.InScopeAsync<AutoFundingQueries, SuggestedPlan?>(q => q.SuggestAsync(merchant, CancellationToken.None));

    private static Task<PurchaseFunding> LookAsync(FundingBench bench, MerchantId merchant, long price) =>
        bench.App.InScopeAsync<FundPurchase, PurchaseFunding>(fund => fund.LookAsync(merchant, new Money(price), CancellationToken.None));

    private static Task<bool> FundPurchaseAsync(FundingBench bench, MerchantId merchant, long price) =>
        bench.App.InScopeAsync<FundPurchase, bool>(fund => fund.RunAsync(merchant, new Money(price), CancellationToken.None));

    /// <summary>Automatic top-ups in their order: whether charged, and with which card.</summary>
    private static async Task<IReadOnlyList<(bool Charged, string Card)>> ChargesAsync(FundingBench bench, MerchantId merchant)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var rows = await db.TopUps.AsNoTracking().Where(t => t.MerchantId == merchant && t.Automatic).OrderBy(t => t.AutomaticSlot).ToListAsync();
        return [.. rows.Select(t => (t.State == TopUpState.Succeeded, t.CardLastFour))];
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            await Task.Delay(25, patience.Token);
        }
    }

    private static Task<SaveAutoFundingOutcome> SaveAsync(FundingBench bench, MerchantId merchant, AutoFundingPlan plan) =>
        bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, plan, CancellationToken.None));

    private static async Task SwitchOnAsync(FundingBench bench, MerchantId merchant, long threshold = 25_00, int mostPerDay = 3) =>
        Assert.IsType<SaveAutoFundingOutcome.Saved>(await SaveAsync(bench, merchant, new AutoFundingPlan(true, new Money(threshold), new Money(100_00), mostPerDay)));

    private static Task<AutoFundingDecision> FundAsync(TestApp app, MerchantId merchant) =>
        app.InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(merchant, CancellationToken.None));

    private static Task<int> SweepAsync(FundingBench bench) => bench.App.InScopeAsync<AutoFundSweep, int>(sweep => sweep.RunAsync(CancellationToken.None));

    private static async Task<AutoFundingSettings> SettingsAsync(FundingBench bench, MerchantId merchant)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        return await db.AutoFunding.AsNoTracking().SingleAsync(a => a.MerchantId == merchant);
    }
}
