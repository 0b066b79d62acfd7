using Microsoft.EntityFrameworkCore;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerTablesSqlGeneratorTests
{
    [Fact]
    public async Task on_sqlite_the_ledger_is_kept_in_the_order_of_its_keys_and_nothing_else_is()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var db = await database.Contexts.CreateDbContextAsync();

        var inKeyOrder = await db.Database.SqlQueryRaw<string>("SELECT name AS \"Value\" FROM pragma_table_list WHERE wr = 1 AND schema = 'main' ORDER BY name").ToListAsync();

        Assert.Equal(["ledger_entries", "ledger_reservations", "ledger_transfers"], inKeyOrder);
    }
}
