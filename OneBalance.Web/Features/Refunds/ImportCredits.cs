using System.Text.Json;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Refunds;

/// <summary>
/// Imports the carrier's credit file: each line that names a label with a claim grants it, once, however often the line comes.
/// A line that fails leaves the others alone. A crash in between leaves whole lines and a report of most of them; importing the
/// file again does the rest.
/// </summary>
public sealed partial class ImportCredits(
    IDbContextFactory<AppDbContext> contexts,
    DecideClaim decide,
    AuditTrail audit,
    TimeProvider time,
    ILogger<ImportCredits> logger)
{
    public const int MostBytes = 2_000_000;
    public const int MostLines = 5_000;

    /// <summary>The report is stored whole each time, so not after every line.</summary>
    private const int ReportedEach = 25;

    public async Task<ImportCreditsOutcome> RunAsync(SupportAccess support, string fileName, byte[] content, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (Read(content) is not { } table)
        {
            return new ImportCreditsOutcome.Unreadable();
        }

        if (CreditFileText.Columns(table[0]) is not { } columns)
        {
            return new ImportCreditsOutcome.NoColumns();
        }

        if (table.Count - 1 > MostLines)
        {
            return new ImportCreditsOutcome.TooMany(MostLines);
        }

        var now = time.GetUtcNow();
        var file = new CreditFile { Id = Guid.CreateVersion7(now), Name = fileName[..Math.Min(fileName.Length, 200)], ImportedBy = actor.Email, ImportedAt = now, ReportJson = "[]" };
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            db.CreditFiles.Add(file);
            audit.Add(db, actor, AuditAction.CreditFileImported, merchant: null, $"credit-file/{file.Id}", reason: null, after: new { file.Name, Lines = table.Count - 1 });
            await db.SaveChangesAsync(ct);
        }

        var report = new List<CreditReportLine>();
        try
        {
            for (int number = 1; number < table.Count; number++)
            {
                report.Add(await LineAsync(actor, file, columns, table[number], number + 1, ct));
                if (report.Count % ReportedEach == 0)
                {
                    await ReportAsync(file, report);
                }
            }
        }
        finally
        {
            await ReportAsync(file, report);
        }

        return new ImportCreditsOutcome.Imported(file.Id, report);
    }

    private async Task ReportAsync(CreditFile file, List<CreditReportLine> report)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        db.CreditFiles.Attach(file);
        file.ReportJson = JsonSerializer.Serialize(report);
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private async Task<CreditReportLine> LineAsync(Actor actor, CreditFile file, CreditColumns columns, IReadOnlyList<string> cells, int number, CancellationToken ct)
    {
        var (line, problem) = CreditFileText.Read(columns, cells);
        if (line is null)
        {
            return new CreditReportLine(number, "", null, problem!.Value);
        }

        CreditLineResult result;
        try
        {
            result = await MatchAsync(actor, file, line, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(failure, number, file.Id);
            result = await StoredAsync(file, line) ?? CreditLineResult.Failed;
        }

        return new CreditReportLine(number, line.TrackingNumber, line.Amount.Cents, result);
    }

    /// <summary>
    /// What a line has come to that is stored: of this file it granted its claim, whose money the sweep brings if it did not come
    /// yet; of another it was imported before. Null for one that is not.
    /// </summary>
    private async Task<CreditLineResult?> StoredAsync(CreditFile file, CreditFileLine line)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        var files = await db.CreditLines.Where(row => row.Key == line.Key).Select(row => row.FileId).ToListAsync(CancellationToken.None);
        return files.Count == 0 ? null : files[0] == file.Id ? CreditLineResult.Granted : CreditLineResult.AlreadyImported;
    }

    private async Task<CreditLineResult> MatchAsync(Actor actor, CreditFile file, CreditFileLine line, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.CreditLines.AnyAsync(row => row.Key == line.Key, ct))
        {
            return CreditLineResult.AlreadyImported;
        }

        var labels = await db.Labels.Where(label => label.TrackingNumber == line.TrackingNumber)
            .Select(label => new
            {
                label.MerchantId,
                label.Id,
                State = db.RefundRequests.Where(row => row.MerchantId == label.MerchantId && row.LabelId == label.Id && row.Kind == RefundKind.Claim).Select(row => (RefundState?)row.State).FirstOrDefault(),
            })
            .ToListAsync(ct);
        var open = labels.Where(label => label.State is { } state && ClaimRules.MayGrant(state)).ToList();
        if (open.Count != 1)
        {
            return open.Count > 1 ? CreditLineResult.Ambiguous
                : labels.Count == 0 ? CreditLineResult.NoLabel
                : labels.Exists(label => label.State is RefundState.Credited or RefundState.ClaimGranted) ? CreditLineResult.AlreadyCredited
                : CreditLineResult.NoClaim;
        }

        var (merchant, id) = (open[0].MerchantId, open[0].Id);
        var stored = new CreditLine { Key = line.Key, FileId = file.Id, MerchantId = merchant, LabelId = id, Amount = line.Amount };
        return await decide.GrantAsync(actor, merchant, id, line.Amount, file.Name, stored, ct) switch
        {
            DecideClaimOutcome.Granted => CreditLineResult.Granted,
            DecideClaimOutcome.TooMuch => CreditLineResult.TooMuch,
            DecideClaimOutcome.NotOpen => CreditLineResult.AlreadyCredited,
            DecideClaimOutcome.NoAmount => CreditLineResult.NoAmount,
            DecideClaimOutcome.NotFound => CreditLineResult.NoClaim,
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    /// <summary>The rows, headers first; null when it is no text with at least a header and a line.</summary>
    private static List<string[]>? Read(byte[] content)
    {
        if (content.Length is 0 or > MostBytes || FileText.Read(content) is not { } text)
        {
            return null;
        }

        string first = text.Split('\n', 2)[0];
        char separator = new[] { ',', ';', '\t' }.MaxBy(sign => first.Count(one => one == sign));
        using var csv = CsvReader.FromText(text, new CsvReaderOptions { Separator = separator, HasHeader = false, TrimWhitespace = true });
        var rows = new List<string[]>();
        while (csv.Read())
        {
            string[] cells = new string[csv.FieldCount];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = csv.GetString(i);
            }

            if (Array.Exists(cells, cell => cell.Length > 0))
            {
                rows.Add(cells);
            }
        }

        return rows.Count < 2 ? null : rows;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Line {Line} of credit file {File} failed")]
    private partial void LogFailed(Exception failure, int line, Guid file);
}

/// <summary>What became of a line.</summary>
/// <param name="Number">As a spreadsheet counts: the headers are line 1.</param>
/// <param name="Cents">Null when no amount could be read.</param>
public sealed record CreditReportLine(int Number, string TrackingNumber, long? Cents, CreditLineResult Result);

/// <summary>A closed set.</summary>
public abstract record ImportCreditsOutcome
{
    private ImportCreditsOutcome()
    {
    }

    public sealed record Imported(Guid File, IReadOnlyList<CreditReportLine> Lines) : ImportCreditsOutcome;

    /// <summary>No text with columns and lines, or too large.</summary>
    public sealed record Unreadable : ImportCreditsOutcome;

    /// <summary>No column for the tracking number, or for the amount.</summary>
    public sealed record NoColumns : ImportCreditsOutcome;

    public sealed record TooMany(int Most) : ImportCreditsOutcome;
}
