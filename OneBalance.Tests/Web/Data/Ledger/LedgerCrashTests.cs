using System.Globalization;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>
/// A process that writes the ledger is killed at random and started again, which submits the keys around the kill once more.
/// 100 kills in every run; the environment variable ONEBALANCE_LEDGER_KILLS makes it as many as wished.
/// </summary>
public sealed class LedgerCrashTests
{
    private const int KillsADatabase = 10;
    private const int Callers = 8;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, 60)]
    [InlineData(DatabaseProvider.Postgres, 40)]
    public async Task what_was_acknowledged_survives_a_kill_at_any_moment(DatabaseProvider provider, int kills)
    {
        if (Environment.GetEnvironmentVariable("ONEBALANCE_LEDGER_KILLS") is { Length: > 0 } wished)
        {
            kills = int.Parse(wished, CultureInfo.InvariantCulture);
        }

        int seed = Environment.TickCount & 0xFFFF;
        var random = new Random(seed);
        for (int killed = 0; killed < kills; killed += KillsADatabase)
        {
            await using var database = await TestDatabase.CreateAsync(provider);
            var heard = new List<Acknowledgement>();
            for (int i = 0; i < KillsADatabase; i++)
            {
                // From a little before the last acknowledgement of the slowest caller: some keys come again.
                int start = Math.Max(0, Enumerable.Range(0, Callers).Min(c => heard.LastOrDefault(a => a.Caller == c)?.Number ?? 0) - 4) / 4 * 4;
                using var process = LedgerProcess.Start(database, Callers, merchants: 5, seed, start);
                heard.AddRange(await process.KillAsync(TimeSpan.FromMilliseconds(random.Next(80))));
            }

            Assert.True(await LedgerProof.FirstFaultAsync(database, heard) is null, $"seed {seed}: {await LedgerProof.FirstFaultAsync(database, heard)}");
        }
    }
}
