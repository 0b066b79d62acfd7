using System.Data;
using Microsoft.Data.Sqlite;
using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The ledger on SQLite: one connection, statements prepared once. SQLite runs inside the process, so a statement a row costs a
/// few microseconds and no round trip; what costs is the sync at the commit, and a batch has one.
/// </summary>
/// <param name="synchronous">The product's is FULL: an acknowledged command survives power loss. Anything else is for comparisons.</param>
internal sealed class SqliteLedgerStore(string connectionString, string synchronous = "FULL") : ILedgerStore
{
    private readonly SqliteWriteGate _gate = SqliteWriteGate.For(connectionString);
    private Session? _session;
    private IDisposable? _turn;

    public async Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands)
    {
        _turn = await _gate.EnterAsync(CancellationToken.None);
        _session ??= new Session(connectionString, synchronous);
        _session.Begin.ExecuteNonQuery();

        var batch = new LedgerBatch();
        foreach (var merchant in commands.Select(c => c.Merchant).Distinct())
        {
            batch.Load(_session.FindBook(merchant) ?? new Book(merchant));
        }

        foreach (var command in commands)
        {
            Load(_session, command, batch);
        }

        return batch;
    }

    public Task CommitAsync(LedgerBatch batch)
    {
        var session = _session!;
        foreach (var transfer in batch.NewTransfers)
        {
            session.Insert(transfer);
        }

        foreach (var reservation in batch.ChangedReservations)
        {
            session.Save(reservation);
        }

        foreach (var book in batch.ChangedBooks)
        {
            session.Save(book);
        }

        session.Commit.ExecuteNonQuery();
        Leave();
        return Task.CompletedTask;
    }

    public Task AbandonAsync()
    {
        // Closing the connection rolls back whatever was open; the next batch opens a fresh one.
        try
        {
            _session?.Dispose();
        }
        finally
        {
            _session = null;
            Leave();
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await AbandonAsync();

    private static void Load(Session session, LedgerCommand command, LedgerBatch batch)
    {
        if (session.FindTransfer(command.Merchant, command.Key) is { } recorded)
        {
            batch.LoadRecorded(recorded);
            return;
        }

        string? reservation = (command as Capture)?.Reservation ?? (command as Release)?.Reservation ?? (command as RefundLabel)?.Reservation;
        if (command is Correct correct && session.FindTransfer(correct.Merchant, correct.Reversed) is { } named)
        {
            batch.LoadNamed(named with { Entries = session.EntriesOf(named) });
            reservation = named.Kind is LedgerTransferKind.Capture or LedgerTransferKind.RefundLabel ? named.Reference : null;
            if (session.IsReversed(correct.Merchant, correct.Reversed))
            {
                batch.LoadReversed(correct.Merchant, correct.Reversed);
            }
        }

        if (reservation is not null && session.FindReservation(command.Merchant, reservation) is { } found)
        {
            batch.Load(found);
        }
    }

    private void Leave()
    {
        _turn?.Dispose();
        _turn = null;
    }

    /// <summary>One connection and its prepared statements.</summary>
    private sealed class Session : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _findBook;
        private readonly SqliteCommand _findTransfer;
        private readonly SqliteCommand _entriesOf;
        private readonly SqliteCommand _isReversed;
        private readonly SqliteCommand _findReservation;
        private readonly SqliteCommand _insertTransfer;
        private readonly SqliteCommand _insertEntry;
        private readonly SqliteCommand _saveReservation;
        private readonly SqliteCommand _saveBook;

        public Session(string connectionString, string synchronous)
        {
            _connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
            _connection.Open();
            SqlitePragmas.Apply(_connection);
            Prepare($"PRAGMA synchronous={synchronous}").ExecuteNonQuery();

            // The one connection that profits from a large cache: a command touches pages all over the ledger's trees.
            Prepare("PRAGMA cache_size=-65536").ExecuteNonQuery();
            Begin = Prepare("BEGIN IMMEDIATE");
            Commit = Prepare("COMMIT");
            _findBook = Prepare(
                """
                SELECT sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable, receivable,
                       payout_clearing, bank, processing_fees, adjustment, status, paused
                FROM ledger_books WHERE merchant_id = $1
                """,
                1);
            _findTransfer = Prepare(
                "SELECT sequence, kind, amount, reference FROM ledger_transfers WHERE merchant_id = $1 AND key = $2", 2);
            _entriesOf = Prepare(
                "SELECT account, amount FROM ledger_entries WHERE merchant_id = $1 AND sequence = $2 ORDER BY account", 2);
            _isReversed = Prepare(
                $"SELECT 1 FROM ledger_transfers WHERE merchant_id = $1 AND reference = $2 AND kind = {(int)LedgerTransferKind.Correct}", 2);
            _findReservation = Prepare(
                "SELECT amount, reserved_at, state, captured, refunded FROM ledger_reservations WHERE merchant_id = $1 AND key = $2", 2);
            _insertTransfer = Prepare(
                """
                INSERT INTO ledger_transfers (merchant_id, sequence, key, kind, amount, reference, recorded_at,
                                              available_after, available_change, pending_after, hash)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                11);
            _insertEntry = Prepare("INSERT INTO ledger_entries (merchant_id, sequence, account, amount) VALUES ($1, $2, $3, $4)", 4);
            _saveReservation = Prepare(
                """
                INSERT INTO ledger_reservations (merchant_id, key, amount, reserved_at, state, captured, refunded)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (merchant_id, key) DO UPDATE SET state = excluded.state, captured = excluded.captured, refunded = excluded.refunded
                """,
                7);
            _saveBook = Prepare(
                """
                INSERT INTO ledger_books (merchant_id, sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable,
                                          receivable, payout_clearing, bank, processing_fees, adjustment, status, paused)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                ON CONFLICT (merchant_id) DO UPDATE SET
                    sequence = excluded.sequence, hash = excluded.hash, recorded_at = excluded.recorded_at,
                    available = excluded.available, pending = excluded.pending, card_clearing = excluded.card_clearing,
                    carrier_payable = excluded.carrier_payable, receivable = excluded.receivable,
                    payout_clearing = excluded.payout_clearing, bank = excluded.bank, processing_fees = excluded.processing_fees,
                    adjustment = excluded.adjustment, status = excluded.status, paused = excluded.paused
                """,
                15);
        }

        public SqliteCommand Begin { get; }

        public SqliteCommand Commit { get; }

        public Book? FindBook(MerchantId merchant)
        {
            using var row = Bind(_findBook, merchant.Value).ExecuteReader();
            return !row.Read() ? null : new Book(merchant)
            {
                Sequence = row.GetInt64(0),
                Hash = row.GetFieldValue<byte[]>(1),
                RecordedAt = Time(row, 2),
                Available = Cents(row, 3),
                Pending = Cents(row, 4),
                CardClearing = Cents(row, 5),
                CarrierPayable = Cents(row, 6),
                Receivable = Cents(row, 7),
                PayoutClearing = Cents(row, 8),
                Bank = Cents(row, 9),
                ProcessingFees = Cents(row, 10),
                Adjustment = Cents(row, 11),
                Status = (LedgerBookStatus)row.GetInt32(12),
                Paused = row.GetBoolean(13),
            };
        }

        /// <summary>What tells a replay from a conflict, and what a correction needs to know.</summary>
        public Transfer? FindTransfer(MerchantId merchant, string key)
        {
            using var row = Bind(_findTransfer, merchant.Value, key).ExecuteReader();
            return !row.Read() ? null : LedgerBatch.Recorded(
                merchant, row.GetInt64(0), (LedgerTransferKind)row.GetInt32(1), key, Cents(row, 2), row.IsDBNull(3) ? null : row.GetString(3));
        }

        public List<Entry> EntriesOf(Transfer transfer)
        {
            using var row = Bind(_entriesOf, transfer.Merchant.Value, transfer.Sequence).ExecuteReader();
            var entries = new List<Entry>();
            while (row.Read())
            {
                entries.Add(new Entry((Account)row.GetInt32(0), Cents(row, 1)));
            }

            return entries;
        }

        public bool IsReversed(MerchantId merchant, string key) => Bind(_isReversed, merchant.Value, key).ExecuteScalar() is not null;

        public Reservation? FindReservation(MerchantId merchant, string key)
        {
            using var row = Bind(_findReservation, merchant.Value, key).ExecuteReader();
            return !row.Read() ? null : new Reservation(
                merchant, key, Cents(row, 0), Time(row, 1), (LedgerReservationState)row.GetInt32(2), Cents(row, 3), Cents(row, 4));
        }

        public void Insert(Transfer t)
        {
            Bind(_insertTransfer, t.Merchant.Value, t.Sequence, t.Key, (int)t.Kind, t.Amount.Cents, t.Reference, t.RecordedAt.UtcDateTime,
                t.FreeAfter.Cents, t.FreeChange.Cents, t.PendingAfter.Cents, t.Hash).ExecuteNonQuery();
            foreach (var entry in t.Entries)
            {
                Bind(_insertEntry, t.Merchant.Value, t.Sequence, (int)entry.Account, entry.Amount.Cents).ExecuteNonQuery();
            }
        }

        public void Save(Reservation r) =>
            Bind(_saveReservation, r.Merchant.Value, r.Key, r.Amount.Cents, r.ReservedAt.UtcDateTime, (int)r.State, r.Captured.Cents, r.Refunded.Cents)
                .ExecuteNonQuery();

        public void Save(Book b) =>
            Bind(_saveBook, b.Merchant.Value, b.Sequence, b.Hash, b.RecordedAt.UtcDateTime, b.Available.Cents, b.Pending.Cents, b.CardClearing.Cents,
                b.CarrierPayable.Cents, b.Receivable.Cents, b.PayoutClearing.Cents, b.Bank.Cents, b.ProcessingFees.Cents, b.Adjustment.Cents,
                (int)b.Status, b.Paused).ExecuteNonQuery();

        public void Dispose() => _connection.Dispose();

        private SqliteCommand Prepare(string sql, int parameters = 0)
        {
            var command = _connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= parameters; i++)
            {
                command.Parameters.Add(new SqliteParameter($"${i}", null));
            }

            return command;
        }

        private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            }

            return command;
        }

        private static Money Cents(IDataRecord row, int column) => new(row.GetInt64(column));

        private static DateTimeOffset Time(IDataRecord row, int column) => new(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));
    }
}
