using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;

namespace OneBalance.Tests.Support;

/// <summary>The tests' own tools do what the other tests take for granted.</summary>
public sealed class SupportTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_test_database_is_migrated_and_its_own(DatabaseProvider provider)
    {
        await using var first = await TestDatabase.CreateAsync(provider);
        await using var second = await TestDatabase.CreateAsync(provider);

        await first.AddMerchantAsync();

        await using var inFirst = await first.Contexts.CreateDbContextAsync();
        await using var inSecond = await second.Contexts.CreateDbContextAsync();
        Assert.Empty(await inFirst.Database.GetPendingMigrationsAsync());
        Assert.Equal(1, await inFirst.Merchants.CountAsync());
        Assert.Equal(0, await inSecond.Merchants.CountAsync());
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task The_product_starts_with_both_emulators_and_a_second_node_shares_them(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(provider, time);
        await using var node = await app.StartNodeAsync();

        var merchant = await app.Database.AddMerchantAsync();
        await TestApp.AddFaultAsync(node.CanadaPostControl, new Fault(FaultKind.Status));

        Assert.Contains("\"Status\"", await app.CanadaPostControl.GetStringAsync("/_control/faults"));
        Assert.Equal("[]", await app.StripeControl.GetStringAsync("/_control/faults"));
        await using var db = await node.Contexts.CreateDbContextAsync();
        Assert.Equal(time.GetUtcNow(), (await db.Merchants.SingleAsync(row => row.Id == merchant)).CreatedAt);
        Assert.Same(time, node.Services.GetRequiredService<TimeProvider>());
        using var client = node.CreateClient();
        Assert.True((int)(await client.GetAsync("/")).StatusCode < 500);
    }
}
