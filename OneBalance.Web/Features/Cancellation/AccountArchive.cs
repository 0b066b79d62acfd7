using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Shipping;
using OneBalance.Core.Statements;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;
using OneBalance.Web.Features.Statements;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>
/// Everything a merchant may need after leaving, in one file: label documents, manifests, a statement for each month, tax papers, receipts
/// of fundings, the address book and the whole ledger as CSV. What should be there and is not is named in its README. It is packed onto the disk, a document at a time, whatever their number.
/// </summary>
public sealed class AccountArchive(
    IDbContextFactory<AppDbContext> contexts,
    StatementQueries statements,
    StatementFiles statementFiles,
    TaxPaperQueries taxPapers,
    TaxPaperFile taxPaperFile,
    TopUpReceipt receipts,
    AddressBookFile addressBook,
    IStringLocalizer<CancellationTexts> texts,
    TimeProvider time)
{
    private const int Chunk = 100;

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"onebalance-{EasternDay.Of(time.GetUtcNow()):yyyy-MM-dd}.zip");

    /// <returns>A file that is gone once it is closed, at its beginning.</returns>
    public async Task<Stream> PackAsync(MerchantAccess access, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.Export, ct);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                var missing = new List<string>();
                await AddLabelsAsync(zip, merchant, missing, ct);
                await AddManifestsAsync(zip, merchant, missing, ct);
                await AddStatementsAsync(zip, access, merchant, language, ct);
                await AddTaxPapersAsync(zip, access, merchant, language, missing, ct);
                await AddReceiptsAsync(zip, access, merchant, language, missing, ct);
                await AddAsync(zip, AddressBookFile.Name, await addressBook.CsvAsync(access, language, ct), ct);
                await AddAsync(zip, "ledger.csv", await LedgerAsync(merchant, language, ct), ct);
                await AddAsync(zip, language == Language.French ? "LISEZMOI.txt" : "README.txt", About(language, missing), ct);
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task AddLabelsAsync(ZipArchive zip, MerchantId merchant, List<string> missing, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var documents = await db.LabelDocuments.AsNoTracking()
            .Where(d => d.MerchantId == merchant)
            .OrderBy(d => d.StoredAt).ThenBy(d => d.LabelId)
            .Select(d => new { d.LabelId, d.Kind, d.MediaType })
            .ToListAsync(ct);
        foreach (var part in documents.Chunk(Chunk))
        {
            var ids = part.Select(d => d.LabelId).Distinct().ToList();
            var tracking = await db.Labels.Where(l => l.MerchantId == merchant && ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, l => l.TrackingNumber, ct);
            foreach (var document in part)
            {
                byte[] content = await db.LabelDocuments
                    .Where(d => d.MerchantId == merchant && d.LabelId == document.LabelId && d.Kind == document.Kind)
                    .Select(d => d.Content)
                    .SingleAsync(ct);
                string kind = document.Kind == LabelDocumentKind.CommercialInvoice ? "-invoice" : "";
                string end = document.MediaType == "application/zpl" ? "zpl" : "pdf";
                await AddAsync(zip, $"labels/{tracking.GetValueOrDefault(document.LabelId) ?? document.LabelId.ToString()}{kind}.{end}", content, ct);
            }
        }

        var without = await db.Labels
            .Where(l => l.MerchantId == merchant && (l.State == LabelState.Purchased || l.State == LabelState.Voided)
                && !db.LabelDocuments.Any(d => d.MerchantId == merchant && d.LabelId == l.Id && d.Kind == LabelDocumentKind.Label))
            .OrderBy(l => l.CreatedAt).ThenBy(l => l.Id)
            .Select(l => new { l.Id, l.TrackingNumber })
            .ToListAsync(ct);
        missing.AddRange(without.Select(l => $"labels/{l.TrackingNumber ?? l.Id.ToString()}"));
    }

    private async Task AddManifestsAsync(ZipArchive zip, MerchantId merchant, List<string> missing, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var parts = await db.ManifestParts.AsNoTracking()
            .Where(p => p.MerchantId == merchant)
            .OrderBy(p => p.ManifestId).ThenBy(p => p.Number)
            .Select(p => new { p.ManifestId, p.Number, p.PoNumber, Stored = p.Content != null })
            .ToListAsync(ct);
        foreach (var part in parts)
        {
            string name = $"manifests/{part.PoNumber ?? $"{part.ManifestId}-{part.Number}"}";
            if (!part.Stored)
            {
                missing.Add(name);
                continue;
            }

            byte[]? content = await db.ManifestParts
                .Where(p => p.MerchantId == merchant && p.ManifestId == part.ManifestId && p.Number == part.Number)
                .Select(p => p.Content)
                .SingleAsync(ct);
            await AddAsync(zip, $"{name}.pdf", content!, ct);
        }
    }

    /// <summary>Of every month from the first movement to now.</summary>
    private async Task AddStatementsAsync(ZipArchive zip, MerchantAccess access, MerchantId merchant, Language language, CancellationToken ct)
    {
        DateTimeOffset? first;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            first = await db.LedgerTransfers.Where(t => t.MerchantId == merchant).OrderBy(t => t.Sequence).Select(t => (DateTimeOffset?)t.RecordedAt).FirstOrDefaultAsync(ct);
        }

        if (first is not { } begun)
        {
            return;
        }

        for (var month = StatementPeriod.MonthOf(EasternDay.Of(begun)); month.From <= statements.Today; month = StatementPeriod.MonthOf(month.To.AddDays(1)))
        {
            var view = await statements.ForFileAsync(access, month, ct);
            string name = month.From.ToString("yyyy-MM", CultureInfo.InvariantCulture);
            await AddAsync(zip, $"statements/{name}.pdf", statementFiles.Pdf(view, language), ct);
            await AddAsync(zip, $"statements/{name}.csv", statementFiles.Csv(view, language), ct);
        }
    }

    private async Task AddTaxPapersAsync(ZipArchive zip, MerchantAccess access, MerchantId merchant, Language language, List<string> missing, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var papers = await db.TaxPapers.AsNoTracking().Where(p => p.MerchantId == merchant).OrderBy(p => p.Kind).ThenBy(p => p.Number).Select(p => new { p.LabelId, p.Kind, p.Number }).ToListAsync(ct);
        foreach (var row in papers)
        {
            if (await taxPapers.ReadAsync(access, row.LabelId, row.Kind, ct) is { } paper)
            {
                await AddAsync(zip, $"invoices/{paper.Number}.pdf", taxPaperFile.Pdf(paper, language), ct);
            }
            else
            {
                missing.Add($"invoices/{row.Number}");
            }
        }
    }

    private async Task AddReceiptsAsync(ZipArchive zip, MerchantAccess access, MerchantId merchant, Language language, List<string> missing, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var charged = await db.TopUps.AsNoTracking()
            .Where(t => t.MerchantId == merchant && (t.State == TopUpState.Succeeded || t.State == TopUpState.AwaitingPayout))
            .OrderBy(t => t.RequestedAt)
            .Select(t => new { t.Id, t.RequestedAt })
            .ToListAsync(ct);
        foreach (var topUp in charged)
        {
            string name = $"receipts/{EasternDay.Of(topUp.RequestedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}-{topUp.Id}";
            if (await receipts.DrawAsync(access, topUp.Id, language, ct) is { } receipt)
            {
                await AddAsync(zip, $"{name}.pdf", receipt, ct);
            }
            else
            {
                missing.Add(name);
            }
        }
    }

    /// <summary>Every recorded transfer, holds and releases too, with its place in the hash chain: nothing is left out.</summary>
    private async Task<byte[]> LedgerAsync(MerchantId merchant, Language language, CancellationToken ct)
    {
        CsvText csv;
        using (new SpokenIn(language))
        {
            csv = new CsvText(language);
            foreach (string title in new[] { "Number", "Recorded", "Kind", "Key", "Refers", "Amount", "Change", "Available", "Held", "Hash" })
            {
                csv.Text(texts[$"Csv.{title}"]);
            }
        }

        csv.EndLine();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await foreach (var t in db.LedgerTransfers.AsNoTracking().Where(t => t.MerchantId == merchant).OrderBy(t => t.Sequence).AsAsyncEnumerable().WithCancellation(ct))
        {
            csv.Number(t.Sequence)
                .Text(t.RecordedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture))
                .Text(t.Kind.ToString())
                .Text(t.Key)
                .Text(t.Reference ?? "")
                .Amount(new Money(t.Amount))
                .Amount(new Money(t.AvailableChange))
                .Amount(new Money(t.AvailableAfter))
                .Amount(new Money(t.PendingAfter))
                .Text(Convert.ToHexStringLower(t.Hash))
                .EndLine();
        }

        return [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(csv.ToString())];
    }

    private byte[] About(Language language, IReadOnlyList<string> missing)
    {
        using var spoken = new SpokenIn(language);
        IEnumerable<string> lines = new[] { "1", "2", "3", "4", "5", "6", "7", "8" }.Select(line => texts[$"Archive.{line}"].Value);
        if (missing.Count > 0)
        {
            lines = [.. lines, "", texts["Archive.Missing"], .. missing];
        }

        return Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n");
    }

    private static async Task AddAsync(ZipArchive zip, string name, byte[] content, CancellationToken ct)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(ct);
        await entry.WriteAsync(content, ct);
    }
}
