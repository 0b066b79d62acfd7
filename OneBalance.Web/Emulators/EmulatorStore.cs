using System.Globalization;
using System.Text;
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

        /// <summary>A page of the kind's documents, newest first: only what is asked for leaves the file.</summary>
        public IReadOnlyList<T> Page<T>(string kind, Wanted wanted, int limit)
        {
            var sql = new StringBuilder("SELECT json FROM documents WHERE kind = $kind");
            var parameters = new List<(string Name, object Value)> { ("$kind", kind), ("$limit", limit) };
            foreach (var (field, values) in wanted.Fields)
            {
                var names = values.Select(value => Named(value)).ToList();
                sql.Append(CultureInfo.InvariantCulture, $" AND json_extract(json, '$.{field}') IN ({string.Join(", ", names)})");
            }

            foreach (var (comparison, seconds) in wanted.Created)
            {
                sql.Append(CultureInfo.InvariantCulture, $" AND json_extract(json, '$.created') {comparison} {Named(seconds)}");
            }

            bool upwards = wanted.After is null && wanted.Before is not null;
            if (wanted.After is { } after)
            {
                sql.Append(CultureInfo.InvariantCulture, $" AND position < (SELECT position FROM documents WHERE kind = $kind AND id = {Named(after)})");
            }

            if (wanted.Before is { } before)
            {
                sql.Append(CultureInfo.InvariantCulture, $" AND position > (SELECT position FROM documents WHERE kind = $kind AND id = {Named(before)})");
            }

            sql.Append(upwards ? " ORDER BY position LIMIT $limit" : " ORDER BY position DESC LIMIT $limit");
            using var command = Command(sql.ToString(), [.. parameters]);
            using var reader = command.ExecuteReader();
            var documents = new List<T>();
            while (reader.Read())
            {
                documents.Add(JsonSerializer.Deserialize<T>(reader.GetString(0), Json)!);
            }

            if (upwards)
            {
                documents.Reverse();
            }

            return documents;

            string Named(object value)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"$p{parameters.Count}");
                parameters.Add((name, value));
                return name;
            }
        }

        /// <summary>The sum of a field over the kind's documents whose other field compares so; 0 when there is none.</summary>
        public long Sum(string kind, string field, string other, string comparison, long than)
        {
            using var command = Command(
                $"SELECT coalesce(sum(json_extract(json, '$.{field}')), 0) FROM documents WHERE kind = $kind AND json_extract(json, '$.{other}') {comparison} $than",
                ("$kind", kind), ("$than", than));
            return (long)command.ExecuteScalar()!;
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

/// <summary>Which documents of a kind a page shows. Names of fields are the emulator's own, never a caller's.</summary>
/// <param name="Fields">Top-level fields, and the values each may have.</param>
/// <param name="Created">Comparisons of <c>created</c>, in seconds since 1970, e.g. <c>(">=", 1795446000)</c>.</param>
/// <param name="After">Only older ones than this id.</param>
/// <param name="Before">Only newer ones than this id; the page then ends right above it.</param>
public sealed record Wanted(
    IReadOnlyList<(string Field, IReadOnlyList<string> Values)> Fields,
    IReadOnlyList<(string Comparison, long Seconds)> Created,
    string? After = null,
    string? Before = null)
{
    public static Wanted Where(string field, string value) => new([(field, [value])], []);
}
