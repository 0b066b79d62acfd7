using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Bench;

/// <summary>What the ledger is compared with.</summary>
internal static partial class Baselines
{
    /// <summary>Baselines keep to merchants from here on; the ledger's measurements to those below.</summary>
    private const long FirstMerchant = 1_000_000;

    /// <summary>
    /// The writer's statements on SQLite, by hand and without the ledger: one thread, batches of a given size, values made up on
    /// the spot. Commands a second.
    /// </summary>
    public static double RawAdo(string connectionString, int batch, TimeSpan length, string run)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        connection.Open();
        SqlitePragmas.Apply(connection);
        SqliteCommand Prepare(string sql, int parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= parameters; i++)
            {
                command.Parameters.AddWithValue($"${i}", DBNull.Value);
            }

            return command;
        }

        static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object> values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i];
            }

            return command;
        }

        using var begin = Prepare("BEGIN IMMEDIATE", 0);
        using var commit = Prepare("COMMIT", 0);
        using var findBook = Prepare("SELECT sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable, receivable, payout_clearing, bank, processing_fees, adjustment, status, paused FROM ledger_books WHERE merchant_id = $1", 1);
        using var findKey = Prepare("SELECT sequence, kind, amount, reference FROM ledger_transfers WHERE merchant_id = $1 AND key = $2", 2);
        using var findReservation = Prepare("SELECT amount, reserved_at, state, captured, refunded FROM ledger_reservations WHERE merchant_id = $1 AND key = $2", 2);
        using var transfer = Prepare("INSERT INTO ledger_transfers (merchant_id, sequence, key, kind, amount, reference, recorded_at, available_after, available_change, pending_after, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", 11);
        using var entry = Prepare("INSERT INTO ledger_entries (merchant_id, sequence, account, amount) VALUES ($1, $2, $3, $4)", 4);
        using var reservation = Prepare("INSERT INTO ledger_reservations (merchant_id, key, amount, reserved_at, state, captured, refunded) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (merchant_id, key) DO UPDATE SET state = excluded.state, captured = excluded.captured, refunded = excluded.refunded", 7);
        using var book = Prepare("INSERT INTO ledger_books (merchant_id, sequence, hash, recorded_at, available, pending, card_clearing, carrier_payable, receivable, payout_clearing, bank, processing_fees, adjustment, status, paused) VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0) ON CONFLICT (merchant_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, recorded_at = excluded.recorded_at, available = excluded.available, pending = excluded.pending, card_clearing = excluded.card_clearing, carrier_payable = excluded.carrier_payable, receivable = excluded.receivable, payout_clearing = excluded.payout_clearing, bank = excluded.bank, processing_fees = excluded.processing_fees, adjustment = excluded.adjustment, status = excluded.status, paused = excluded.paused", 5);

        byte[] hash = new byte[32];
        var now = DateTime.UtcNow;
        var sequences = new Dictionary<long, long>();
        var random = new Random(1);
        long done = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < length)
        {
            begin.ExecuteNonQuery();
            long[] merchants = [.. Enumerable.Range(0, batch).Select(_ => FirstMerchant + random.Next(1000))];
            foreach (long merchant in merchants.Distinct())
            {
                using var row = Bind(findBook, merchant).ExecuteReader();
                if (row.Read())
                {
                    row.GetFieldValue<byte[]>(1);
                }
            }

            foreach (long merchant in merchants)
            {
                string key = $"{run}/{done}";
                Bind(findKey, merchant, key).ExecuteScalar();
                long sequence = sequences[merchant] = sequences.GetValueOrDefault(merchant) + 1;
                int step = (int)(done % 3);
                if (step == 2)
                {
                    Bind(findReservation, merchant, key).ExecuteScalar();
                }

                Bind(transfer, merchant, sequence, key, step + 1, 1250L, step == 2 ? key : DBNull.Value, now, 1250L, 1250L, 0L, hash).ExecuteNonQuery();
                if (step != 1)
                {
                    Bind(entry, merchant, sequence, 1, -1250L).ExecuteNonQuery();
                    Bind(entry, merchant, sequence, 2, 1250L).ExecuteNonQuery();
                }

                if (step != 0)
                {
                    Bind(reservation, merchant, key, 1250L, now, 1, 0L, 0L).ExecuteNonQuery();
                }

                done++;
            }

            foreach (long merchant in merchants.Distinct())
            {
                Bind(book, merchant, sequences[merchant], hash, now, 1250L).ExecuteNonQuery();
            }

            commit.ExecuteNonQuery();
        }

        return done / clock.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// The same commands on as many merchants, by the same rules, with keys and hashes, but through EF and each with a SaveChanges of
    /// its own: an application without the writer. Commands a second.
    /// </summary>
    /// <param name="gated">On SQLite: callers take turns at the product's gate, instead of polling for the database's lock.</param>
    public static async Task<double> EfAsync(Arena arena, int callers, TimeSpan length, string run, bool gated = false)
    {
        var options = new DbContextOptionsBuilder();
        if (arena.Provider == DatabaseProvider.Postgres)
        {
            options.UseNpgsql(arena.ConnectionString).UseSnakeCaseNamingConvention();
        }
        else
        {
            options.UseSqlite(arena.ConnectionString).UseSnakeCaseNamingConvention().AddInterceptors(SqlitePragmas.Instance);
            if (gated)
            {
                options.AddInterceptors(new SqliteGatePass(SqliteWriteGate.For(arena.ConnectionString)));
            }
        }

        long done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            // Each caller has merchants of its own: without a writer, two on one book would have to be kept apart by more work still.
            var random = new Random(caller);
            var merchant = new MerchantId(0);
            for (long i = 0; clock.Elapsed < length; i++)
            {
                merchant = i % 3 == 0 ? new MerchantId(2 * FirstMerchant + caller + callers * random.Next(1000 / callers)) : merchant;
                await EfCommandAsync(options.Options, Rounds.At($"{run}/{caller}", i, merchant));
                Interlocked.Increment(ref done);
            }
        })));
        return done / clock.Elapsed.TotalSeconds;
    }

    private static async Task EfCommandAsync(DbContextOptions options, LedgerCommand command)
    {
        await using var db = new AppDbContext(options);
        var batch = new LedgerBatch();
        var book = await db.LedgerBooks.SingleOrDefaultAsync(b => b.MerchantId == command.Merchant);
        batch.Load(book is null ? new Book(command.Merchant) : new Book(command.Merchant)
        {
            Sequence = book.Sequence,
            Hash = book.Hash,
            RecordedAt = book.RecordedAt,
            Available = new Money(book.Available),
            Pending = new Money(book.Pending),
            CardClearing = new Money(book.CardClearing),
            CarrierPayable = new Money(book.CarrierPayable),
        });
        if (await db.LedgerTransfers.AnyAsync(t => t.MerchantId == command.Merchant && t.Key == command.Key))
        {
            throw new InvalidOperationException($"{command.Key} twice");
        }

        LedgerReservationRow? reservation = null;
        if (command is OneBalance.Core.Ledger.Capture capture)
        {
            reservation = await db.LedgerReservations.SingleAsync(r => r.MerchantId == command.Merchant && r.Key == capture.Reservation);
            batch.Load(new Reservation(
                command.Merchant, reservation.Key, new Money(reservation.Amount), reservation.ReservedAt, reservation.State,
                new Money(reservation.Captured), new Money(reservation.Refunded)));
        }

        if (batch.Run(command, DateTimeOffset.UtcNow, LedgerRules.Decide) is not LedgerReply.Accepted { Replayed: false })
        {
            throw new InvalidOperationException("A command of the measurement was refused.");
        }

        var transfer = batch.NewTransfers.Single();
        db.Add(new LedgerTransferRow
        {
            MerchantId = transfer.Merchant,
            Sequence = transfer.Sequence,
            Key = transfer.Key,
            Kind = transfer.Kind,
            Amount = transfer.Amount.Cents,
            Reference = transfer.Reference,
            RecordedAt = transfer.RecordedAt,
            Hash = transfer.Hash,
            AvailableAfter = transfer.FreeAfter.Cents,
            AvailableChange = transfer.FreeChange.Cents,
            PendingAfter = transfer.PendingAfter.Cents,
        });
        db.AddRange(transfer.Entries.Select(entry => new LedgerEntryRow
        {
            MerchantId = transfer.Merchant,
            Sequence = transfer.Sequence,
            Account = entry.Account,
            Amount = entry.Amount.Cents,
        }));
        foreach (var changed in batch.ChangedReservations)
        {
            if (reservation is null)
            {
                db.Add(reservation = new LedgerReservationRow
                {
                    MerchantId = changed.Merchant,
                    Key = changed.Key,
                    Amount = changed.Amount.Cents,
                    ReservedAt = changed.ReservedAt,
                });
            }

            reservation.State = changed.State;
            reservation.Captured = changed.Captured.Cents;
            reservation.Refunded = changed.Refunded.Cents;
        }

        var after = batch.ChangedBooks.Single();
        if (book is null)
        {
            db.Add(book = new LedgerBookRow { MerchantId = after.Merchant, Hash = after.Hash, Status = after.Status });
        }

        book.Sequence = after.Sequence;
        book.Hash = after.Hash;
        book.RecordedAt = after.RecordedAt;
        book.Available = after.Available.Cents;
        book.Pending = after.Pending.Cents;
        book.CardClearing = after.CardClearing.Cents;
        book.CarrierPayable = after.CarrierPayable.Cents;
        await db.SaveChangesAsync();
    }

    public static async Task PreparePgBenchAsync(string connectionString) => await PgBenchAsync(connectionString, "-i", "-q", "-s", "10");

    /// <summary><c>pgbench -N</c>: its simple update, one row updated, one inserted, one read. Transactions a second.</summary>
    public static async Task<double> PgBenchAsync(string connectionString, int clients, TimeSpan length)
    {
        string output = await PgBenchAsync(connectionString, "-N", "-c", $"{clients}", "-j", "2", "-T", $"{Math.Max(1, (int)length.TotalSeconds)}");
        return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<string> PgBenchAsync(string connectionString, params string[] arguments)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        string program = Path.Combine(PrivatePostgres.Binaries, "pgbench");
        var start = new ProcessStartInfo(File.Exists(program) ? program : "pgbench") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, .. arguments, server.Database!])
        {
            start.ArgumentList.Add(argument);
        }

        if (server.Password is { } password)
        {
            start.Environment["PGPASSWORD"] = password;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"pgbench: {await errors}");
    }

    /// <summary>
    /// Raw ADO makes up hashes and totals, which the audit at the end must not find: all that baselines wrote is removed, past the
    /// guards of append-only tables, and the guards are set again.
    /// </summary>
    public static async Task RemoveTheirBooksAsync(Arena arena)
    {
        await using var db = arena.NewContext();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(5));
        string[] guards = arena.Provider == DatabaseProvider.Postgres
            ? ["DROP TRIGGER ledger_transfers_append_only ON ledger_transfers", "DROP TRIGGER ledger_entries_append_only ON ledger_entries"]
            : ["DROP TRIGGER ledger_transfers_no_delete", "DROP TRIGGER ledger_entries_no_delete"];
        string[] tables = ["ledger_entries", "ledger_transfers", "ledger_reservations", "ledger_books"];
        foreach (string statement in guards.Concat(tables.Select(table => $"DELETE FROM {table} WHERE merchant_id >= {FirstMerchant}")))
        {
            await db.Database.ExecuteSqlRawAsync(statement);
        }

        await LedgerGuards.ApplyAsync(db, CancellationToken.None);
    }

    [GeneratedRegex(@"tps = ([\d.]+) \(without")]
    private static partial Regex Tps();
}
