using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace OneBalance.Web.Emulators;

/// <summary>
/// What an emulated service remembers: JSON documents by kind and id, in a database file of its own, so that a restart of
/// the product loses nothing "at the carrier" or "at the bank". One writer at a time; work inside <see cref="Run{T}"/> is one
/// transaction: it is stored whole or not at all.
/// </summary>
public sealed class EmulatorStore : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    public EmulatorStore(string file)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
        Execute("CREATE TABLE IF NOT EXISTS documents (kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;");
        Execute("CREATE INDEX IF NOT EXISTS documents_by_position ON documents (kind, position);");
    }

    public T Run<T>(Func<Session, T> work)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            var result = work(new Session(_connection));
            transaction.Commit();
            return result;
        }
    }

    public void Run(Action<Session> work) => Run(session =>
    {
        work(session);
        return true;
    });

    public void Dispose() => _connection.Dispose();

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Reads and writes inside one transaction.</summary>
    public sealed class Session(SqliteConnection connection)
    {
        public T? Get<T>(string kind, string id)
            where T : class
        {
            using var command = Command("SELECT json FROM documents WHERE kind = $kind AND id = $id", ("$kind", kind), ("$id", id));
            return command.ExecuteScalar() is string json ? JsonSerializer.Deserialize<T>(json, Json) : null;
        }

        /// <summary>Inserts or replaces; a replaced document keeps its place in the order.</summary>
        public void Put<T>(string kind, string id, T document)
        {
            using var command = Command(
                """
                INSERT INTO documents (kind, id, position, json)
                VALUES ($kind, $id, (SELECT coalesce(max(position), 0) + 1 FROM documents WHERE kind = $kind), $json)
                ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json
                """,
                ("$kind", kind), ("$id", id), ("$json", JsonSerializer.Serialize(document, Json)));
            command.ExecuteNonQuery();
        }

        public bool Remove(string kind, string id)
        {
            using var command = Command("DELETE FROM documents WHERE kind = $kind AND id = $id", ("$kind", kind), ("$id", id));
            return command.ExecuteNonQuery() > 0;
        }

        /// <summary>Removes every document of the kind.</summary>
        public void Clear(string kind)
        {
            using var command = Command("DELETE FROM documents WHERE kind = $kind", ("$kind", kind));
            command.ExecuteNonQuery();
        }

        /// <summary>Every document of the kind, newest first.</summary>
        public IReadOnlyList<T> List<T>(string kind)
        {
            using var command = Command("SELECT json FROM documents WHERE kind = $kind ORDER BY position DESC", ("$kind", kind));
            using var reader = command.ExecuteReader();
            var documents = new List<T>();
            while (reader.Read())
            {
                documents.Add(JsonSerializer.Deserialize<T>(reader.GetString(0), Json)!);
            }

            return documents;
        }

        /// <summary>The next number of a named counter, from 1.</summary>
        public long Next(string counter)
        {
            long next = (Get<Counter>("counter", counter)?.Value ?? 0) + 1;
            Put("counter", counter, new Counter(next));
            return next;
        }

        private SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            return command;
        }

        private sealed record Counter(long Value);
    }
}
