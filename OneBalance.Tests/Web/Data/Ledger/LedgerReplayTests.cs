using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerReplayTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task what_many_callers_saw_is_what_one_after_the_other_would_have_seen(DatabaseProvider provider)
    {
        int seed = Environment.TickCount & 0xFFFF;
        await using var database = await TestDatabase.CreateAsync(provider);

        var seen = await LedgerObservation.WatchAsync(database.Ledger, seed, callers: 24, commands: 80);

        Assert.True(await LedgerObservation.FirstDifferenceAsync(database, seen) is null, $"seed {seed}: {await LedgerObservation.FirstDifferenceAsync(database, seen)}");
        await LedgerProof.HoldsAsync(database, []);
    }

    [Fact]
    public async Task two_nodes_of_one_database_agree_on_one_order()
    {
        int seed = Environment.TickCount & 0xFFFF;
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        await using var other = SoundLedger.Open(database);

        var seen = (await Task.WhenAll(
            LedgerObservation.WatchAsync(database.Ledger, seed, callers: 12, commands: 80),
            LedgerObservation.WatchAsync(other, seed + 1, callers: 12, commands: 80))).SelectMany(s => s).ToList();

        Assert.True(await LedgerObservation.FirstDifferenceAsync(database, seen) is null, $"seed {seed}: {await LedgerObservation.FirstDifferenceAsync(database, seen)}");
        await LedgerProof.HoldsAsync(database, []);
    }
}
