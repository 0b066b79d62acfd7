using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Bench;

/// <summary>A migrated database to measure on, as the product makes it.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private readonly string? _folder;
    private readonly PrivatePostgres? _server;

    private Arena(DatabaseProvider provider, string connectionString, string? folder, PrivatePostgres? server)
    {
        Provider = provider;
        ConnectionString = connectionString;
        _folder = folder;
        _server = server;
    }

    public DatabaseProvider Provider { get; }

    public string ConnectionString { get; }

    public static async Task<Arena> OpenAsync(Options options)
    {
        Arena arena;
        if (options.Text("connection") is { } given)
        {
            arena = new Arena(options.Database, given, null, null);
        }
        else if (options.Database == DatabaseProvider.Postgres)
        {
            var server = await PrivatePostgres.StartAsync();
            arena = new Arena(options.Database, server.ConnectionString, null, server);
        }
        else
        {
            string folder = Directory.CreateTempSubdirectory("onebalance-bench-").FullName;
            arena = new Arena(options.Database, new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "bench.db"), ForeignKeys = true }.ToString(), folder, null);
        }

        await using var db = arena.NewContext();
        await db.MigrateAsync(CancellationToken.None);
        if (await db.LedgerBooks.AnyAsync() || await db.Merchants.AnyAsync())
        {
            throw new InvalidOperationException("There are merchants or ledger books in this database: a measurement would write into them. Name an empty one.");
        }

        return arena;
    }

    public AppDbContext NewContext()
    {
        if (Provider == DatabaseProvider.Postgres)
        {
            var postgres = new DbContextOptionsBuilder<PostgresAppDbContext>();
            DataRoom.UsePostgres(postgres, ConnectionString);
            return new PostgresAppDbContext(postgres.Options);
        }

        var sqlite = new DbContextOptionsBuilder<SqliteAppDbContext>();
        DataRoom.UseSqlite(sqlite, ConnectionString);
        return new SqliteAppDbContext(sqlite.Options);
    }

    public ILedgerStore NewStore(string synchronous = "FULL") => Provider == DatabaseProvider.Postgres
        ? new PostgresLedgerStore(ConnectionString)
        : new SqliteLedgerStore(ConnectionString, synchronous);

    public async Task<string> VersionAsync()
    {
        await using var db = NewContext();
        var connection = db.Database.GetDbConnection();
        await connection.OpenAsync();
        return $"{(Provider == DatabaseProvider.Postgres ? "PostgreSQL" : "SQLite")} {connection.ServerVersion}";
    }

    /// <summary>What earlier measurements left in SQLite's log is written and synced, so that the next one does not pay for it.</summary>
    public async Task SettleAsync()
    {
        if (Provider == DatabaseProvider.Sqlite)
        {
            await using var db = NewContext();
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /// <summary>Fills books through the writer's own store, in large groups: rounds of funding, reservation and capture.</summary>
    public async Task FillAsync(long transfers, Func<long, MerchantId> merchantOf)
    {
        const int Group = 3_000;

        // Whole rounds: a reservation of the past left open would be an offence.
        transfers -= transfers % 3;
        await using var store = NewStore();
        var clock = Stopwatch.StartNew();
        for (long from = 0; from < transfers; from += Group)
        {
            var commands = new List<LedgerCommand>(Group);
            for (long i = from; i < Math.Min(transfers, from + Group); i++)
            {
                commands.Add(Rounds.At("fill", i, merchantOf(i / 3)));
            }

            var batch = await store.BeginAsync(commands);
            var now = DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(from);
            foreach (var command in commands)
            {
                batch.Run(command, now, LedgerRules.Decide);
            }

            await store.CommitAsync(batch);
        }

        if (Provider == DatabaseProvider.Postgres)
        {
            await using var db = NewContext();
            await db.Database.ExecuteSqlRawAsync("ANALYZE");
        }

        Console.WriteLine($"Filled {transfers:N0} transfers in {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        _server?.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        await ValueTask.CompletedTask;
    }
}

/// <summary>What is measured: rounds of three commands that are all accepted, a funding, a reservation and its capture.</summary>
internal static class Rounds
{
    private static readonly Money Price = new(1250);

    public static LedgerCommand At(string run, long i, MerchantId merchant) => (i % 3) switch
    {
        0 => new Fund(merchant, $"{run}/{i}", Price),
        1 => new Reserve(merchant, $"{run}/{i}", Price),
        _ => new Capture(merchant, $"{run}/{i}", $"{run}/{i - 1}", Price),
    };
}
