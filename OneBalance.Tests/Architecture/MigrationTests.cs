using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Architecture;

/// <summary>Both migration sets say what the model says, and apply to an empty database.</summary>
public sealed class MigrationTests
{
    [Fact]
    public void The_SQLite_migrations_say_what_the_model_says()
    {
        using var db = new SqliteAppDbContext(Sqlite<SqliteAppDbContext>());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void The_PostgreSQL_migrations_say_what_the_model_says()
    {
        var options = new DbContextOptionsBuilder<PostgresAppDbContext>();
        DataRoom.UsePostgres(options, "Host=127.0.0.1;Database=none");
        using var db = new PostgresAppDbContext(options.Options);
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void A_model_with_a_table_that_no_migration_makes_is_found()
    {
        using var db = new WithATableTooMuch(Sqlite<WithATableTooMuch>());
        Assert.True(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Migrations_apply_to_an_empty_database(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var db = await database.Contexts.CreateDbContextAsync();

        Assert.NotEmpty(await db.Database.GetAppliedMigrationsAsync());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
        foreach (var entity in db.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null && !entity.IsOwned()))
        {
            Assert.InRange(await db.Database.SqlQuery<int>(FormattableStringFactory.Create($"SELECT count(*) AS \"Value\" FROM \"{entity.GetTableName()}\"")).SingleAsync(), 0, int.MaxValue);
        }
    }

    /// <summary>
    /// Migrations on SQLite once switched foreign keys in their middle, which ends a transaction: a process killed there left a
    /// database that no start could bring up to date. Commands all along an upgrade fail here; the next start makes up for each.
    /// </summary>
    [Fact]
    public async Task An_upgrade_that_breaks_off_anywhere_is_made_up_for_by_the_next_start()
    {
        using var folder = new TemporaryFolder();
        string first = folder.File("first.db");
        await using (var db = At(first))
        {
            await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
        }

        var rows = await FillAsync(first);
        Assert.InRange(rows.Count, 10, int.MaxValue);
        byte[] old = await File.ReadAllBytesAsync(first);
        int breaks = 0;
        for (bool broken = true; broken; breaks++)
        {
            string file = folder.File($"{breaks}.db");
            await File.WriteAllBytesAsync(file, old);
            broken = await BreaksOffAsync(file, at: 1 + (7 * breaks));
            SqliteConnection.ClearAllPools();
            await using var db = At(file);
            await db.MigrateAsync(TestContext.Current.CancellationToken);

            Assert.Empty(await db.Database.GetPendingMigrationsAsync());
            Assert.Empty(await db.Database.SqlQuery<string>($"SELECT \"table\" AS \"Value\" FROM pragma_foreign_key_check").ToListAsync());
            Assert.Equal(1, await db.Database.SqlQuery<int>($"SELECT foreign_keys AS \"Value\" FROM pragma_foreign_keys").SingleAsync());
            Assert.Equal(rows, await CountAsync(db, rows.Keys));
        }

        Assert.InRange(breaks, 10, int.MaxValue);
    }

    /// <summary>Left out: a later migration gave the one a rule that such a row breaks, and the other comes with rows of its own.</summary>
    private static readonly string[] LeftOut = ["cards", "AspNetRoles"];

    [Fact]
    public async Task A_start_that_died_while_it_migrated_keeps_no_later_one_waiting()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("mark.db");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await using (var db = At(file))
        {
            await db.MigrateAsync(patience.Token);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-11-01 00:00:00+00:00')", patience.Token);
        }

        await using var next = At(file);
        await next.MigrateAsync(patience.Token);
    }

    private static SqliteAppDbContext At(string file, params IInterceptor[] interceptors)
    {
        var options = new DbContextOptionsBuilder<SqliteAppDbContext>();
        DataRoom.UseSqlite(options, new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ToString());
        options.AddInterceptors(interceptors).ConfigureWarnings(said => said.Throw(RelationalEventId.NonTransactionalMigrationOperationWarning));
        return new SqliteAppDbContext(options.Options);
    }

    /// <summary>False once the upgrade has fewer commands.</summary>
    private static async Task<bool> BreaksOffAsync(string file, int at)
    {
        await using var db = At(file, new BreaksOff(at));
        try
        {
            await db.MigrateAsync(TestContext.Current.CancellationToken);
            return false;
        }
        catch (BrokenOffException)
        {
            return true;
        }
    }

    /// <summary>A row of ones and of the same word in each table that takes it, so that each key finds its row; how many each has.</summary>
    private static async Task<SortedDictionary<string, long>> FillAsync(string file)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = false, Pooling = false }.ToString());
        await connection.OpenAsync();
        var filled = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string table in await ListAsync($"SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 2) <> '__' AND name NOT LIKE 'sqlite%' AND name NOT IN ({string.Join(", ", LeftOut.Select(table => $"'{table}'"))}) ORDER BY name"))
        {
            var values = await ListAsync($"SELECT CASE type WHEN 'TEXT' THEN quote('x') WHEN 'BLOB' THEN quote(x'01') ELSE '1' END FROM pragma_table_info('{table}') ORDER BY cid");
            try
            {
                await ChangeAsync($"INSERT INTO \"{table}\" VALUES ({string.Join(", ", values)})");
                filled[table] = 1;
            }
            catch (SqliteException)
            {
                // A rule of the table forbids such a row.
            }
        }

        // What hangs on a row that was forbidden goes too.
        const string Orphans = "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check";
        for (var orphans = await ListAsync(Orphans); orphans.Count > 0; orphans = await ListAsync(Orphans))
        {
            foreach (string table in orphans)
            {
                await ChangeAsync($"DELETE FROM \"{table}\"");
                filled.Remove(table);
            }
        }

        await ChangeAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        return filled;

        async Task<List<string>> ListAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            var list = new List<string>();
            while (await reader.ReadAsync())
            {
                list.Add(reader.GetString(0));
            }

            return list;
        }

        async Task ChangeAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<SortedDictionary<string, long>> CountAsync(AppDbContext db, IEnumerable<string> tables)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string table in tables)
        {
            counts[table] = await db.Database.SqlQuery<long>(FormattableStringFactory.Create($"SELECT count(*) AS \"Value\" FROM \"{table}\"")).SingleAsync();
        }

        return counts;
    }

    private static DbContextOptions<TContext> Sqlite<TContext>()
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        DataRoom.UseSqlite(options, "Data Source=:memory:");
        return options.Options;
    }

    /// <summary>Looks for its snapshot where the product's is, and has one table more.</summary>
    private sealed class WithATableTooMuch(DbContextOptions<WithATableTooMuch> options) : AppDbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder builder)
        {
            base.OnModelCreating(builder);
            builder.Entity<TooMuch>();
        }
    }

    private sealed class TooMuch
    {
        public int Id { get; set; }
    }

    /// <summary>Fails one of the commands that change something, as the death of the process would.</summary>
    private sealed class BreaksOff(int at) : DbCommandInterceptor
    {
        private int _left = at;

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            --_left == 0 ? throw new BrokenOffException() : ValueTask.FromResult(result);
    }

    private sealed class BrokenOffException : Exception;
}
