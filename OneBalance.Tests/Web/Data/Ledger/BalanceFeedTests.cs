using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class BalanceFeedTests
{
    /// <summary>What the chip of a page served by another node follows.</summary>
    [Fact]
    public async Task A_node_hears_of_a_balance_that_another_node_changed()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Postgres);
        await using var node = await app.StartNodeAsync();
        var merchant = await app.Database.AddMerchantAsync(setUp: true);
        var news = Channel.CreateUnbounded<bool>();
        using var subscription = node.Services.GetRequiredService<BalanceFeed>().Subscribe(merchant, () => news.Writer.TryWrite(true));

        // Changes are made until two are heard: the first may be what a node is told when it begins to listen, whoever changed.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var heardTwice = Task.Run(async () =>
        {
            await news.Reader.ReadAsync(patience.Token);
            await news.Reader.ReadAsync(patience.Token);
        });
        int credits = 0;
        while (!heardTwice.IsCompleted)
        {
            await app.Services.GetRequiredService<LedgerBook>().SubmitAsync(new Credit(merchant, $"credit/{credits++}", new Money(1)), CancellationToken.None);
            await Task.WhenAny(heardTwice, Task.Delay(TimeSpan.FromMilliseconds(100)));
        }

        await heardTwice;
        Assert.Equal(new Money(credits), (await node.Services.GetRequiredService<LedgerBook>().BalanceAsync(merchant, CancellationToken.None)).Available);
    }
}
