using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Batches;

/// <summary>How a batch stands, for pages.</summary>
public enum BatchStatus
{
    Open,
    Rating,
    Buying,
    OutOfFunds,
    Owing,
    AccountStopped,
    SetUpNeeded,
    HeldByNotice,
    Finished,
}

/// <summary>How a line stands: its own state, or its label's.</summary>
public enum BatchLineStatus
{
    Wrong,
    Ready,
    Rated,
    NotRated,
    PriceRose,
    LeftOut,

    /// <summary>Agreed to; its turn has not come.</summary>
    Waiting,
    Buying,

    /// <summary>Sent without an answer: settled by asking the carrier.</summary>
    Settling,
    Bought,
    Voided,
    Declined,
}

/// <param name="Bought">Lines whose label is bought; voided ones count.</param>
public sealed record BatchSummary(BatchId Id, string Name, BatchStatus Status, int Lines, int Wrong, int Bought, DateTimeOffset CreatedAt);

/// <summary>A batch with all its lines, in the file's order.</summary>
/// <param name="Amounts">In which language the file writes amounts.</param>
public sealed record BatchView(
    BatchId Id,
    string Name,
    BatchStatus Status,
    IReadOnlyList<BatchColumn> Columns,
    IReadOnlyList<string> Example,
    Address From,
    Units Units,
    Language Amounts,
    Parcel? Parcel,
    ServiceChoice Choice,
    string? ServiceCode,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<BatchRow> Rows)
{
    public bool Runs => Status is BatchStatus.Rating or BatchStatus.Buying;

    public int Count(params IReadOnlyList<BatchLineStatus> of) => Rows.Count(row => of.Contains(row.Status));

    /// <summary>Of the lines that Buy would buy.</summary>
    public Money Total => Rows.Where(row => row.Status is BatchLineStatus.Rated or BatchLineStatus.Waiting).Sum(row => row.Total ?? Money.Zero);

    public int ToBuy => Count(BatchLineStatus.Rated, BatchLineStatus.Waiting);
}

/// <param name="Findings">What must be corrected, for a wrong line.</param>
/// <param name="Total">Of the chosen service; what was paid once bought.</param>
/// <param name="Errors">The carrier's words: why there is no price, or why the purchase was declined.</param>
/// <param name="Unreachable">There is no price because the carrier could not be reached.</param>
public sealed record BatchRow(
    int Number,
    BatchLineStatus Status,
    IReadOnlyDictionary<LineField, string> Fields,
    IReadOnlyList<BatchFinding> Findings,
    LabelDraft Draft,
    string? ServiceName,
    Money? Total,
    bool InsteadOfNamed,
    IReadOnlyList<CarrierError> Errors,
    bool Unreachable,
    DeclineReason? DeclineReason,
    LabelId? Label,
    string? TrackingNumber)
{
    /// <summary>The carrier's code of the chosen service; null before there is one.</summary>
    public string? ServiceCode { get; init; }

    /// <summary>It can be corrected or left out now, when nothing of its batch runs.</summary>
    public bool CanChange => Status is not (BatchLineStatus.Buying or BatchLineStatus.Settling or BatchLineStatus.Bought or BatchLineStatus.Voided);
}

/// <param name="Code">The carrier's code of a service offered for at least one line.</param>
public sealed record ServiceOffer(string Code, string Name, int Lines);

public sealed class BatchQueries(IDbContextFactory<AppDbContext> contexts, ICarrier carrier)
{
    private const int AtMost = 100;

    /// <summary>The newest first, a hundred at most.</summary>
    public async Task<IReadOnlyList<BatchSummary>> ListAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var batches = await db.Batches.AsNoTracking()
            .Where(batch => batch.MerchantId == merchant)
            .OrderByDescending(batch => batch.CreatedAt)
            .Take(AtMost)
            .Select(batch => new
            {
                batch.Id,
                batch.Name,
                batch.State,
                batch.Stop,
                batch.CreatedAt,
                Lines = db.BatchLines.Count(line => line.MerchantId == merchant && line.BatchId == batch.Id),
                Wrong = db.BatchLines.Count(line => line.MerchantId == merchant && line.BatchId == batch.Id && line.State == BatchLineState.Wrong),
                Bought = db.Labels.Count(label => label.MerchantId == merchant && label.BatchId == batch.Id && (label.State == LabelState.Purchased || label.State == LabelState.Voided)),
            })
            .ToListAsync(ct);
        return batches.ConvertAll(batch => new BatchSummary(batch.Id, batch.Name, Status(batch.State, batch.Stop), batch.Lines, batch.Wrong, batch.Bought, batch.CreatedAt));
    }

    /// <summary>Null for a batch that is not this merchant's.</summary>
    public async Task<BatchView?> ReadAsync(MerchantAccess access, BatchId id, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var batch = await db.Batches.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (batch is null)
        {
            return null;
        }

        var lines = await (
            from line in db.BatchLines.AsNoTracking()
            where line.MerchantId == merchant && line.BatchId == id
            join label in db.Labels.AsNoTracking().Where(label => label.MerchantId == merchant) on line.LabelId equals (LabelId?)label.Id into labels
            from label in labels.DefaultIfEmpty()
            orderby line.Number
            select new
            {
                line.Number,
                line.State,
                line.FieldsJson,
                line.ServiceCode,
                line.ServiceName,
                line.Total,
                line.InsteadOfNamed,
                line.ErrorsJson,
                line.LabelId,
                LabelState = (LabelState?)label!.State,
                label.TrackingNumber,
                label.Paid,
                label.DeclineReason,
                LabelErrorsJson = label.ErrorsJson,
            }).ToListAsync(ct);
        string? cells = await db.BatchLines.AsNoTracking()
            .Where(line => line.MerchantId == merchant && line.BatchId == id)
            .OrderBy(line => line.Number)
            .Select(line => line.CellsJson)
            .FirstOrDefaultAsync(ct);
        var terms = batch.Terms(carrier);
        return new BatchView(
            id,
            batch.Name,
            Status(batch.State, batch.Stop),
            batch.Columns(),
            cells is null ? [] : StoredBatch.Cells(cells),
            terms.From,
            batch.Units,
            batch.Language,
            terms.Parcel,
            batch.Choice,
            batch.ServiceCode,
            batch.CreatedAt,
            batch.FinishedAt,
            lines.ConvertAll(line =>
            {
                var status = Status(line.State, line.LabelState);
                var fields = StoredBatch.Fields(line.FieldsJson);
                var reading = BatchLineRules.Read(fields, terms);
                return new BatchRow(
                    line.Number,
                    status,
                    fields,
                    status == BatchLineStatus.Wrong ? reading.Findings : [],
                    reading.Draft,
                    line.ServiceName,
                    line.Paid ?? line.Total,
                    line.InsteadOfNamed,
                    StoredLabel.Json.Read<List<CarrierError>>(status == BatchLineStatus.Declined ? line.LabelErrorsJson : status == BatchLineStatus.NotRated ? line.ErrorsJson : null) ?? [],
                    status == BatchLineStatus.NotRated && line.ErrorsJson is null,
                    status == BatchLineStatus.Declined ? line.DeclineReason : null,
                    line.LabelState is null or LabelState.Draft ? null : line.LabelId,
                    line.TrackingNumber)
                {
                    ServiceCode = line.ServiceCode,
                };
            }));
    }

    /// <summary>The services offered for the priced lines of a batch, those for most lines first.</summary>
    public async Task<IReadOnlyList<ServiceOffer>> ServicesAsync(MerchantAccess access, BatchId id, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rates = await db.BatchLines.AsNoTracking()
            .Where(line => line.MerchantId == merchant && line.BatchId == id && line.State == BatchLineState.Rated && line.RatesJson != null)
            .Select(line => line.RatesJson)
            .ToListAsync(ct);
        return
        [
            .. rates.SelectMany(json => StoredLabel.Json.Read<List<Rate>>(json) ?? [])
                .GroupBy(rate => rate.ServiceCode)
                .Select(service => new ServiceOffer(service.Key, service.First().ServiceName, service.Count()))
                .OrderByDescending(service => service.Lines).ThenBy(service => service.Name, StringComparer.CurrentCulture),
        ];
    }

    /// <summary>The bought labels of a batch, in the order of its lines: the order they are printed in.</summary>
    public async Task<IReadOnlyList<LabelId>> BoughtAsync(MerchantAccess access, BatchId id, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.BatchLines.AsNoTracking()
            .Where(line => line.MerchantId == merchant && line.BatchId == id)
            .Join(
                db.Labels.AsNoTracking().Where(label => label.MerchantId == merchant && label.State == LabelState.Purchased),
                line => line.LabelId,
                label => label.Id,
                (line, label) => new { line.Number, label.Id })
            .OrderBy(line => line.Number)
            .Select(line => line.Id)
            .ToListAsync(ct);
    }

    private static BatchStatus Status(BatchState state, BatchStop? stop) => (state, stop) switch
    {
        (BatchState.Open, _) => BatchStatus.Open,
        (BatchState.Rating, _) => BatchStatus.Rating,
        (BatchState.Buying, _) => BatchStatus.Buying,
        (BatchState.Paused, BatchStop.Funds) => BatchStatus.OutOfFunds,
        (BatchState.Paused, BatchStop.Owing) => BatchStatus.Owing,
        (BatchState.Paused, BatchStop.Account) => BatchStatus.AccountStopped,
        (BatchState.Paused, BatchStop.SetUp) => BatchStatus.SetUpNeeded,
        (BatchState.Paused, BatchStop.Notice) => BatchStatus.HeldByNotice,
        (BatchState.Finished, _) => BatchStatus.Finished,
        _ => throw new InvalidOperationException($"A batch cannot be {state} for {stop}."),
    };

    private static BatchLineStatus Status(BatchLineState state, LabelState? label) => (state, label) switch
    {
        (BatchLineState.Wrong, _) => BatchLineStatus.Wrong,
        (BatchLineState.Ready, _) => BatchLineStatus.Ready,
        (BatchLineState.Rated, _) => BatchLineStatus.Rated,
        (BatchLineState.NotRated, _) => BatchLineStatus.NotRated,
        (BatchLineState.PriceRose, _) => BatchLineStatus.PriceRose,
        (BatchLineState.LeftOut, _) => BatchLineStatus.LeftOut,
        (BatchLineState.Chosen, null or LabelState.Draft) => BatchLineStatus.Waiting,
        (BatchLineState.Chosen, LabelState.Reserved or LabelState.Attempting) => BatchLineStatus.Buying,
        (BatchLineState.Chosen, LabelState.Unknown) => BatchLineStatus.Settling,
        (BatchLineState.Chosen, LabelState.Purchased) => BatchLineStatus.Bought,
        (BatchLineState.Chosen, LabelState.Voided) => BatchLineStatus.Voided,
        (BatchLineState.Chosen, LabelState.Declined) => BatchLineStatus.Declined,
        _ => throw new InvalidOperationException($"A line cannot be {state} with a label that is {label}."),
    };
}
