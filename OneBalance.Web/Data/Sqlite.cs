using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OneBalance.Web.Data;

/// <summary>
/// WAL, and no sync at a commit: whoever writes through EF waits for <see cref="SqliteWriteGate.SyncAsync"/> before it is told, so
/// that an acknowledged write survives power loss. The ledger's writer sets synchronous=FULL on its own connection. A pooled connection keeps its settings, and EF opens one for each query: each is set once.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public const string Sql = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000; PRAGMA cache_size=-65536;";

    public static readonly SqlitePragmas Instance = new();

    /// <summary>By the handle below the pool: the connections handed out are new objects each time.</summary>
    private readonly ConditionalWeakTable<object, SqlitePragmas> _set = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => ApplyOnce((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ApplyOnce((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    private void ApplyOnce(SqliteConnection connection)
    {
        object handle = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        if (!_set.TryGetValue(handle, out _))
        {
            Apply(connection);
            _set.TryAdd(handle, this);
        }
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
/// One SQLite writer at a time in this process, first come, first served: EF's writes and the ledger's writer share the gate of
/// their database, so nobody polls for the lock and nobody meets SQLITE_BUSY. Other processes are waited for by busy_timeout.
/// </summary>
/// <remarks>
/// Do not await anything slow, and no ledger command, while an EF transaction is open: the gate is held until it ends.
/// </remarks>
public sealed class SqliteWriteGate
{
    private static readonly Dictionary<string, SqliteWriteGate> Gates = [];
    private static readonly Lock GatesLock = new();

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _syncLock = new();
    private readonly string? _log;
    private TaskCompletionSource? _waiting;
    private bool _syncing;

    /// <param name="log">The write-ahead log; null for a database in memory.</param>
    private SqliteWriteGate(string? log) => _log = log;

    /// <summary>How often the log was synced for those who waited.</summary>
    internal long Syncs { get; private set; }

    /// <summary>How long a writer waits before it is clear that somebody forgot to leave, or waits for a command of its own.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The gate of a database: everybody in the process who names the same file gets the same one.</summary>
    public static SqliteWriteGate For(string connectionString)
    {
        string source = new SqliteConnectionStringBuilder(connectionString).DataSource;
        string file = source is "" or ":memory:" ? source : Path.GetFullPath(source);
        lock (GatesLock)
        {
            if (!Gates.TryGetValue(file, out var gate))
            {
                Gates.Add(file, gate = new SqliteWriteGate(file is "" or ":memory:" ? null : file + "-wal"));
            }

            return gate;
        }
    }

    public async ValueTask<IDisposable> EnterAsync(CancellationToken ct) =>
        await _gate.WaitAsync(Patience, ct) ? new Exit(_gate) : throw Stuck();

    public IDisposable Enter() =>
        _gate.Wait(Patience) ? new Exit(_gate) : throw Stuck();

    /// <summary>
    /// Ends when all that was committed before the call survives power loss. Called after the gate was left: one sync serves all
    /// who committed while the one before it ran, where a sync at each commit would make every writer wait for every other's.
    /// </summary>
    public Task SyncAsync()
    {
        lock (_syncLock)
        {
            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_syncing)
            {
                _syncing = true;
                ThreadPool.UnsafeQueueUserWorkItem(static gate => gate.SyncWhileAnyWait(), this, preferLocal: false);
            }

            return _waiting.Task;
        }
    }

    private void SyncWhileAnyWait()
    {
        while (true)
        {
            TaskCompletionSource served;
            lock (_syncLock)
            {
                if (_waiting is null)
                {
                    _syncing = false;
                    return;
                }

                (served, _waiting) = (_waiting, null);
                Syncs++;
            }

            try
            {
                SyncLog();
                served.SetResult();
            }
            catch (Exception failure)
            {
                served.SetException(failure);
            }
        }
    }

    private void SyncLog()
    {
        if (_log is null)
        {
            return;
        }

        try
        {
            // Opened each time: SQLite makes the file anew when the last connection was closed.
            using var log = File.OpenHandle(_log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(log);
        }
        catch (FileNotFoundException)
        {
            // Its content was moved into the database, and that was synced.
        }
    }

    private static TimeoutException Stuck() =>
        new($"Another writer has held the database for {Patience.TotalSeconds:0} s: a transaction was left open, or awaits a ledger command.");

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}

/// <summary>
/// Takes contexts through the <see cref="SqliteWriteGate"/>: for the length of each of their transactions (every SaveChanges makes
/// or joins one), and around each write outside a transaction (ExecuteUpdate, ExecuteDelete, ExecuteSql). Neither ends before it
/// survives power loss.
/// </summary>
internal sealed class SqliteGatePass(SqliteWriteGate gate) :
    ISaveChangesInterceptor, IDbTransactionInterceptor, IDbCommandInterceptor, IDbConnectionInterceptor
{
    private readonly ConditionalWeakTable<DbContext, Pass> _passes = [];

    // Otherwise a SaveChanges of one statement would begin no transaction, and pass by the gate.
    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        eventData.Context!.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        return result;
    }

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(SavingChanges(eventData, result));

    public InterceptionResult<DbTransaction> TransactionStarting(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        PassOf(eventData).Transaction ??= gate.Enter();
        return result;
    }

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        PassOf(eventData).Transaction ??= await gate.EnterAsync(cancellationToken);
        return result;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData)
    {
        LeaveTransaction(eventData);
        gate.SyncAsync().GetAwaiter().GetResult();
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        LeaveTransaction(eventData);
        return gate.SyncAsync();
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => LeaveTransaction(eventData);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => LeaveTransaction(eventData);

    // A transaction disposed without an end, or one that could not begin, has no event of its own; its connection then closes.
    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => LeaveTransaction(eventData);

    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData) => LeaveTransaction(eventData);

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        var pass = PassOf(eventData);
        if (pass.Transaction is null)
        {
            pass.Statement ??= gate.Enter();
        }

        return result;
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var pass = PassOf(eventData);
        if (pass.Transaction is null)
        {
            pass.Statement ??= await gate.EnterAsync(cancellationToken);
        }

        return result;
    }

    public int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        if (IsAlone(eventData))
        {
            LeaveStatement(eventData);
            gate.SyncAsync().GetAwaiter().GetResult();
        }

        return result;
    }

    public async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (IsAlone(eventData))
        {
            await LeaveStatement(eventData);
            await gate.SyncAsync();
        }

        return result;
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => LeaveStatement(eventData);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) => LeaveStatement(eventData);

    public void CommandCanceled(DbCommand command, CommandEndEventData eventData) => LeaveStatement(eventData);

    public Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default) => LeaveStatement(eventData);

    /// <summary>The statement is outside any transaction: committed by itself.</summary>
    private bool IsAlone(DbContextEventData eventData) => PassOf(eventData).Statement is not null;

    private Pass PassOf(DbContextEventData eventData) => _passes.GetOrCreateValue(eventData.Context!);

    private Task LeaveTransaction(DbContextEventData eventData)
    {
        var pass = PassOf(eventData);
        pass.Transaction?.Dispose();
        pass.Transaction = null;
        return Task.CompletedTask;
    }

    private Task LeaveStatement(DbContextEventData eventData)
    {
        var pass = PassOf(eventData);
        pass.Statement?.Dispose();
        pass.Statement = null;
        return Task.CompletedTask;
    }

    /// <summary>What one context holds. A context has one user at a time, so this needs no lock.</summary>
    private sealed class Pass
    {
        public IDisposable? Transaction { get; set; }

        public IDisposable? Statement { get; set; }
    }
}
