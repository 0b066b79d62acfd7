using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerTwoNodesTests
{
    // Both submit the very same keys, so that every command is a race, from 20 callers each to 10 merchants.
    [Theory]
    [InlineData(DatabaseProvider.Postgres)]
    [InlineData(DatabaseProvider.Sqlite)]
    public async Task two_processes_lose_nothing_and_do_nothing_twice(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        using var one = LedgerProcess.Start(database, callers: 20, merchants: 10, seed: 1, start: 0, count: 120);
        using var other = LedgerProcess.Start(database, callers: 20, merchants: 10, seed: 1, start: 0, count: 120);
        using var alone = LedgerProcess.Start(database, callers: 20, merchants: 10, seed: 2, start: 0, count: 60);

        var heard = (await Task.WhenAll(one.EndAsync(), other.EndAsync(), alone.EndAsync())).SelectMany(a => a).ToList();

        await LedgerProof.HoldsAsync(database, heard);
        Assert.All(heard.GroupBy(a => (a.Merchant, a.Key)), same => Assert.Single(same.Select(a => a.Sequence).Distinct()));
        Assert.InRange(heard.Select(a => (a.Merchant, a.Key)).Distinct().Count(), 2_500, 20 * 180);
    }
}
