using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Tests.Web.Data;

/// <summary>What is written for ever cannot be changed by a statement that neither updates nor deletes by name.</summary>
public sealed class AppendOnlyTests
{
    private static readonly string[] Tables = ["ledger_transfers", "ledger_entries", "difference_clearances", "audit_entries"];

    [Fact]
    public async Task A_row_is_not_replaced_on_SQLite()
    {
        await using var database = await StartAsync(DatabaseProvider.Sqlite);
        await using var db = await database.Contexts.CreateDbContextAsync();

        foreach (string table in Tables)
        {
            foreach (string replace in new[] { $"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", $"REPLACE INTO {table} SELECT * FROM {table}" })
            {
                await AssertRefusedAsync(table, () => db.Database.ExecuteSqlRawAsync(replace));
            }
        }
    }

    [Fact]
    public async Task What_people_signed_for_is_not_replaced_by_a_connection_of_another_program_either()
    {
        await using var database = await StartAsync(DatabaseProvider.Sqlite);
        await using var foreign = new SqliteConnection(new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ToString());
        await foreign.OpenAsync();
        Assert.Equal(0L, await ExecuteAsync("PRAGMA recursive_triggers"));

        foreach (string table in new[] { "difference_clearances", "audit_entries" })
        {
            await AssertRefusedAsync(table, () => ExecuteAsync($"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"));
        }

        async Task<object?> ExecuteAsync(string sql)
        {
            await using var command = foreign.CreateCommand();
            command.CommandText = sql;
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task A_table_is_not_truncated_on_PostgreSQL()
    {
        await using var database = await StartAsync(DatabaseProvider.Postgres);
        await using var db = await database.Contexts.CreateDbContextAsync();

        foreach (string table in Tables)
        {
            string truncate = $"TRUNCATE {table} CASCADE";
            var refused = await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(truncate));
            Assert.Contains("is append-only", refused.Message, StringComparison.Ordinal);
        }
    }

    private static async Task AssertRefusedAsync(string table, Func<Task> change) =>
        Assert.Contains($"{table} is append-only", (await Assert.ThrowsAnyAsync<DbException>(change)).Message, StringComparison.Ordinal);

    /// <summary>A row in each of the tables.</summary>
    private static async Task<TestDatabase> StartAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        var merchant = await database.AddMerchantAsync();
        Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(50_00)), CancellationToken.None));
        await using var db = await database.Contexts.CreateDbContextAsync();
        db.DifferenceClearances.Add(new DifferenceClearance { DifferenceId = Guid.CreateVersion7(), ClearedBy = "support-1", Reason = "Seen and explained.", ClearedAt = database.Time.GetUtcNow() });
        new AuditTrail(database.Time).Add(db, TestRights.Desk, AuditAction.LedgerAudited, null, "ledger", null);
        await db.SaveChangesAsync();
        return database;
    }
}
