using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

public sealed class LedgerQueriesTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    private static readonly LabelId Label = new(Guid.Parse("0123456789abcdef0123456789abcdef"));

    [Theory, MemberData(nameof(Providers))]
    public async Task Lines_are_newest_first_with_the_running_balance_and_without_holds(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order(50_00);
        await bench.AddFundsAsync(merchant, order);
        await bench.SubmitAsync(new Reserve(merchant, LedgerKeys.Reserve(Label), new Money(20_00)));
        await bench.SubmitAsync(new Capture(merchant, LedgerKeys.Capture(Label), LedgerKeys.Reserve(Label), new Money(18_50)));
        await bench.SubmitAsync(new RefundLabel(merchant, LedgerKeys.Refund(Label), LedgerKeys.Reserve(Label), new Money(18_50)));

        var page = await PageAsync(bench, merchant);

        Assert.Equal(
            [(LedgerLineKind.LabelRefund, 18_50, 50_00), (LedgerLineKind.Label, -18_50, 31_50), (LedgerLineKind.Funds, 50_00, 50_00)],
            page.Lines.Select(line => (line.Kind, line.Amount.Cents, line.BalanceAfter.Cents)));
        Assert.Equal((order.Id, "4242", "STAMPS"), (page.Lines[2].TopUp, page.Lines[2].CardLastFour, page.Lines[2].Descriptor));
        Assert.Null(page.Older);
    }

    [Fact]
    public async Task Funds_that_pay_what_was_owed_say_so()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Surcharge(merchant, "surcharge/1", new Money(12_00)));
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));

        var line = (await PageAsync(bench, merchant, LedgerFilter.Funds)).Lines.Single();

        Assert.Equal((new Money(38_00), new Money(12_00), new Money(38_00)), (line.Amount, line.PaidOwed, line.BalanceAfter));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Pages_follow_each_other_without_gap_or_overlap(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        for (int i = 1; i <= 60; i++)
        {
            await bench.SubmitAsync(new Credit(merchant, $"credit/{i}", new Money(i)));
        }

        var seen = new List<long>();
        long? before = null;
        do
        {
            var page = await PageAsync(bench, merchant, before: before);
            seen.AddRange(page.Lines.Select(line => line.Amount.Cents));
            before = page.Older;
        }
        while (before is not null);

        Assert.Equal(Enumerable.Range(1, 60).Reverse().Select(i => (long)i), seen);
    }

    [Fact]
    public async Task Filters_and_periods_choose_lines()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(1)));
        bench.Time.Advance(TimeSpan.FromDays(31));
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));

        Assert.Equal([LedgerLineKind.Funds], (await PageAsync(bench, merchant, LedgerFilter.Funds)).Lines.Select(line => line.Kind));
        Assert.Equal([LedgerLineKind.Credit], (await PageAsync(bench, merchant, LedgerFilter.Other)).Lines.Select(line => line.Kind));
        Assert.Empty((await PageAsync(bench, merchant, LedgerFilter.Labels)).Lines);
        Assert.Equal([LedgerLineKind.Funds], (await PageAsync(bench, merchant, period: LedgerPeriod.Days30)).Lines.Select(line => line.Kind));
        Assert.Equal(2, (await PageAsync(bench, merchant, period: LedgerPeriod.Days90)).Lines.Count);
    }

    [Fact]
    public async Task Another_merchants_ledger_is_empty_to_me()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var owner = await bench.AddMerchantAsync();
        var other = await bench.AddMerchantAsync(name: "Birch Boxes");
        await bench.AddFundsAsync(owner, FundingBench.Order());

        Assert.Empty((await PageAsync(bench, other)).Lines);
    }

    private static Task<LedgerPage> PageAsync(
        FundingBench bench,
        MerchantId merchant,
        LedgerFilter filter = LedgerFilter.All,
        LedgerPeriod period = LedgerPeriod.All,
        long? before = null) =>
        bench.App.InScopeAsync<LedgerQueries, LedgerPage>(ledger => ledger.PageAsync(merchant, filter, period, before, CancellationToken.None));
}
