using Npgsql;
using NpgsqlTypes;
using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The ledger on PostgreSQL: a batch of any size takes two round trips. The first begins, locks the books in key order and loads
/// by arrays of keys; the second writes by arrays, notifies the other nodes and commits.
/// </summary>
internal sealed class PostgresLedgerStore(string connectionString) : ILedgerStore
{
    /// <summary>Carries merchant ids, separated by commas, of the books a commit changed.</summary>
    public const string Channel = "ledger_balance";

    // A payload may have 8,000 bytes; an id has at most 19 digits.
    private const int MerchantsANotification = 300;

    private Session? _session;

    /// <summary>Process id of the server behind the writer's connection: its own notifications are no news here.</summary>
    public int? ProcessId => _session?.Connection.ProcessID;

    public async Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands)
    {
        _session ??= await Session.OpenAsync(connectionString);
        long[] merchants = [.. commands.Select(c => c.Merchant.Value).Distinct().Order()];
        var batch = await LoadAsync(_session, commands, merchants);
        if (batch is null)
        {
            // A merchant's first command. The empty books are committed before any is locked: two nodes that insert and lock
            // in different orders would wait for each other.
            await _session.MakeBooksAsync(merchants);
            batch = await LoadAsync(_session, commands, merchants)
                ?? throw new InvalidOperationException("A book that was just made is not there.");
        }

        // Each once: two corrections of a batch may name the same transfer, and would get its entries twice.
        (MerchantId Merchant, string Key)[] named = [.. commands.OfType<Correct>().Select(c => (c.Merchant, c.Reversed)).Distinct()];
        if (named.Length > 0)
        {
            await LoadNamedAsync(_session, named, batch);
        }

        return batch;
    }

    public async Task CommitAsync(LedgerBatch batch)
    {
        var session = _session!;
        if (batch.NewTransfers.Count == 0)
        {
            await session.RollBackAsync();
            return;
        }

        session.BindChanges(batch);
        await session.Store.ExecuteNonQueryAsync();
    }

    public async Task AbandonAsync()
    {
        // Closing the connection rolls back whatever was open; the next batch opens a fresh one.
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await AbandonAsync();

    /// <summary>Null, and nothing begun, when a book is missing.</summary>
    private static async Task<LedgerBatch?> LoadAsync(Session session, IReadOnlyList<LedgerCommand> commands, long[] merchants)
    {
        session.BindKeys(merchants, commands);
        var batch = new LedgerBatch();
        int books = 0;
        await using (var row = await session.Load.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                books++;
                batch.Load(ReadBook(row));
            }

            await row.NextResultAsync();
            while (await row.ReadAsync())
            {
                batch.LoadRecorded(ReadTransfer(row));
            }

            await row.NextResultAsync();
            while (await row.ReadAsync())
            {
                batch.Load(ReadReservation(row));
            }
        }

        if (books == merchants.Length)
        {
            return batch;
        }

        await session.RollBackAsync();
        return null;
    }

    /// <summary>What corrections name: the transfers with their entries, whether they were reversed, and their reservations. Rare.</summary>
    private static async Task LoadNamedAsync(Session session, (MerchantId Merchant, string Key)[] named, LedgerBatch batch)
    {
        await using var query = new NpgsqlBatch(session.Connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(
                    """
                    SELECT t.merchant_id, t.sequence, t.kind, t.key, t.amount, t.reference, e.account, e.amount
                    FROM unnest($1, $2) AS named (merchant_id, key)
                    JOIN ledger_transfers t USING (merchant_id, key)
                    JOIN ledger_entries e USING (merchant_id, sequence)
                    ORDER BY t.merchant_id, t.sequence, e.account
                    """),
                new NpgsqlBatchCommand(
                    """
                    SELECT t.merchant_id, t.sequence, t.kind, t.key, t.amount, t.reference
                    FROM unnest($1, $2) AS named (merchant_id, key)
                    JOIN ledger_transfers t USING (merchant_id, key)
                    """),
                new NpgsqlBatchCommand(
                    $"""
                    SELECT c.merchant_id, c.reference
                    FROM unnest($1, $2) AS named (merchant_id, key)
                    JOIN ledger_transfers c ON c.merchant_id = named.merchant_id AND c.reference = named.key
                    WHERE c.kind = {(int)LedgerTransferKind.Correct}
                    """),
                new NpgsqlBatchCommand(
                    """
                    SELECT r.merchant_id, r.key, r.amount, r.reserved_at, r.state, r.captured, r.refunded
                    FROM unnest($1, $2) AS named (merchant_id, key)
                    JOIN ledger_transfers t USING (merchant_id, key)
                    JOIN ledger_reservations r ON r.merchant_id = t.merchant_id AND r.key = t.reference
                    """),
            },
        };
        foreach (NpgsqlBatchCommand command in query.BatchCommands)
        {
            command.Parameters.Add(Array(NpgsqlDbType.Bigint, named.Select(n => n.Merchant.Value).ToArray()));
            command.Parameters.Add(Array(NpgsqlDbType.Text, named.Select(n => n.Key).ToArray()));
        }

        var entries = new Dictionary<(MerchantId, long), List<Entry>>();
        await using var row = await query.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var transfer = ReadTransfer(row);
            if (!entries.TryGetValue((transfer.Merchant, transfer.Sequence), out var list))
            {
                entries.Add((transfer.Merchant, transfer.Sequence), list = []);
            }

            list.Add(new Entry((Account)row.GetInt32(6), new Money(row.GetInt64(7))));
        }

        await row.NextResultAsync();
        while (await row.ReadAsync())
        {
            var transfer = ReadTransfer(row);
            batch.LoadNamed(transfer with { Entries = entries.GetValueOrDefault((transfer.Merchant, transfer.Sequence)) ?? [] });
        }

        await row.NextResultAsync();
        while (await row.ReadAsync())
        {
            batch.LoadReversed(new MerchantId(row.GetInt64(0)), row.GetString(1));
        }

        await row.NextResultAsync();
        while (await row.ReadAsync())
        {
            batch.Load(ReadReservation(row));
        }
    }

    private static Book ReadBook(NpgsqlDataReader row) => new(new MerchantId(row.GetInt64(0)))
    {
        Sequence = row.GetInt64(1),
        Hash = row.GetFieldValue<byte[]>(2),
        RecordedAt = new DateTimeOffset(row.GetDateTime(3)),
        Available = new Money(row.GetInt64(4)),
        Pending = new Money(row.GetInt64(5)),
        CardClearing = new Money(row.GetInt64(6)),
        CarrierPayable = new Money(row.GetInt64(7)),
        Receivable = new Money(row.GetInt64(8)),
        PayoutClearing = new Money(row.GetInt64(9)),
        Bank = new Money(row.GetInt64(10)),
        ProcessingFees = new Money(row.GetInt64(11)),
        Adjustment = new Money(row.GetInt64(12)),
        Status = (LedgerBookStatus)row.GetInt32(13),
        Paused = row.GetBoolean(14),
    };

    private static Transfer ReadTransfer(NpgsqlDataReader row) => LedgerBatch.Recorded(
        new MerchantId(row.GetInt64(0)), row.GetInt64(1), (LedgerTransferKind)row.GetInt32(2), row.GetString(3), new Money(row.GetInt64(4)),
        row.IsDBNull(5) ? null : row.GetString(5));

    private static Reservation ReadReservation(NpgsqlDataReader row) => new(
        new MerchantId(row.GetInt64(0)), row.GetString(1), new Money(row.GetInt64(2)), new DateTimeOffset(row.GetDateTime(3)),
        (LedgerReservationState)row.GetInt32(4), new Money(row.GetInt64(5)), new Money(row.GetInt64(6)));

    private static NpgsqlParameter Array(NpgsqlDbType type, object? values = null) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values };

    /// <summary>One connection and its prepared batches.</summary>
    private sealed class Session : IAsyncDisposable
    {
        private static readonly NpgsqlDbType[] TransferColumns =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Text,
            NpgsqlDbType.TimestampTz, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bytea,
        ];

        private static readonly NpgsqlDbType[] EntryColumns =
            [NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Bigint];

        private static readonly NpgsqlDbType[] ReservationColumns =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.TimestampTz, NpgsqlDbType.Integer,
            NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
        ];

        private static readonly NpgsqlDbType[] BookColumns =
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bytea, NpgsqlDbType.TimestampTz, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
            NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
            NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Boolean,
        ];

        private readonly NpgsqlBatchCommand _books;
        private readonly NpgsqlBatchCommand _keys;
        private readonly NpgsqlBatchCommand _reservations;
        private readonly NpgsqlBatchCommand _insertTransfers;
        private readonly NpgsqlBatchCommand _insertEntries;
        private readonly NpgsqlBatchCommand _saveReservations;
        private readonly NpgsqlBatchCommand _saveBooks;
        private readonly NpgsqlBatchCommand _notify;

        private Session(NpgsqlConnection connection)
        {
            Connection = connection;
            _books = Command(
                """
                SELECT merchant_id, sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable, receivable,
                       payout_clearing, bank, processing_fees, adjustment, status, paused
                FROM ledger_books WHERE merchant_id = ANY ($1) ORDER BY merchant_id FOR UPDATE
                """,
                NpgsqlDbType.Bigint);
            _keys = Command(
                """
                SELECT t.merchant_id, t.sequence, t.kind, t.key, t.amount, t.reference
                FROM unnest($1, $2) AS asked (merchant_id, key) JOIN ledger_transfers t USING (merchant_id, key)
                """,
                NpgsqlDbType.Bigint, NpgsqlDbType.Text);
            _reservations = Command(
                """
                SELECT r.merchant_id, r.key, r.amount, r.reserved_at, r.state, r.captured, r.refunded
                FROM unnest($1, $2) AS asked (merchant_id, key) JOIN ledger_reservations r USING (merchant_id, key)
                """,
                NpgsqlDbType.Bigint, NpgsqlDbType.Text);
            _insertTransfers = Command(
                """
                INSERT INTO ledger_transfers (merchant_id, sequence, key, kind, amount, reference, recorded_at,
                                              available_after, available_change, pending_after, hash)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                TransferColumns);
            _insertEntries = Command(
                "INSERT INTO ledger_entries (merchant_id, sequence, account, amount) SELECT * FROM unnest($1, $2, $3, $4)", EntryColumns);
            _saveReservations = Command(
                """
                INSERT INTO ledger_reservations (merchant_id, key, amount, reserved_at, state, captured, refunded)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (merchant_id, key) DO UPDATE SET state = excluded.state, captured = excluded.captured, refunded = excluded.refunded
                """,
                ReservationColumns);
            _saveBooks = Command(
                """
                UPDATE ledger_books b SET
                    sequence = n.sequence, hash = n.hash, recorded_at = n.recorded_at, available = n.available, pending = n.pending,
                    card_clearing = n.card_clearing, carrier_payable = n.carrier_payable, receivable = n.receivable,
                    payout_clearing = n.payout_clearing, bank = n.bank, processing_fees = n.processing_fees,
                    adjustment = n.adjustment, status = n.status, paused = n.paused
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS n (
                    merchant_id, sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable, receivable,
                    payout_clearing, bank, processing_fees, adjustment, status, paused)
                WHERE b.merchant_id = n.merchant_id
                """,
                BookColumns);
            _notify = Command($"SELECT pg_notify('{Channel}', payload) FROM unnest($1) AS payload", NpgsqlDbType.Text);
            Load = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL READ COMMITTED"), _books, _keys, _reservations } };
            Store = new NpgsqlBatch(connection)
            {
                BatchCommands = { _insertTransfers, _insertEntries, _saveReservations, _saveBooks, _notify, new NpgsqlBatchCommand("COMMIT") },
            };
        }

        public NpgsqlConnection Connection { get; }

        public NpgsqlBatch Load { get; }

        public NpgsqlBatch Store { get; }

        public static async Task<Session> OpenAsync(string connectionString)
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
            try
            {
                await connection.OpenAsync();

                // Every look-up here is by key. A plan made while the tables were small must not scan them once they are large. And
                // whatever the server's default is, what was answered must survive its power loss.
                await using var settings = new NpgsqlCommand(
                    """
                    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
                    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
                    """,
                    connection);
                await settings.ExecuteNonQueryAsync();
                var session = new Session(connection);
                await session.Load.PrepareAsync();
                await session.Store.PrepareAsync();
                return session;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        public async Task MakeBooksAsync(long[] merchants)
        {
            await using var insert = new NpgsqlCommand(
                $"""
                INSERT INTO ledger_books (merchant_id, sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable,
                                          receivable, payout_clearing, bank, processing_fees, adjustment, status, paused)
                SELECT merchant_id, 0, $2, to_timestamp(0), 0, 0, 0, 0, 0, 0, 0, 0, 0, {(int)LedgerBookStatus.Open}, false
                FROM unnest($1) AS merchant_id ORDER BY merchant_id
                ON CONFLICT DO NOTHING
                """,
                Connection);
            insert.Parameters.Add(Array(NpgsqlDbType.Bigint, merchants));
            insert.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = HashChain.Start });
            await insert.ExecuteNonQueryAsync();
        }

        public async Task RollBackAsync()
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK", Connection);
            await rollback.ExecuteNonQueryAsync();
        }

        public void BindKeys(long[] merchants, IReadOnlyList<LedgerCommand> commands)
        {
            Bind(_books, merchants);
            Bind(_keys, commands.Select(c => c.Merchant.Value).ToArray(), commands.Select(c => c.Key).ToArray());

            // Each once: two commands of a batch may name the same reservation.
            var reservations = commands
                .Select(c => (c.Merchant, Key: (c as Capture)?.Reservation ?? (c as Release)?.Reservation ?? (c as RefundLabel)?.Reservation))
                .Where(r => r.Key is not null)
                .Distinct()
                .ToArray();
            Bind(_reservations, reservations.Select(r => r.Merchant.Value).ToArray(), reservations.Select(r => r.Key).ToArray());
        }

        public void BindChanges(LedgerBatch batch)
        {
            var transfers = batch.NewTransfers;
            Bind(_insertTransfers,
                Column(transfers, t => t.Merchant.Value), Column(transfers, t => t.Sequence), Column(transfers, t => t.Key),
                Column(transfers, t => (int)t.Kind), Column(transfers, t => t.Amount.Cents), Column(transfers, t => t.Reference),
                Column(transfers, t => t.RecordedAt.UtcDateTime), Column(transfers, t => t.FreeAfter.Cents),
                Column(transfers, t => t.FreeChange.Cents), Column(transfers, t => t.PendingAfter.Cents), Column(transfers, t => t.Hash));

            var entries = transfers.SelectMany(t => t.Entries, (t, e) => (Transfer: t, Entry: e)).ToArray();
            Bind(_insertEntries,
                Column(entries, e => e.Transfer.Merchant.Value), Column(entries, e => e.Transfer.Sequence),
                Column(entries, e => (int)e.Entry.Account), Column(entries, e => e.Entry.Amount.Cents));

            var reservations = batch.ChangedReservations.ToArray();
            Bind(_saveReservations,
                Column(reservations, r => r.Merchant.Value), Column(reservations, r => r.Key), Column(reservations, r => r.Amount.Cents),
                Column(reservations, r => r.ReservedAt.UtcDateTime), Column(reservations, r => (int)r.State),
                Column(reservations, r => r.Captured.Cents), Column(reservations, r => r.Refunded.Cents));

            var books = batch.ChangedBooks.ToArray();
            Bind(_saveBooks,
                Column(books, b => b.Merchant.Value), Column(books, b => b.Sequence), Column(books, b => b.Hash),
                Column(books, b => b.RecordedAt.UtcDateTime), Column(books, b => b.Available.Cents), Column(books, b => b.Pending.Cents),
                Column(books, b => b.CardClearing.Cents), Column(books, b => b.CarrierPayable.Cents), Column(books, b => b.Receivable.Cents),
                Column(books, b => b.PayoutClearing.Cents), Column(books, b => b.Bank.Cents), Column(books, b => b.ProcessingFees.Cents),
                Column(books, b => b.Adjustment.Cents), Column(books, b => (int)b.Status), Column(books, b => b.Paused));

            string[] notifications = [.. books.Chunk(MerchantsANotification).Select(some => string.Join(',', some.Select(b => b.Merchant)))];
            Bind(_notify, [notifications]);
        }

        public async ValueTask DisposeAsync()
        {
            await Load.DisposeAsync();
            await Store.DisposeAsync();
            await Connection.DisposeAsync();
        }

        private static NpgsqlBatchCommand Command(string sql, params NpgsqlDbType[] arrays)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var type in arrays)
            {
                command.Parameters.Add(Array(type, null));
            }

            return command;
        }

        private static TColumn[] Column<TRow, TColumn>(IReadOnlyList<TRow> rows, Func<TRow, TColumn> column)
        {
            var values = new TColumn[rows.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = column(rows[i]);
            }

            return values;
        }

        private static void Bind(NpgsqlBatchCommand command, params ReadOnlySpan<object> arrays)
        {
            for (int i = 0; i < arrays.Length; i++)
            {
                command.Parameters[i].Value = arrays[i];
            }
        }
    }
}
