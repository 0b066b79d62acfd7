using Microsoft.EntityFrameworkCore;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The database itself refuses to change or remove a transfer or an entry, whoever asks; likewise what support signed for and the audit trail. It keeps
/// who opened a cancellation, and lets nobody approve a late part of a cancellation they opened. Set after every migration, because SQLite drops a
/// table's triggers when a migration rebuilds it.
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
            ? string.Concat(AppendOnly.SelectMany(_ => new[] { "UPDATE", "DELETE" }, Sqlite)) + string.Concat(NeverReplaced.Select(SqliteReplace)) + SqliteSecondPerson
            : Function + string.Concat(AppendOnly.Select(Postgres)) + PostgresSecondPerson;
        await db.Database.ExecuteSqlRawAsync(sql, ct);
    }

    private const string Function =
        """
        CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

        """;

    private const string OwnApproval =
        "NEW.approved_by IS NOT NULL AND EXISTS (SELECT 1 FROM account_closings c WHERE c.merchant_id = NEW.merchant_id AND c.id = NEW.closing_id AND c.opened_by = NEW.approved_by)";

    private const string SqliteSecondPerson =
        $"""
        CREATE TRIGGER IF NOT EXISTS account_closings_keep_opener BEFORE UPDATE OF opened_by ON account_closings
        WHEN OLD.opened_by IS NOT NULL AND NEW.opened_by IS NOT OLD.opened_by
        BEGIN SELECT RAISE(ABORT, 'who opened a cancellation is kept'); END;
        CREATE TRIGGER IF NOT EXISTS payout_lots_need_second_person BEFORE INSERT ON payout_lots WHEN {OwnApproval}
        BEGIN SELECT RAISE(ABORT, 'a late part needs a second person'); END;
        CREATE TRIGGER IF NOT EXISTS payout_lots_keep_second_person BEFORE UPDATE OF needs_approval, approved_by ON payout_lots
        WHEN (OLD.needs_approval AND NOT NEW.needs_approval) OR ({OwnApproval})
        BEGIN SELECT RAISE(ABORT, 'a late part needs a second person'); END;

        """;

    private const string PostgresSecondPerson =
        $"""
        CREATE OR REPLACE FUNCTION account_closings_keep_opener() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF OLD.opened_by IS NOT NULL AND NEW.opened_by IS DISTINCT FROM OLD.opened_by THEN RAISE EXCEPTION 'who opened a cancellation is kept'; END IF;
            RETURN NEW;
        END $$;
        CREATE OR REPLACE TRIGGER account_closings_keep_opener BEFORE UPDATE ON account_closings FOR EACH ROW EXECUTE FUNCTION account_closings_keep_opener();
        CREATE OR REPLACE FUNCTION payout_lots_need_second_person() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF TG_OP = 'UPDATE' AND OLD.needs_approval AND NOT NEW.needs_approval THEN RAISE EXCEPTION 'a late part needs a second person'; END IF;
            IF {OwnApproval} THEN RAISE EXCEPTION 'a late part needs a second person'; END IF;
            RETURN NEW;
        END $$;
        CREATE OR REPLACE TRIGGER payout_lots_need_second_person BEFORE INSERT OR UPDATE ON payout_lots FOR EACH ROW EXECUTE FUNCTION payout_lots_need_second_person();

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
