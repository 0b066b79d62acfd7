using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>The power is cut during load, many times; whatever the disk had not synced is lost, torn or kept at random.</summary>
public sealed class PowerLossTests
{
    private const int Cuts = 25;

    [Fact]
    public async Task what_was_acknowledged_survives_power_loss() =>
        Assert.Equal([], await LossesAsync("FULL"));

    // The control: without syncs the same cuts must lose something, or the test above proves nothing.
    [Fact]
    public async Task without_syncs_something_acknowledged_is_lost() =>
        Assert.NotEmpty(await LossesAsync("OFF"));

    private static async Task<List<string>> LossesAsync(string synchronous)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        using var folder = new TemporaryFolder();
        File.Copy(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource, folder.File("onebalance.db"));
        using var disk = new PowerLossDisk(folder.Path);
        var store = new SqliteLedgerStore($"Data Source={folder.File("onebalance.db")};Vfs={PowerLossDisk.Vfs}", synchronous);
        await using var ledger = new LedgerBook(
            store, database.Contexts, new BalanceFeed(NullLogger<BalanceFeed>.Instance), TimeProvider.System, NullLogger<LedgerBook>.Instance, LedgerRules.Decide);

        int seed = Environment.TickCount & 0xFFFF;
        var heard = new ConcurrentQueue<Acknowledgement>();
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(() => LoadAsync(ledger, seed, caller, heard, enough.Token))).ToList();
        var losses = new List<string>();
        var random = new Random(seed);
        var cuts = new List<(TemporaryFolder Folder, Acknowledgement[] Heard)>();
        for (int cut = 0; cut < Cuts; cut++)
        {
            await Task.Delay(20 + random.Next(60));

            // First what was heard, then the disk: all of it must be there.
            var known = heard.ToArray();
            var left = new TemporaryFolder();
            disk.CutInto(left.Path, random);
            cuts.Add((left, known));
        }

        await enough.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(heard.Count > 500, $"Only {heard.Count} commands: too little load to prove anything.");
        Assert.True(synchronous == "OFF" || disk.Syncs > 100, $"Only {disk.Syncs} syncs were seen.");
        foreach (var (left, known) in cuts)
        {
            if (await LossAsync(left.File("onebalance.db"), known) is { } loss)
            {
                losses.Add($"seed {seed}: {loss}");
            }

            left.Dispose();
        }

        return losses;
    }

    private static async Task LoadAsync(LedgerBook ledger, int seed, int caller, ConcurrentQueue<Acknowledgement> heard, CancellationToken enough)
    {
        var random = new Random(seed + caller);
        for (int i = 0; i < 1500 && !enough.IsCancellationRequested; i++)
        {
            var command = LedgerCommands.Make(
                new MerchantId(1 + random.Next(5)), random.Next(90), $"{caller}/{i}", $"{caller}/r{random.Next(1 + i)}", new Money(1 + random.Next(40)));
            if (await ledger.SubmitAsync(command, CancellationToken.None) is LedgerReply.Accepted accepted)
            {
                heard.Enqueue(new Acknowledgement(caller, i, command.Merchant, command.Key, accepted.Sequence));
            }
        }
    }

    private static async Task<string?> LossAsync(string file, Acknowledgement[] heard)
    {
        string connectionString = $"Data Source={file};Pooling=False";
        try
        {
            await using (var connection = new SqliteConnection(connectionString))
            {
                await connection.OpenAsync();
                using var check = connection.CreateCommand();
                check.CommandText = "PRAGMA integrity_check";
                if (check.ExecuteScalar() is not "ok")
                {
                    return "the database is damaged";
                }

                check.CommandText = "SELECT merchant_id, key, sequence FROM ledger_transfers";
                using var rows = check.ExecuteReader();
                var stored = new HashSet<(MerchantId, string, long)>();
                while (rows.Read())
                {
                    stored.Add((new MerchantId(rows.GetInt64(0)), rows.GetString(1), rows.GetInt64(2)));
                }

                if (heard.FirstOrDefault(a => !stored.Contains((a.Merchant, a.Key, a.Sequence))) is { } lost)
                {
                    return $"{lost} is lost";
                }
            }

            var report = await LedgerAudit.RunAsync(DatabaseProvider.Sqlite, connectionString, TimeProvider.System, CancellationToken.None);
            return report.IsClean ? null : report.First[0].ToString();
        }
        catch (SqliteException failure)
        {
            return failure.Message;
        }
    }
}
