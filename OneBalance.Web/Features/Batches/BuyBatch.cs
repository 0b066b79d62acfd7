using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Web.Features.Batches;

/// <summary>
/// Asks for the purchase of every priced line: each gets its label's id and row here, in one transaction, before anything is
/// bought, so that however often and wherever the purchase is run, a line is bought once. The work itself runs in the
/// background; see <see cref="BatchRun"/>.
/// </summary>
public sealed class BuyBatch(IDbContextFactory<AppDbContext> contexts, LedgerBook ledger, BatchRunner runner, ICarrier carrier, TimeProvider time)
{
    /// <param name="seen">The total the buyer saw: no other is agreed to.</param>
    /// <param name="language">The buyer's; how the file's amounts are read is no matter of it.</param>
    public async Task<BuyBatchOutcome> RunAsync(MerchantAccess access, BatchId id, Money seen, string userId, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var batch = await db.Batches.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (batch is null)
            {
                return new BuyBatchOutcome.NotFound();
            }

            if (batch.State is BatchState.Rating or BatchState.Buying)
            {
                return new BuyBatchOutcome.Runs();
            }

            if (!await db.Merchants.AnyAsync(row => row.Id == merchant && row.SetUpFinishedAt != null, ct))
            {
                return new BuyBatchOutcome.SetUpNeeded();
            }

            var rated = await db.BatchLines
                .Where(line => line.MerchantId == merchant && line.BatchId == id && line.State == BatchLineState.Rated)
                .OrderBy(line => line.Number)
                .ToListAsync(ct);
            var waiting = await Waiting(db, merchant, id).Select(line => line.Total).ToListAsync(ct);
            var now = time.GetUtcNow();
            var total = rated.Sum(line => line.Total ?? Money.Zero) + waiting.Sum(price => price ?? Money.Zero);
            if (rated.Count + waiting.Count == 0)
            {
                return new BuyBatchOutcome.NothingToBuy();
            }

            var terms = batch.Terms(carrier);
            var drafts = rated.ConvertAll(line => BatchLineRules.Read(line.Fields(), terms).Draft);
            if (total != seen || !rated.Zip(drafts).All(pair => PriceStands(pair.First, pair.Second, now)))
            {
                return new BuyBatchOutcome.PricesMustBeAskedAgain();
            }

            // Lines that it stops are left out by the run; when it stops all of them, there is nothing to run.
            var notices = await ServiceNoticeRows.OpenAsync(db, now, ct);
            List<NoticeView?> stopping = [.. rated.Zip(drafts, (line, draft) => ServiceNoticeRows.Blocking(notices, draft, line.ServiceCode ?? "", now))];
            if (waiting.Count == 0 && stopping.TrueForAll(notice => notice is not null))
            {
                return new BuyBatchOutcome.StoppedByNotice(stopping[0]!);
            }

            var balance = await ledger.BalanceAsync(merchant, ct);
            if (balance.Owed + total > balance.Available)
            {
                return new BuyBatchOutcome.Short(balance.Available, balance.Owed + total);
            }

            foreach (var (line, draft) in rated.Zip(drafts))
            {
                var label = NewLabel(batch, line, draft, now);
                db.Labels.Add(label);
                line.LabelId = label.Id;
                line.State = BatchLineState.Chosen;
                line.Version++;
            }

            batch.State = BatchState.Buying;
            batch.RequestedBy = userId;
            batch.RequestedAt = now;
            batch.ReaderLanguage = language;
            batch.CancelledAt = null;
            batch.FinishedAt = null;
            batch.Begin(now);
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Pressed twice, or corrected in another tab: see what it is now.
                continue;
            }

            runner.Wake(merchant, id);
            return new BuyBatchOutcome.Started(rated.Count + waiting.Count);
        }
    }

    /// <summary>Lines whose label's row is there and was not asked for yet.</summary>
    internal static IQueryable<BatchLine> Waiting(AppDbContext db, MerchantId merchant, BatchId id) => db.BatchLines
        .Where(line => line.MerchantId == merchant && line.BatchId == id && line.State == BatchLineState.Chosen
            && db.Labels.Any(label => label.MerchantId == merchant && label.Id == line.LabelId && label.State == LabelState.Draft));

    /// <summary>The price is young enough, and of the very parcel and options that would be bought now.</summary>
    private static bool PriceStands(BatchLine line, LabelDraft draft, DateTimeOffset now) =>
        line.RatedAt is { } at && LabelRules.QuoteStands(at, now) && line.RatesFor == StoredLabel.Fingerprint(StoredLabel.RateRequest(draft));

    /// <summary>The draft of a line with the one price agreed to: from here on it is a label like any other.</summary>
    private static Label NewLabel(Batch batch, BatchLine line, LabelDraft draft, DateTimeOffset now)
    {
        var rate = (StoredLabel.Json.Read<List<Rate>>(line.RatesJson) ?? []).Find(quoted => quoted.ServiceCode == line.ServiceCode)
            ?? throw new InvalidOperationException($"Line {line.Number} of batch {batch.Id} has no price of its service.");
        var label = new Label
        {
            MerchantId = batch.MerchantId,
            Id = new LabelId(Guid.CreateVersion7(now)),
            BatchId = batch.Id,
            State = LabelState.Draft,
            From = new PostalAddress(),
            To = new PostalAddress(),
            RatesJson = StoredLabel.Json.Write(new List<Rate> { rate }),
            RatesFor = line.RatesFor,
            RatedAt = line.RatedAt,
            ServiceCode = rate.ServiceCode,
            CreatedAt = now,
            UpdatedAt = now,
        };
        label.Apply(draft);
        return label;
    }
}

/// <summary>What came of asking for a batch's purchase: a closed set.</summary>
public abstract record BuyBatchOutcome
{
    private BuyBatchOutcome()
    {
    }

    public sealed record Started(int Lines) : BuyBatchOutcome;

    /// <summary>It runs already.</summary>
    public sealed record Runs : BuyBatchOutcome;

    /// <summary>Nothing was bought: the balance does not cover all of it.</summary>
    /// <param name="Needed">The total with what is owed.</param>
    public sealed record Short(Money Available, Money Needed) : BuyBatchOutcome
    {
        public Money Missing => Needed - Available;
    }

    /// <summary>Nothing was bought: a service notice stops every line.</summary>
    public sealed record StoppedByNotice(NoticeView Notice) : BuyBatchOutcome;

    /// <summary>The total is no longer the one seen, or a price is too old.</summary>
    public sealed record PricesMustBeAskedAgain : BuyBatchOutcome;

    public sealed record NothingToBuy : BuyBatchOutcome;

    /// <summary>Billing must be set up first.</summary>
    public sealed record SetUpNeeded : BuyBatchOutcome;

    public sealed record NotFound : BuyBatchOutcome;
}

/// <summary>
/// Stops a running purchase before its end: labels not yet asked for are thrown away, and their lines stand as they were.
/// What is under way is not stopped, because the carrier may have it already.
/// </summary>
public sealed class CancelBatch(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>How many lines were stopped; null when there is no such batch of this merchant.</summary>
    public async Task<int?> RunAsync(MerchantAccess access, BatchId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        if (await db.Batches.Where(row => row.MerchantId == merchant && row.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(batch => batch.CancelledAt, now), ct) == 0)
        {
            return null;
        }

        return await StopAsync(db, merchant, id, ct);
    }

    /// <summary>Can be run again: dying half-way leaves the rest for the batch's runner.</summary>
    internal static async Task<int> StopAsync(AppDbContext db, MerchantId merchant, BatchId id, CancellationToken ct)
    {
        // From here on no runner can ask for them: buying begins with the draft's row.
        await db.Labels
            .Where(label => label.MerchantId == merchant && label.BatchId == id && label.State == LabelState.Draft)
            .ExecuteDeleteAsync(ct);
        return await FreeAsync(db, merchant, id, ct);
    }

    /// <summary>Lines whose label was thrown away stand as they were: priced.</summary>
    internal static Task<int> FreeAsync(AppDbContext db, MerchantId merchant, BatchId id, CancellationToken ct) => db.BatchLines
        .Where(line => line.MerchantId == merchant && line.BatchId == id && line.State == BatchLineState.Chosen
            && !db.Labels.Any(label => label.MerchantId == merchant && label.Id == line.LabelId))
        .ExecuteUpdateAsync(
            line => line
                .SetProperty(row => row.State, BatchLineState.Rated)
                .SetProperty(row => row.LabelId, (LabelId?)null)
                .SetProperty(row => row.Version, row => row.Version + 1),
            ct);
}
