using Microsoft.EntityFrameworkCore;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The database itself refuses to change or remove a transfer or an entry, whoever asks; likewise what support signed for and the
/// audit trail. Set after every migration, because SQLite drops a table's triggers when a migration rebuilds it.
/// </summary>
/// <remarks>
/// SQLite's REPLACE removes the row in its way without firing a delete trigger, unless the connection has recursive_triggers: all
/// of ours do (<see cref="SqlitePragmas"/>). What support signed for and the audit trail refuse it on any connection; for the
/// ledger that would cost its writer a look-up a row, so a foreign program that opens the file and replaces there is found by the
/// hash chain instead.
/// </remarks>
internal static class LedgerGuards
{
    private static readonly string[] AppendOnly = ["ledger_transfers", "ledger_entries", "difference_clearances", "audit_entries"];

    /// <summary>Tables with few rows a day, and the key by which a row is replaced.</summary>
    private static readonly (string Table, string Key)[] NeverReplaced = [("difference_clearances", "difference_id"), ("audit_entries", "id")];

    public static async Task ApplyAsync(AppDbContext db, CancellationToken ct)
    {
        string sql = db.Database.IsSqlite()
            ? string.Concat(AppendOnly.SelectMany(_ => new[] { "UPDATE", "DELETE" }, Sqlite)) + string.Concat(NeverReplaced.Select(SqliteReplace))
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

    private static string SqliteReplace((string Table, string Key) guarded) =>
        $"""
        CREATE TRIGGER IF NOT EXISTS {guarded.Table}_no_replace BEFORE INSERT ON {guarded.Table}
        WHEN EXISTS (SELECT 1 FROM {guarded.Table} WHERE {guarded.Key} = NEW.{guarded.Key})
        BEGIN SELECT RAISE(ABORT, '{guarded.Table} is append-only'); END;

        """;

    private static string Postgres(string table) =>
        $"""
        CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

        """;
}
