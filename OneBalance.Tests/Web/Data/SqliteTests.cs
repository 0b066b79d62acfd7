using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data;

public sealed class SqliteTests
{
    [Fact]
    public async Task Every_connection_of_the_pool_has_its_settings_however_often_it_was_handed_out()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, TimeProvider.System);
        for (int round = 0; round < 3; round++)
        {
            var open = new List<AppDbContext>();
            for (int connection = 0; connection < 4; connection++)
            {
                var db = await database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
                await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
                open.Add(db);
            }

            foreach (var db in open)
            {
                Assert.Equal(("wal", 1L, 10_000L, -65_536L), (Read(db, "journal_mode"), Read(db, "synchronous"), Read(db, "busy_timeout"), Read(db, "cache_size")));
                await db.DisposeAsync();
            }
        }

        static object Read(AppDbContext db, string pragma)
        {
            using var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            return command.ExecuteScalar()!;
        }
    }

    [Fact]
    public async Task A_write_is_told_only_after_a_sync_that_began_after_its_commit()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, TimeProvider.System);
        var merchant = await database.AddMerchantAsync(setUp: true);
        await using var db = await database.Contexts.CreateDbContextAsync(ct);
        var gate = SqliteWriteGate.For(db.Database.GetConnectionString()!);

        await AssertSyncsAsync(1, () => db.Merchants.Where(row => row.Id == merchant).ExecuteUpdateAsync(row => row.SetProperty(m => m.BusinessName, "One"), ct));
        var tracked = await db.Merchants.SingleAsync(row => row.Id == merchant, ct);
        await AssertSyncsAsync(1, () => Rename("Two", () => db.SaveChangesAsync(ct)));
        await AssertSyncsAsync(1, () => Rename("Three", () => Task.FromResult(db.SaveChanges())));
        await AssertSyncsAsync(1, async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await Rename("Four", () => db.SaveChangesAsync(ct));
            await db.Merchants.Where(row => row.Id == merchant).ExecuteUpdateAsync(row => row.SetProperty(m => m.ContactEmail, "four@example.com"), ct);
            await transaction.CommitAsync(ct);
        });
        await AssertSyncsAsync(0, () => db.Merchants.CountAsync(ct));

        async Task Rename(string name, Func<Task<int>> save)
        {
            tracked.BusinessName = name;
            Assert.Equal(1, await save());
        }

        async Task AssertSyncsAsync(int syncs, Func<Task> write)
        {
            long before = gate.Syncs;
            await write();
            Assert.Equal(syncs, gate.Syncs - before);
        }
    }

    [Fact]
    public async Task Those_who_commit_while_a_sync_runs_share_the_next()
    {
        using var folder = new TemporaryFolder();
        var gate = SqliteWriteGate.For($"Data Source={folder.File("shared.db")}");
        await File.WriteAllBytesAsync(folder.File("shared.db-wal"), new byte[1 << 20], TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => gate.SyncAsync()));

        Assert.InRange(gate.Syncs, 1, 1_999);
    }
}
