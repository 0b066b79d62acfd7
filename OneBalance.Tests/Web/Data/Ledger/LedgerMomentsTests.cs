using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerMomentsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    /// <summary>Eleven transfers: one at the start, then two at each minute.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_moment_lies_after_all_that_was_recorded_before_it(DatabaseProvider provider)
    {
        var clock = new FakeTimeProvider(Start);
        await using var database = await TestDatabase.CreateAsync(provider, clock);
        var shop = new MerchantId(7);
        for (int i = 1; i <= 11; i++)
        {
            await database.Ledger.SubmitAsync(new Fund(shop, $"f{i}", new Money(1)), CancellationToken.None);
            if (i % 2 == 1)
            {
                clock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        await using var db = await database.Contexts.CreateDbContextAsync();
        var moments = new LedgerMoments();
        Assert.Equal(0, await moments.LastBeforeAsync(db, shop, Start));
        Assert.Equal(1, await moments.LastBeforeAsync(db, shop, Start.AddMicroseconds(1)));
        Assert.Equal(1, await moments.LastBeforeAsync(db, shop, Start.AddMinutes(1)));
        Assert.Equal(3, await moments.LastBeforeAsync(db, shop, Start.AddMinutes(2)));
        Assert.Equal(9, await moments.LastBeforeAsync(db, shop, Start.AddMinutes(5)));
        Assert.Equal(11, await moments.LastBeforeAsync(db, shop, Start.AddMinutes(6)));
        Assert.Equal(11, await moments.LastBeforeAsync(db, shop, Start.AddYears(1)));
        Assert.Equal(0, await moments.LastBeforeAsync(db, new MerchantId(8), Start.AddYears(1)));
    }
}
