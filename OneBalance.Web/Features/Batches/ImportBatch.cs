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
using OneBalance.Web.Features.Settings;

namespace OneBalance.Web.Features.Batches;

/// <summary>Makes a batch of a file: its columns told by name, each line checked.</summary>
public sealed class ImportBatch(IDbContextFactory<AppDbContext> contexts, StartLabel start, ICarrier carrier, TimeProvider time)
{
    private const int NameLength = 100;

    /// <param name="name">The file's name.</param>
    /// <param name="language">The reader's; a file whose headers are plainly in the other language is read as such.</param>
    public async Task<ImportOutcome> RunAsync(MerchantAccess access, string userId, string name, byte[] content, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        var (table, problem) = BatchFile.Read(content);
        if (table is null)
        {
            return new ImportOutcome.Unreadable(problem!.Value);
        }

        var from = await start.ShipFromAsync(access, ct);
        var columns = BatchColumns.Find(table.Headers);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var preset = await db.ParcelPresets.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.IsDefault, ct);
        var now = time.GetUtcNow();
        var batch = new Batch
        {
            MerchantId = merchant,
            Id = new BatchId(Guid.CreateVersion7(now)),
            Name = NameOf(name),
            State = BatchState.Open,
            Language = BatchColumns.LanguageOf(table.Headers, language),
            ReaderLanguage = language,
            CreatedBy = userId,
            ColumnsJson = StoredBatch.Write(columns),
            Units = await db.UnitsOfAsync(merchant, ct),
            From = PostalAddress.From(from),
            ParcelJson = preset is null ? null : StoredBatch.Write(new Parcel(preset.WeightGrams, preset.LengthMm, preset.WidthMm, preset.HeightMm)),
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Batches.Add(batch);
        var terms = batch.Terms(carrier);
        foreach (var (index, cells) in table.Lines.Index())
        {
            var line = new BatchLine { MerchantId = merchant, BatchId = batch.Id, Number = index + 1, CellsJson = StoredBatch.Write(cells), FieldsJson = "{}" };
            line.Say(BatchLineRules.Fields(columns, cells), terms);
            db.BatchLines.Add(line);
        }

        await db.SaveChangesAsync(ct);
        return new ImportOutcome.Imported(batch.Id, table.Lines.Count);
    }

    private static string NameOf(string name)
    {
        string file = name.Split('/', '\\')[^1].Trim();
        return file.Length <= NameLength ? file : file[..NameLength];
    }
}

/// <summary>What came of a file: a closed set.</summary>
public abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    public sealed record Imported(BatchId Batch, int Lines) : ImportOutcome;

    public sealed record Unreadable(BatchFileProblem Problem) : ImportOutcome;
}
