using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data;

public sealed class SqliteTests
{
    [Fact]
    public async Task Every_connection_of_the_pool_writes_durably_however_often_it_was_handed_out()
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
                Assert.Equal(("wal", 2L, 10_000L, -8_192L), (Read(db, "journal_mode"), Read(db, "synchronous"), Read(db, "busy_timeout"), Read(db, "cache_size")));
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
}
