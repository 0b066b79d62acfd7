using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OneBalance.Web.Data;

/// <summary>
/// WAL with synchronous=FULL on every connection: an acknowledged write survives power loss, and with group commit it costs nothing.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public const string Sql = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;";

    public static readonly SqlitePragmas Instance = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    public static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }
}

internal static class SqliteVersion
{
    /// <summary>3.7.0 to 3.51.2 carry the WAL-reset race, which can lose committed data.</summary>
    public static readonly Version Minimum = new(3, 51, 3);

    public static void Require(DbConnection connection)
    {
        var version = new Version(connection.ServerVersion);
        if (version < Minimum)
        {
            throw new InvalidOperationException($"SQLite {version} can lose committed data (the WAL-reset race); {Minimum} or newer is needed.");
        }
    }
}

/// <summary>
/// One SQLite writer at a time in this process: EF's writes and the ledger's writer share this gate, so nobody meets SQLITE_BUSY.
/// </summary>
public sealed class SqliteWriteGate
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    public IInterceptor[] Interceptors => [];

    public async Task<IDisposable> EnterAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        return new Exit(_gate);
    }

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
