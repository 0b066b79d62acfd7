using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Batches;

/// <summary>
/// Corrects a batch while nothing of it runs: its columns, what holds for all lines, the rule for services, single lines.
/// A line whose label was bought, or may have been, is never touched.
/// </summary>
public sealed class ChangeBatch(IDbContextFactory<AppDbContext> contexts, ICarrier carrier, TimeProvider time)
{
    /// <summary>Which field each column is for, in the file's order. Lines corrected by hand keep what they say.</summary>
    public Task<ChangeOutcome> ColumnsAsync(MerchantAccess access, BatchId id, IReadOnlyList<LineField?> fields, CancellationToken ct) =>
        ChangeAsync(access, id, async (db, batch) =>
        {
            var columns = batch.Columns();
            if (fields.Count != columns.Count)
            {
                return false;
            }

            var taken = new HashSet<LineField>();
            IReadOnlyList<BatchColumn> changed = [.. columns.Zip(fields, (column, field) => column with { Field = field is { } given && taken.Add(given) ? given : null })];
            batch.ColumnsJson = StoredBatch.Write(changed);
            var terms = batch.Terms(carrier);
            foreach (var line in await UntouchedAsync(db, batch, leftOut: true, ct))
            {
                bool leftOut = line.State == BatchLineState.LeftOut;
                line.Say(line.Edited ? line.Fields() : BatchLineRules.Fields(changed, StoredBatch.Cells(line)), terms);
                line.State = leftOut ? BatchLineState.LeftOut : line.State;
            }

            return true;
        }, ct);

    /// <summary>Where the parcels come from, the units of bare numbers, the parcel of lines that give none, and how amounts are written. Prices are asked for again.</summary>
    /// <param name="language">In which the file writes amounts.</param>
    public Task<ChangeOutcome> TermsAsync(MerchantAccess access, BatchId id, Address from, Units units, Parcel? parcel, Language language, CancellationToken ct) =>
        ChangeAsync(access, id, async (db, batch) =>
        {
            batch.From = PostalAddress.From(AddressRules.Normalize(from));
            batch.Units = units;
            batch.Language = language;
            batch.ParcelJson = parcel is null ? null : StoredBatch.Write(parcel);
            var terms = batch.Terms(carrier);
            foreach (var line in await UntouchedAsync(db, batch, leftOut: false, ct))
            {
                line.Say(line.Fields(), terms);
            }

            return true;
        }, ct);

    /// <summary>Chooses the service of every priced line anew, from the prices there are.</summary>
    public Task<ChangeOutcome> RuleAsync(MerchantAccess access, BatchId id, ServiceChoice choice, string? service, CancellationToken ct) =>
        ChangeAsync(access, id, async (db, batch) =>
        {
            batch.Choice = choice;
            batch.ServiceCode = choice == ServiceChoice.Named ? service : null;
            var rated = await db.BatchLines
                .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == id && line.State == BatchLineState.Rated)
                .ToListAsync(ct);
            foreach (var line in rated)
            {
                line.Choose(StoredLabel.Json.Read<List<Rate>>(line.RatesJson) ?? [], batch);
                line.Version++;
            }

            return true;
        }, ct);

    /// <summary>Corrects a line, or takes up a declined one again: it gets a label of its own then.</summary>
    /// <param name="fields">All the line says; null to leave it as it is.</param>
    public Task<ChangeOutcome> LineAsync(MerchantAccess access, BatchId id, int number, IReadOnlyDictionary<LineField, string>? fields, CancellationToken ct) =>
        ChangeAsync(access, id, async (db, batch) =>
        {
            if (await UntouchedAsync(db, batch, number, ct) is not { } line)
            {
                return false;
            }

            line.Say(fields is null ? line.Fields() : Given(fields), batch.Terms(carrier));
            line.Edited |= fields is not null;
            return true;
        }, ct);

    /// <summary>Leaves a line out, or takes it in again.</summary>
    public Task<ChangeOutcome> LeaveOutAsync(MerchantAccess access, BatchId id, int number, bool leaveOut, CancellationToken ct) =>
        ChangeAsync(access, id, async (db, batch) =>
        {
            if (await UntouchedAsync(db, batch, number, ct) is not { } line)
            {
                return false;
            }

            line.Say(line.Fields(), batch.Terms(carrier));
            line.State = leaveOut ? BatchLineState.LeftOut : line.State;
            return true;
        }, ct);

    /// <summary>Takes up every declined line again, as it is.</summary>
    public Task<ChangeOutcome> DeclinedAgainAsync(MerchantAccess access, BatchId id, CancellationToken ct) =>
        ChangeAsync(access, id, async (db, batch) =>
        {
            var terms = batch.Terms(carrier);
            var declined = await db.BatchLines
                .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == id
                    && db.Labels.Any(label => label.MerchantId == batch.MerchantId && label.Id == line.LabelId && label.State == LabelState.Declined))
                .ToListAsync(ct);
            declined.ForEach(line => line.Say(line.Fields(), terms));
            return true;
        }, ct);

    /// <summary>Throws a batch away of which nothing was ever bought.</summary>
    public async Task<ChangeOutcome> DiscardAsync(MerchantAccess access, BatchId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var batch = await db.Batches.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (batch is null)
        {
            return ChangeOutcome.NotFound;
        }

        if (batch.State is BatchState.Rating or BatchState.Buying || await db.BatchLines.AnyAsync(line => line.MerchantId == merchant && line.BatchId == id && line.LabelId != null, ct))
        {
            return ChangeOutcome.NotNow;
        }

        db.Remove(batch);
        try
        {
            await db.SaveChangesAsync(ct);
            return ChangeOutcome.Done;
        }
        catch (DbUpdateConcurrencyException)
        {
            return ChangeOutcome.NotNow;
        }
    }

    private async Task<ChangeOutcome> ChangeAsync(MerchantAccess access, BatchId id, Func<AppDbContext, Batch, Task<bool>> change, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var batch = await db.Batches.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (batch is null)
            {
                return ChangeOutcome.NotFound;
            }

            if (batch.State is BatchState.Rating or BatchState.Buying || !await change(db, batch))
            {
                return ChangeOutcome.NotNow;
            }

            batch.State = batch.State == BatchState.Finished ? BatchState.Open : batch.State;
            batch.UpdatedAt = time.GetUtcNow();
            batch.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
                return ChangeOutcome.Done;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another tab was quicker: look again.
            }
        }
    }

    /// <summary>Every line that has no label yet.</summary>
    /// <param name="leftOut">Those left out too.</param>
    private static Task<List<BatchLine>> UntouchedAsync(AppDbContext db, Batch batch, bool leftOut, CancellationToken ct) => db.BatchLines
        .Where(line => line.MerchantId == batch.MerchantId && line.BatchId == batch.Id && line.LabelId == null && (leftOut || line.State != BatchLineState.LeftOut))
        .ToListAsync(ct);

    /// <summary>
    /// The line, free of any label. A label not yet asked for is thrown away here and now, so that no late runner can buy it;
    /// null when the line's label was bought or may be.
    /// </summary>
    private static async Task<BatchLine?> UntouchedAsync(AppDbContext db, Batch batch, int number, CancellationToken ct)
    {
        var line = await db.BatchLines.FirstOrDefaultAsync(row => row.MerchantId == batch.MerchantId && row.BatchId == batch.Id && row.Number == number, ct);
        if (line?.LabelId is not { } id)
        {
            return line;
        }

        await db.Labels.Where(label => label.MerchantId == batch.MerchantId && label.Id == id && label.State == LabelState.Draft).ExecuteDeleteAsync(ct);
        return await db.Labels.AnyAsync(label => label.MerchantId == batch.MerchantId && label.Id == id && label.State != LabelState.Declined, ct) ? null : line;
    }

    private static Dictionary<LineField, string> Given(IReadOnlyDictionary<LineField, string> fields) =>
        fields.Where(field => field.Value.Trim().Length > 0).ToDictionary(field => field.Key, field => field.Value.Trim());
}

public enum ChangeOutcome
{
    Done,
    NotFound,

    /// <summary>The batch runs, or the line's label was bought or may be.</summary>
    NotNow,
}
