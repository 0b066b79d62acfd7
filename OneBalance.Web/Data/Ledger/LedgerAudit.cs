using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

/// <summary>What an audit found.</summary>
/// <param name="Offences">How many for each invariant, zero included.</param>
/// <param name="First">The first one found of each offended invariant.</param>
public sealed record LedgerAuditReport(
    DateTimeOffset StartedAt,
    TimeSpan Took,
    long Books,
    long Transfers,
    long Reservations,
    IReadOnlyDictionary<Invariant, long> Offences,
    IReadOnlyList<Offence> First)
{
    public bool IsClean => First.Count == 0;
}

/// <summary>
/// Streams the whole ledger once, in one snapshot, and checks every invariant that the database can show. Memory stays flat:
/// what needs another order than the books' own is sorted by the database.
/// </summary>
internal sealed class LedgerAudit(DatabaseProvider provider, string connectionString, TimeProvider clock)
{
    /// <summary>A purchase settles within minutes; what is reserved for longer than this needs somebody's eyes.</summary>
    public static readonly TimeSpan LongestReservation = TimeSpan.FromHours(24);

    /// <summary>
    /// The ledger moves first, the top-up or label is saved next: what moved within this time may still wait for that, and after a
    /// crash for the sweep.
    /// </summary>
    public static readonly TimeSpan LongestSettlement = TimeSpan.FromHours(1);

    private readonly SortedDictionary<Invariant, long> _offences = new(Enum.GetValues<Invariant>()
        .Where(i => i != Invariant.AcknowledgedIsRecorded)
        .ToDictionary(i => i, _ => 0L));

    private readonly List<Offence> _first = [];

    public static async Task<LedgerAuditReport> RunAsync(DatabaseProvider provider, string connectionString, TimeProvider clock, CancellationToken ct) =>
        await new LedgerAudit(provider, connectionString, clock).RunAsync(ct);

    private async Task<LedgerAuditReport> RunAsync(CancellationToken ct)
    {
        var startedAt = clock.GetUtcNow();
        long began = clock.GetTimestamp();
        await using DbConnection connection = provider == DatabaseProvider.Postgres
            ? new NpgsqlConnection(connectionString)
            : new SqliteConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var snapshot = await BeginSnapshotAsync(connection, ct);
        var (books, transfers) = await CheckBooksAsync(connection, ct);
        long reservations = await CheckReservationsAsync(connection, startedAt - LongestReservation, ct);
        await CheckEmptyBooksAsync(connection, ct);
        await CheckPendingAsync(connection, ct);
        await CheckStrayEntriesAsync(connection, ct);
        await CheckPaymentsAsync(connection, ct);
        await CheckCausesAsync(connection, startedAt - LongestSettlement, ct);
        return new LedgerAuditReport(startedAt, clock.GetElapsedTime(began), books, transfers, reservations, _offences, _first);
    }

    private static async Task<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken ct)
    {
        if (connection is SqliteConnection sqlite)
        {
            return sqlite.BeginTransaction(deferred: true);
        }

        var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var settings = connection.CreateCommand();

        // The books' own order is the primary keys': merge them, do not hash and sort.
        settings.CommandText = "SET LOCAL enable_hashjoin = off; SET LOCAL jit = off";
        await settings.ExecuteNonQueryAsync(ct);
        return snapshot;
    }

    /// <summary>Every book's transfers with their entries, in order. The book itself comes beside its last transfer.</summary>
    private async Task<(long Books, long Transfers)> CheckBooksAsync(DbConnection connection, CancellationToken ct)
    {
        await using var rows = await QueryAsync(
            connection,
            """
            SELECT t.merchant_id, t.sequence, t.kind, t.key, t.amount, t.reference, t.recorded_at,
                   t.available_after, t.available_change, t.pending_after, t.hash, e.account, e.amount,
                   b.sequence, b.hash, b.recorded_at, b.available, b.pending, b.card_clearing, b.carrier_payable, b.receivable,
                   b.payout_clearing, b.bank, b.processing_fees, b.adjustment, b.status, b.paused
            FROM ledger_transfers t
            LEFT JOIN ledger_entries e ON e.merchant_id = t.merchant_id AND e.sequence = t.sequence
            LEFT JOIN ledger_books b ON b.merchant_id = t.merchant_id AND b.sequence = t.sequence
            ORDER BY t.merchant_id, t.sequence, e.account
            """,
            ct);
        long books = 0;
        long transfers = 0;
        BookAudit? audit = null;
        Transfer? transfer = null;
        Book? stored = null;
        while (await rows.ReadAsync(ct))
        {
            var merchant = new MerchantId(rows.GetInt64(0));
            long sequence = rows.GetInt64(1);
            try
            {
                Read(merchant, sequence);
            }
            catch (Exception odd) when (IsUnreadable(odd))
            {
                Report(new Offence(Invariant.TotalsAreSumsOfEntries, merchant, sequence, null, $"cannot be read: {odd.Message}"));
            }
        }

        EndTransfer();
        EndBook();
        return (books, transfers);

        void Read(MerchantId merchant, long sequence)
        {
            if (transfer is null || transfer.Merchant != merchant || transfer.Sequence != sequence)
            {
                EndTransfer();
                if (transfer?.Merchant != merchant)
                {
                    EndBook();
                    (audit, stored) = (new BookAudit(new Book(merchant), Report), null);
                    books++;
                }

                transfer = new Transfer(
                    merchant, sequence, (LedgerTransferKind)rows.GetInt32(2), rows.GetString(3), Cents(rows, 4),
                    rows.IsDBNull(5) ? null : rows.GetString(5), Time(rows, 6), new List<Entry>(2),
                    Cents(rows, 7), Cents(rows, 8), Cents(rows, 9), rows.GetFieldValue<byte[]>(10));
                transfers++;
                stored = rows.IsDBNull(13) ? stored : ReadBook(rows, merchant);
            }

            if (!rows.IsDBNull(11))
            {
                ((List<Entry>)transfer.Entries).Add(new Entry((Account)rows.GetInt32(11), Cents(rows, 12)));
            }
        }

        void EndTransfer()
        {
            try
            {
                if (transfer is not null)
                {
                    audit!.Next(transfer);
                }
            }
            catch (OverflowException)
            {
                Report(new Offence(Invariant.TotalsAreSumsOfEntries, transfer!.Merchant, transfer.Sequence, transfer.Key, "amounts too large to add up"));
            }
        }

        void EndBook()
        {
            if (transfer is null)
            {
                return;
            }

            if (stored is null)
            {
                Report(new Offence(Invariant.SequenceIsGapless, transfer.Merchant, transfer.Sequence, null, "no book, or one that stands at a transfer that is not there"));
            }
            else
            {
                audit!.End(stored);
            }
        }
    }

    /// <summary>What happened to each reservation, in order, beside the reservation as stored.</summary>
    private async Task<long> CheckReservationsAsync(DbConnection connection, DateTimeOffset oldest, CancellationToken ct)
    {
        const int Stored = 0;
        await using var rows = await QueryAsync(
            connection,
            $"""
            SELECT merchant_id, reservation, sequence, kind, reversed, amount, at, state, captured, refunded FROM (
                SELECT merchant_id, key AS reservation, 0 AS sequence, {Stored} AS kind, 0 AS reversed, amount, reserved_at AS at,
                       state, captured, refunded
                FROM ledger_reservations
                UNION ALL
                SELECT merchant_id, CASE kind WHEN {(int)LedgerTransferKind.Reserve} THEN key ELSE coalesce(reference, '') END, sequence, kind, 0, amount, recorded_at,
                       0, 0, 0
                FROM ledger_transfers
                WHERE kind IN ({(int)LedgerTransferKind.Reserve}, {(int)LedgerTransferKind.Capture}, {(int)LedgerTransferKind.Release}, {(int)LedgerTransferKind.RefundLabel})
                UNION ALL
                SELECT c.merchant_id, coalesce(n.reference, ''), c.sequence, n.kind, 1, c.amount, c.recorded_at, 0, 0, 0
                FROM ledger_transfers c JOIN ledger_transfers n ON n.merchant_id = c.merchant_id AND n.key = c.reference
                WHERE c.kind = {(int)LedgerTransferKind.Correct} AND n.kind IN ({(int)LedgerTransferKind.Capture}, {(int)LedgerTransferKind.RefundLabel})
            ) AS events
            ORDER BY merchant_id, reservation, sequence
            """,
            ct);
        long count = 0;
        (MerchantId Merchant, string Key)? current = null;
        Reservation? stored = null;
        ReservationAudit? audit = null;
        while (await rows.ReadAsync(ct))
        {
            var key = (Merchant: new MerchantId(rows.GetInt64(0)), Key: rows.GetString(1));
            if (key != current)
            {
                audit?.End(stored, oldest);
                (current, stored, audit) = (key, null, new ReservationAudit(key.Merchant, key.Key, Report));
                count++;
            }

            int kind = rows.GetInt32(3);
            if (kind == Stored)
            {
                stored = new Reservation(
                    key.Merchant, key.Key, Cents(rows, 5), Time(rows, 6), (LedgerReservationState)rows.GetInt32(7), Cents(rows, 8), Cents(rows, 9));
                continue;
            }

            try
            {
                audit!.Next(rows.GetInt64(2), (LedgerTransferKind)kind, rows.GetInt32(4) != 0, Cents(rows, 5), Time(rows, 6));
            }
            catch (OverflowException)
            {
                Report(new Offence(Invariant.ResolvedAtMostOnce, key.Merchant, rows.GetInt64(2), key.Key, "amounts too large to add up"));
            }
        }

        audit?.End(stored, oldest);
        return count;
    }

    /// <summary>A book without transfers is empty: no total, open, not paused.</summary>
    private Task CheckEmptyBooksAsync(DbConnection connection, CancellationToken ct) => ReportRowsAsync(
        connection,
        $"""
        SELECT b.merchant_id, NULL, NULL, 'the book stands at transfer ' || b.sequence || ', is not empty, and has no transfers'
        FROM ledger_books b
        WHERE (b.sequence <> 0 OR b.available <> 0 OR b.pending <> 0 OR b.card_clearing <> 0 OR b.carrier_payable <> 0 OR b.receivable <> 0
               OR b.payout_clearing <> 0 OR b.bank <> 0 OR b.processing_fees <> 0 OR b.adjustment <> 0
               OR b.status <> {(int)LedgerBookStatus.Open} OR b.paused)
          AND NOT EXISTS (SELECT 1 FROM ledger_transfers t WHERE t.merchant_id = b.merchant_id)
        """,
        Invariant.SequenceIsGapless,
        ct);

    private Task CheckPendingAsync(DbConnection connection, CancellationToken ct) => ReportRowsAsync(
        connection,
        $"""
        SELECT b.merchant_id, NULL, NULL, 'pending is ' || b.pending || ' cents, its reservations sum to ' || coalesce(r.pending, 0)
        FROM ledger_books b
        LEFT JOIN (
            SELECT merchant_id, sum(amount) AS pending FROM ledger_reservations
            WHERE state = {(int)LedgerReservationState.Pending} GROUP BY merchant_id
        ) r ON r.merchant_id = b.merchant_id
        WHERE b.pending <> coalesce(r.pending, 0)
        """,
        Invariant.TotalsAreSumsOfEntries,
        ct);

    private Task CheckStrayEntriesAsync(DbConnection connection, CancellationToken ct) => ReportRowsAsync(
        connection,
        """
        SELECT e.merchant_id, e.sequence, NULL, 'an entry without its transfer'
        FROM ledger_entries e LEFT JOIN ledger_transfers t ON t.merchant_id = e.merchant_id AND t.sequence = e.sequence
        WHERE t.sequence IS NULL
        """,
        Invariant.TotalsAreSumsOfEntries,
        ct);

    private Task CheckPaymentsAsync(DbConnection connection, CancellationToken ct) => ReportRowsAsync(
        connection,
        $"""
        SELECT min(merchant_id), NULL, key, 'credited ' || count(*) || ' times'
        FROM ledger_transfers
        WHERE kind IN ({(int)LedgerTransferKind.Fund}, {(int)LedgerTransferKind.ReceiveLate}) AND key LIKE '{LedgerKeys.PaymentPrefix}%'
        GROUP BY key HAVING count(*) > 1
        """,
        Invariant.OneCreditAPayment,
        ct);

    /// <summary>Each credited payment has its top-up and the reverse, with the same amount; each captured label its label.</summary>
    /// <param name="settled">What moved before this has its cause saved.</param>
    private async Task CheckCausesAsync(DbConnection connection, DateTimeOffset settled, CancellationToken ct)
    {
        string prefix = LedgerKeys.PaymentPrefix;
        string paymentOfKey = $"substr(t.key, {prefix.Length + 1}, length(t.key) - {prefix.Length + "/fund".Length})";
        await ReportRowsAsync(
            connection,
            $"""
            SELECT t.merchant_id, t.sequence, t.key, 'no top-up of this payment and amount'
            FROM ledger_transfers t
            LEFT JOIN top_ups p ON p.payment_id = {paymentOfKey} AND p.merchant_id = t.merchant_id AND p.amount = t.amount
            WHERE t.kind IN ({(int)LedgerTransferKind.Fund}, {(int)LedgerTransferKind.ReceiveLate}) AND t.key LIKE '{prefix}%/fund'
              AND p.payment_id IS NULL AND t.recorded_at < @settled
            """,
            Invariant.MovementsHaveTheirCause,
            ct,
            settled);
        await ReportRowsAsync(
            connection,
            $"""
            SELECT p.merchant_id, NULL, '{prefix}' || p.payment_id || '/fund', 'a top-up that succeeded and was not credited'
            FROM top_ups p
            LEFT JOIN ledger_transfers t ON t.merchant_id = p.merchant_id AND t.key = '{prefix}' || p.payment_id || '/fund'
            WHERE p.state = {(int)TopUpState.Succeeded} AND t.sequence IS NULL
            """,
            Invariant.MovementsHaveTheirCause,
            ct);

        // A label's key is label/{32 hex digits}/capture; SQLite keeps its id as upper-case text with hyphens.
        const string Id = "substr(t.key, 7, 32)";
        string label = provider == DatabaseProvider.Postgres
            ? $"CASE WHEN {Id} ~ '^[0-9a-f]{{32}}$' THEN CAST({Id} AS uuid) END"
            : $"upper(substr({Id}, 1, 8) || '-' || substr({Id}, 9, 4) || '-' || substr({Id}, 13, 4) || '-' || substr({Id}, 17, 4) || '-' || substr({Id}, 21))";
        await ReportRowsAsync(
            connection,
            $"""
            SELECT t.merchant_id, t.sequence, t.key, 'no label, or one that was cheaper'
            FROM (SELECT * FROM ledger_transfers
                  WHERE kind = {(int)LedgerTransferKind.Capture} AND key LIKE 'label/________________________________/capture') t
            LEFT JOIN labels l ON l.merchant_id = t.merchant_id AND l.id = {label}
            WHERE (l.id IS NULL OR l.paid IS NULL OR l.paid < t.amount) AND t.recorded_at < @settled
            """,
            Invariant.MovementsHaveTheirCause,
            ct,
            settled);
    }

    /// <param name="settled">The statement's parameter of this name, where it has one.</param>
    private async Task ReportRowsAsync(DbConnection connection, string sql, Invariant invariant, CancellationToken ct, DateTimeOffset? settled = null)
    {
        await using var rows = await QueryAsync(connection, sql, ct, settled);
        while (await rows.ReadAsync(ct))
        {
            Report(new Offence(
                invariant, new MerchantId(rows.GetInt64(0)), rows.IsDBNull(1) ? null : rows.GetInt64(1), rows.IsDBNull(2) ? null : rows.GetString(2), rows.GetString(3)));
        }
    }

    private void Report(Offence offence)
    {
        if (_offences[offence.Invariant]++ == 0)
        {
            _first.Add(offence);
        }
    }

    /// <summary>What reading a row throws that somebody tampered with: text for a number, nothing where something must be.</summary>
    private static bool IsUnreadable(Exception odd) => odd is InvalidCastException or FormatException or OverflowException or InvalidOperationException;

    private static async Task<DbDataReader> QueryAsync(DbConnection connection, string sql, CancellationToken ct, DateTimeOffset? settled = null)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        if (settled is { } moment)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("settled", moment.UtcDateTime);
            command.Parameters.Add(parameter);
        }

        return await command.ExecuteReaderAsync(ct);
    }

    private static Book ReadBook(DbDataReader row, MerchantId merchant) => new(merchant)
    {
        Sequence = row.GetInt64(13),
        Hash = row.GetFieldValue<byte[]>(14),
        RecordedAt = Time(row, 15),
        Available = Cents(row, 16),
        Pending = Cents(row, 17),
        CardClearing = Cents(row, 18),
        CarrierPayable = Cents(row, 19),
        Receivable = Cents(row, 20),
        PayoutClearing = Cents(row, 21),
        Bank = Cents(row, 22),
        ProcessingFees = Cents(row, 23),
        Adjustment = Cents(row, 24),
        Status = (LedgerBookStatus)row.GetInt32(25),
        Paused = row.GetBoolean(26),
    };

    private static Money Cents(DbDataReader row, int column) => new(row.GetInt64(column));

    private static DateTimeOffset Time(DbDataReader row, int column) => new(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));
}
