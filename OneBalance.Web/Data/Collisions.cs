using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OneBalance.Web.Data;

/// <summary>Tells "somebody else was quicker" from every other reason why a save failed.</summary>
internal static class Collisions
{
    private const int SqliteUnique = 2067;
    private const int SqlitePrimaryKey = 1555;

    /// <summary>
    /// Whether another writer changed the row first or stored one of the same key. A full disk, a lost connection or a check of
    /// the database that refuses are none: asking again would not help, and somebody has to hear of them.
    /// </summary>
    public static bool IsCollision(this DbUpdateException failure) =>
        failure is DbUpdateConcurrencyException
        || failure.InnerException is SqliteException { SqliteExtendedErrorCode: SqliteUnique or SqlitePrimaryKey }
            or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };
}
