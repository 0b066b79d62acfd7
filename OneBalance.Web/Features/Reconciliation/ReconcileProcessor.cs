using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Disputes;

namespace OneBalance.Web.Features.Reconciliation;

/// <summary>
/// Compares the processor's account with the ledger: each balance transaction meets exactly one transfer, and the reverse.
/// What only came late is settled on the way by the same steps as its webhook; what the processor kept is booked; what remains
/// is a difference. May be run at any time, by any number of runners: each step can be repeated.
/// </summary>
public sealed partial class ReconcileProcessor(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    SettleTopUp settleTopUp,
    SettleDispute settleDispute,
    RecordRefund recordRefund,
    LedgerBook ledger,
    TimeProvider time,
    ILogger<ReconcileProcessor> log)
{
    /// <summary>The problem of a run in which nothing was compared.</summary>
    internal const string NoAnswer = "the processor gave no answer";

    private const int Chunk = 200;

    private readonly LedgerMoments _moments = new();

    /// <summary>Support does not wait for the day's turn.</summary>
    public async Task<ReconcileOutcome> RunNowAsync(SupportAccess support, CancellationToken ct) => await RunAsync((await support.DemandAsync(ct)).UserId, ct);

    /// <param name="requestedBy">A user of support, or <see cref="ReconciliationSweep.Schedule"/>.</param>
    public async Task<ReconcileOutcome> RunAsync(string requestedBy, CancellationToken ct)
    {
        var started = time.GetUtcNow();
        var since = await SinceAsync(started, ct);
        var run = new ReconciliationRun { Id = Guid.CreateVersion7(started), RequestedBy = requestedBy, Since = since, StartedAt = started };
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            db.ReconciliationRuns.Add(run);
            await db.SaveChangesAsync(ct);
        }

        try
        {
            if (await processor.ListMovementsAsync(since, ct) is not ProcessorReply<IReadOnlyList<ProcessorMovement>>.Confirmed(var listed))
            {
                await EndAsync(run, NoAnswer, ct);
                return new ReconcileOutcome.ProcessorAway();
            }

            run.Seen = await StoreAsync(listed, ct);
            run.Matched = await MatchAsync(ct);
            await LookForTransfersAsync(since, started, ct);
            await ResolveAsync(ct);
        }
        catch (Exception failure)
        {
            // It has ended, and not well: the next run begins from the same place. Whoever asked hears why.
            await EndAsync(run, failure is OperationCanceledException ? "it was stopped" : "it broke off", CancellationToken.None);
            throw;
        }

        await EndAsync(run, null, ct);
        Ended(log, since, run.Seen, run.Matched, run.Open);
        return new ReconcileOutcome.Done(run.Seen, run.Matched, run.Open);
    }

    /// <summary>The beginning of the last complete run, less the overlap; before the first run, the first top-up of all.</summary>
    private async Task<DateTimeOffset> SinceAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var last = await db.ReconciliationRuns.Where(r => r.EndedAt != null && r.Problem == null).MaxAsync(r => (DateTimeOffset?)r.StartedAt, ct)
            ?? await db.TopUps.MinAsync(t => (DateTimeOffset?)t.RequestedAt, ct)
            ?? now;
        return last - ReconciliationRules.Overlap;
    }

    /// <summary>Writes down what is new; the number of transactions that concern merchants.</summary>
    private async Task<int> StoreAsync(IReadOnlyList<ProcessorMovement> listed, CancellationToken ct)
    {
        var ours = listed.Where(m => ReconciliationRules.Expect(new TransactionFacts(m.Id, m.Category, m.PaymentId, m.Amount, null)) is not ExpectedTransfer.None).ToList();
        foreach (var chunk in ours.Chunk(Chunk))
        {
            for (int attempt = 1; ; attempt++)
            {
                await using var db = await contexts.CreateDbContextAsync(ct);
                var ids = chunk.Select(m => m.Id).ToList();
                var known = await db.ProcessorTransactions.Where(t => ids.Contains(t.Id)).Select(t => t.Id).ToListAsync(ct);
                db.ProcessorTransactions.AddRange(chunk.Where(m => !known.Contains(m.Id)).Select(m => new ProcessorTransaction
                {
                    Id = m.Id,
                    Category = m.Category,
                    SourceId = m.SourceId,
                    PaymentId = m.PaymentId,
                    Amount = m.Amount,
                    Fee = m.Fee,
                    OccurredAt = m.OccurredAt,
                    SeenAt = time.GetUtcNow(),
                }));
                try
                {
                    await db.SaveChangesAsync(ct);
                    break;
                }
                catch (DbUpdateException) when (attempt < 3)
                {
                    // Another runner wrote some of them: what it wrote is as good.
                }
            }
        }

        return ours.Count;
    }

    /// <summary>Meets every transaction that has met nothing yet, however old; the number met.</summary>
    private async Task<int> MatchAsync(CancellationToken ct)
    {
        int matched = 0;
        string after = "";
        while (true)
        {
            List<ProcessorTransaction> chunk;
            HashSet<string?> aside;
            await using (var db = await contexts.CreateDbContextAsync(ct))
            {
                chunk = await db.ProcessorTransactions.AsNoTracking()
                    .Where(t => t.MatchedAt == null && string.Compare(t.Id, after) > 0)
                    .OrderBy(t => t.Id)
                    .Take(Chunk)
                    .ToListAsync(ct);
                var ids = chunk.Select(t => t.Id).ToList();
                aside = [.. await db.ReconciliationDifferences.Where(d => d.ClearedAt != null && d.ResolvedAt == null && ids.Contains(d.TransactionId!)).Select(d => d.TransactionId).ToListAsync(ct)];
            }

            if (chunk.Count == 0)
            {
                return matched;
            }

            after = chunk[^1].Id;
            var met = await MeetAsync(chunk, ct);
            var late = chunk.Where(t => !met.Contains(t.Id)).ToList();
            if (late.Count > 0)
            {
                // What support has put aside may still meet by itself, but the processor is not asked about it for ever.
                foreach (var transaction in late.Where(t => !aside.Contains(t.Id)))
                {
                    await SettleAsync(transaction, ct);
                }

                met.UnionWith(await MeetAsync(late, ct));
                await ReportAsync([.. late.Where(t => !met.Contains(t.Id))], ct);
            }

            matched += met.Count;
        }
    }

    /// <summary>What its webhook would have done, had it come.</summary>
    private async Task SettleAsync(ProcessorTransaction transaction, CancellationToken ct)
    {
        try
        {
            switch (transaction.Category)
            {
                case "charge" or "payment" when transaction.PaymentId is { } payment:
                    await settleTopUp.RunAsync(payment, ct);
                    break;
                case "dispute" or "dispute_reversal":
                    await settleDispute.RunAsync(transaction.SourceId, ct);
                    break;
                case "refund" or "refund_failure":
                    await recordRefund.RunAsync(transaction.SourceId, ct);
                    break;
                default:
                    break;
            }
        }
        catch (InvalidOperationException failure)
        {
            // The others are compared all the same; this one shows as a difference.
            NotSettled(log, failure, transaction.Id);
        }
    }

    /// <summary>Meets what can be met; the ids of those.</summary>
    private async Task<HashSet<string>> MeetAsync(IReadOnlyList<ProcessorTransaction> transactions, CancellationToken ct)
    {
        List<Meeting> meetings =
        [
            .. from pair in await CounterpartsAsync(transactions, ct)
               where pair.Counterpart is { Key: not null, CardClearing: { } clearing } && ReconciliationRules.Agrees(pair.Transaction.Amount, clearing)
               select new Meeting(pair.Transaction.Id, pair.Transaction.Fee, pair.Counterpart!.Merchant, pair.Counterpart.Key!),
        ];

        // The fees first: when we die after them, the transactions have still met nothing, and the ledger replays.
        await Task.WhenAll(meetings.Where(m => m.Fee.IsPositive).Select(m => BookFeeAsync(m, ct)));
        try
        {
            await SaveAsync(meetings, ct);
            return [.. meetings.Select(m => m.Transaction)];
        }
        catch (DbUpdateException)
        {
            // One of them would meet a transfer that another one has met: one at a time, to find out which.
        }

        var met = new HashSet<string>();
        foreach (var meeting in meetings)
        {
            try
            {
                await SaveAsync([meeting], ct);
                met.Add(meeting.Transaction);
            }
            catch (DbUpdateException failure)
            {
                TwoForOne(log, failure, meeting.Transaction, meeting.Key);
            }
        }

        return met;
    }

    private async Task BookFeeAsync(Meeting meeting, CancellationToken ct)
    {
        if (await ledger.SubmitAsync(new RecordFee(meeting.Merchant, LedgerKeys.Fee(meeting.Transaction), meeting.Fee), ct) is LedgerReply.Refused(var reason))
        {
            throw new InvalidOperationException($"The ledger refused the fee of transaction {meeting.Transaction}: {reason}.");
        }
    }

    private async Task SaveAsync(IReadOnlyList<Meeting> meetings, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var byId = meetings.ToDictionary(m => m.Transaction);
        await using var db = await contexts.CreateDbContextAsync(ct);
        foreach (var row in await db.ProcessorTransactions.Where(t => byId.Keys.Contains(t.Id) && t.MatchedAt == null).ToListAsync(ct))
        {
            row.MerchantId = byId[row.Id].Merchant;
            row.TransferKey = byId[row.Id].Key;
            row.MatchedAt = now;
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>For each transaction the transfer it should meet; null where that is not known, its <c>CardClearing</c> null where the ledger has none.</summary>
    private async Task<IReadOnlyList<(ProcessorTransaction Transaction, Counterpart? Counterpart)>> CounterpartsAsync(IReadOnlyList<ProcessorTransaction> transactions, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var payments = transactions.Select(t => t.PaymentId).OfType<string>().Distinct().ToList();
        var sources = transactions.Select(t => t.SourceId).Distinct().ToList();
        var owners = await db.TopUps.Where(t => t.PaymentId != null && payments.Contains(t.PaymentId)).ToDictionaryAsync(t => t.PaymentId!, t => t.MerchantId, ct);
        var disputes = await db.CardDisputes.Where(d => sources.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.MerchantId, ct);
        var refunds = await db.CardRefunds.AsNoTracking().Where(r => sources.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);

        var expected = new List<(ProcessorTransaction Transaction, MerchantId Merchant, string? Key)>();
        foreach (var transaction in transactions)
        {
            var refund = refunds.GetValueOrDefault(transaction.SourceId);
            string? refundKey = transaction.Category == "refund_failure" ? refund?.FailureTransferKey : refund?.TransferKey;
            MerchantId? merchant = refund?.MerchantId
                ?? (disputes.TryGetValue(transaction.SourceId, out var disputed) ? disputed
                    : transaction.PaymentId is { } payment && owners.TryGetValue(payment, out var owner) ? owner
                    : null);
            var facts = new TransactionFacts(transaction.Id, transaction.Category, transaction.PaymentId, transaction.Amount, refundKey);
            if (merchant is { } whose)
            {
                expected.Add((transaction, whose, (ReconciliationRules.Expect(facts) as ExpectedTransfer.Keyed)?.Key));
            }
        }

        var keys = expected.Select(e => e.Key).OfType<string>().ToList();
        var merchants = expected.Select(e => e.Merchant).Distinct().ToList();
        var clearing = await db.LedgerTransfers
            .Where(t => merchants.Contains(t.MerchantId) && keys.Contains(t.Key))
            .Select(t => new
            {
                t.MerchantId,
                t.Key,
                CardClearing = db.LedgerEntries.Where(e => e.MerchantId == t.MerchantId && e.Sequence == t.Sequence && e.Account == Account.CardClearing).Sum(e => e.Amount),
            })
            .ToDictionaryAsync(t => (t.MerchantId, t.Key), t => new Money(t.CardClearing), ct);
        var counterparts = expected.ToDictionary(
            e => e.Transaction.Id,
            e => new Counterpart(e.Merchant, e.Key, e.Key is { } key && clearing.TryGetValue((e.Merchant, key), out var amount) ? amount : null));
        return [.. transactions.Select(t => (t, counterparts.GetValueOrDefault(t.Id)))];
    }

    /// <summary>What met nothing is a difference.</summary>
    private async Task ReportAsync(IReadOnlyList<ProcessorTransaction> transactions, CancellationToken ct)
    {
        foreach (var (transaction, counterpart) in await CounterpartsAsync(transactions, ct))
        {
            await ReportAsync(
                new ReconciliationDifference
                {
                    Kind = counterpart?.CardClearing is null || ReconciliationRules.Agrees(transaction.Amount, counterpart.CardClearing.Value)
                        ? ReconciliationDifferenceKind.NotInLedger
                        : ReconciliationDifferenceKind.AmountsDiffer,
                    Subject = $"transaction/{transaction.Id}",
                    MerchantId = counterpart?.Merchant,
                    TransactionId = transaction.Id,
                    What = transaction.Category,
                    TransferKey = counterpart?.CardClearing is null ? null : counterpart.Key,
                    Ours = counterpart?.CardClearing,
                    Theirs = transaction.Amount,
                    OccurredAt = transaction.OccurredAt,
                },
                ct);
        }
    }

    /// <summary>The reverse: transfers of the span that no transaction has met. Those recorded since we asked may be too new for the answer.</summary>
    private async Task LookForTransfersAsync(DateTimeOffset since, DateTimeOffset before, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        foreach (var merchant in await db.LedgerBooks.Where(book => book.RecordedAt >= since).Select(book => book.MerchantId).ToListAsync(ct))
        {
            await LookForTransfersAsync(db, merchant, await _moments.LastBeforeAsync(db, merchant, since), await _moments.LastBeforeAsync(db, merchant, before), ct);
        }
    }

    /// <param name="after">Transfers numbered above this,</param>
    /// <param name="last">up to this one.</param>
    private async Task LookForTransfersAsync(AppDbContext db, MerchantId merchant, long after, long last, CancellationToken ct)
    {
        var alone = await db.LedgerTransfers
            .Where(t => t.MerchantId == merchant && t.Sequence > after && t.Sequence <= last && t.Kind != LedgerTransferKind.RecordFee
                && db.LedgerEntries.Any(e => e.MerchantId == t.MerchantId && e.Sequence == t.Sequence && e.Account == Account.CardClearing)
                && !db.ProcessorTransactions.Any(p => p.MerchantId == t.MerchantId && p.TransferKey == t.Key)
                && !db.ReconciliationDifferences.Any(d => d.MerchantId == t.MerchantId && d.TransferKey == t.Key))
            .Select(t => new
            {
                t.MerchantId,
                t.Key,
                t.Kind,
                t.RecordedAt,
                CardClearing = db.LedgerEntries.Where(e => e.MerchantId == t.MerchantId && e.Sequence == t.Sequence && e.Account == Account.CardClearing).Sum(e => e.Amount),
            })
            .ToListAsync(ct);
        foreach (var transfer in alone)
        {
            await ReportAsync(
                new ReconciliationDifference
                {
                    Kind = ReconciliationDifferenceKind.NotAtProcessor,
                    Subject = $"transfer/{transfer.MerchantId}/{transfer.Key}",
                    MerchantId = transfer.MerchantId,
                    What = transfer.Kind.ToString(),
                    TransferKey = transfer.Key,
                    Ours = new Money(transfer.CardClearing),
                    OccurredAt = transfer.RecordedAt,
                },
                ct);
        }
    }

    /// <summary>Writes a difference down once; what changed about a known one is brought up to date.</summary>
    private async Task ReportAsync(ReconciliationDifference difference, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var now = time.GetUtcNow();
            if (await db.ReconciliationDifferences.SingleOrDefaultAsync(d => d.Subject == difference.Subject, ct) is { } known)
            {
                if (known.Kind == difference.Kind && known.MerchantId == difference.MerchantId && known.Ours == difference.Ours && known.TransferKey == difference.TransferKey)
                {
                    return;
                }

                known.Version++;
                if (known.ClearedAt is null || (known.Kind == difference.Kind && known.Ours == difference.Ours))
                {
                    known.Kind = difference.Kind;
                    known.MerchantId = difference.MerchantId;
                    known.TransferKey = difference.TransferKey;
                    known.Ours = difference.Ours;
                }
                else
                {
                    // What support put aside was another difference: it stays as it was cleared, and this one is looked at anew.
                    known.ResolvedAt ??= now;
                    known.Subject = $"{known.Subject}/cleared/{known.Id:N}";
                    Add();
                }
            }
            else
            {
                Add();
            }

            try
            {
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException) when (attempt < 3)
            {
                // Another runner wrote it, or support put it aside: look again at what they left.
            }

            void Add()
            {
                difference.Id = Guid.CreateVersion7(now);
                difference.FirstSeenAt = now;
                difference.Version = 1;
                db.ReconciliationDifferences.Add(difference);
            }
        }
    }

    /// <summary>A difference whose counterpart has appeared is none any more, put aside or not.</summary>
    private async Task ResolveAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.ReconciliationDifferences
            .Where(d => d.ResolvedAt == null
                && ((d.TransactionId != null && db.ProcessorTransactions.Any(p => p.Id == d.TransactionId && p.MatchedAt != null))
                    || (d.TransactionId == null && db.ProcessorTransactions.Any(p => p.MerchantId == d.MerchantId && p.TransferKey == d.TransferKey))))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.ResolvedAt, now).SetProperty(d => d.Version, d => d.Version + 1), ct);
    }

    private async Task EndAsync(ReconciliationRun run, string? problem, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        run.EndedAt = time.GetUtcNow();
        run.Problem = problem;
        run.Open = await db.ReconciliationDifferences.CountAsync(d => d.ResolvedAt == null && d.ClearedAt == null, ct);
        db.ReconciliationRuns.Update(run);
        await db.SaveChangesAsync(ct);
    }

    private sealed record Meeting(string Transaction, Money Fee, MerchantId Merchant, string Key);

    /// <param name="Key">The transfer that is to be met; null when nothing says which.</param>
    /// <param name="CardClearing">What the ledger has moved on card_clearing under the key; null when it has nothing there.</param>
    private sealed record Counterpart(MerchantId Merchant, string? Key, Money? CardClearing);

    [LoggerMessage(LogLevel.Information, "Reconciled with the processor since {Since}: {Seen} transactions, {Matched} met, {Open} differences open.")]
    private static partial void Ended(ILogger log, DateTimeOffset since, int seen, int matched, int open);

    [LoggerMessage(LogLevel.Error, "Transaction {Transaction} of the processor could not be settled.")]
    private static partial void NotSettled(ILogger log, Exception failure, string transaction);

    [LoggerMessage(LogLevel.Error, "Transaction {Transaction} of the processor would meet transfer {Key}, which another one has met.")]
    private static partial void TwoForOne(ILogger log, Exception failure, string transaction, string key);
}

/// <summary>What came of a comparison: a closed set.</summary>
public abstract record ReconcileOutcome
{
    private ReconcileOutcome()
    {
    }

    /// <param name="Open">Differences open at its end, of this run and earlier ones.</param>
    public sealed record Done(int Seen, int Matched, int Open) : ReconcileOutcome;

    /// <summary>The processor gave no answer: nothing was compared. The next run begins from the same place.</summary>
    public sealed record ProcessorAway : ReconcileOutcome;
}

/// <summary>Once a day; looked at more often, so that a restart does not skip a day.</summary>
public sealed class ReconciliationSweep(IDbContextFactory<AppDbContext> contexts, ReconcileProcessor reconcile, TimeProvider time) : ISweep
{
    /// <summary>Who asked for a run that nobody asked for.</summary>
    public const string Schedule = "schedule";

    private static readonly TimeSpan Every = TimeSpan.FromHours(24);

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow() - Every;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (await db.ReconciliationRuns.AnyAsync(r => r.StartedAt > since && r.EndedAt != null && r.Problem == null, ct))
            {
                return 0;
            }
        }

        return await reconcile.RunAsync(Schedule, ct) is ReconcileOutcome.Done(_, var matched, _) ? matched : 0;
    }
}
