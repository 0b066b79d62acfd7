using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

public sealed class AutoFundTests
{
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

    [Fact]
    public async Task Never_over_the_daily_cap_and_again_on_the_next_eastern_day()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
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

    [Fact]
    public async Task Three_failures_in_a_row_switch_it_off_and_a_successful_payment_on_again()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
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

    [Fact]
    public async Task After_a_failure_the_backup_card_is_charged()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.DeclinedOnCharge);
        var backup = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false);
        Assert.True(await bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, backup, CancellationToken.None)));
        await SwitchOnAsync(bench, merchant);

        await FundAsync(bench.App, merchant);
        bench.Time.Advance(AutoFundingPolicy.CoolDown);
        await FundAsync(bench.App, merchant);

        Assert.Equal(new Money(100_00), await bench.AvailableAsync(merchant));
    }

    [Fact]
    public async Task A_bank_that_wants_the_merchant_there_switches_it_off()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
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

    [Fact]
    public async Task A_death_in_the_middle_is_resumed_by_the_sweep_of_top_ups()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
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

    private static async Task<AutoFundingSettings> SettingsAsync(FundingBench bench, MerchantId merchant)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        return await db.AutoFunding.AsNoTracking().SingleAsync(a => a.MerchantId == merchant);
    }
}
