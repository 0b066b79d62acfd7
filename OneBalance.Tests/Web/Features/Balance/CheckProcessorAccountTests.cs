using Microsoft.Extensions.DependencyInjection;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>What does not fit at the processor is said in the log and at the desk.</summary>
public sealed class CheckProcessorAccountTests
{
    [Fact]
    public async Task At_start_the_log_says_that_statements_will_read_otherwise_than_promised()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite, sweeps: true, services: product =>
            product.PostConfigure<FundingOptions>(funding => funding.StatementDescriptor = "POSTAGE"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!bench.App.Log.ToString()!.Contains("Merchants are told that their card statement reads POSTAGE; the processor prints STAMPS.", StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"{bench.App.Log}");
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task The_desk_sees_how_the_account_fits()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        Assert.Equal(new ProcessorAccountState.Fits("STAMPS"), await LookAsync(bench));

        bench.Seam.Account = new ProcessorAccount("acct_1", ["usd"], "STAMPS");
        Assert.Equal(["usd"], Assert.IsType<ProcessorAccountState.WrongCurrency>(await LookAsync(bench)).Currencies);

        bench.Seam.Account = new ProcessorAccount("acct_1", ["cad"], "OTHER SHOP");
        Assert.Equal(new ProcessorAccountState.OtherDescriptor("STAMPS", "OTHER SHOP"), await LookAsync(bench));

        bench.Seam.Account = null;
        await bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/account", Status: 401));
        Assert.IsType<ProcessorAccountState.NoAnswer>(await LookAsync(bench));
    }

    private static Task<ProcessorAccountState> LookAsync(FundingBench bench) =>
        bench.App.InScopeAsync<PlatformHealth, ProcessorAccountState>(health => health.ProcessorAsync(TestRights.Desk, CancellationToken.None));
}
