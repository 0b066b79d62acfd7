using Microsoft.EntityFrameworkCore;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The database itself refuses to change or remove a transfer or an entry, whoever asks; likewise what support signed for and the audit trail. Set after every migration, because
/// SQLite drops a table's triggers when a migration rebuilds it.
/// </summary>
internal static class LedgerGuards
{
    private static readonly string[] AppendOnly = ["ledger_transfers", "ledger_entries", "difference_clearances", "audit_entries"];

    public static async Task ApplyAsync(AppDbContext db, CancellationToken ct)
    {
        string sql = db.Database.IsSqlite()
            ? string.Concat(AppendOnly.SelectMany(_ => new[] { "UPDATE", "DELETE" }, Sqlite))
            : Function + string.Concat(AppendOnly.Select(Postgres));
        await db.Database.ExecuteSqlRawAsync(sql, ct);
    }

    private const string Function =
        """
        CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

        """;

    private static string Sqlite(string table, string change) =>
        $"""
        CREATE TRIGGER IF NOT EXISTS {table}_no_{change.ToLowerInvariant()} BEFORE {change} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;

        """;

    private static string Postgres(string table) =>
        $"""
        CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

        """;
}
