using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Printing;

/// <summary>
/// Several labels as one document, in the order chosen, from our own store: the carrier is not asked. The choice is stored, so
/// that the file has an address, and a reload or another node serves the same one.
/// </summary>
public sealed class PrintLabels(IDbContextFactory<AppDbContext> contexts, TimeProvider time) : IDisposable
{
    /// <summary>How many documents are read at once while merging.</summary>
    private const int AtOnce = 20;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Merging is work for the processor: more at once would only make all of them slower.</summary>
    private readonly SemaphoreSlim _turn = new(2, 2);

    /// <summary>Stores the choice and says what will be in which file.</summary>
    /// <param name="labels">In the order of printing; the first <see cref="PrintOrder.Most"/> count.</param>
    public async Task<PrintOutcome> StartAsync(MerchantAccess access, IEnumerable<LabelId> labels, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        var order = PrintOrder.Of(labels);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var found = await ShelvesAsync(db, merchant, order, ct);
        if (!found.Values.Any(label => label.Shelf is PrintShelf.Pdf or PrintShelf.Zpl))
        {
            return new PrintOutcome.NothingToPrint(found.Values.Count(label => label.Shelf == PrintShelf.NotReady))
            {
                NotKept = found.Values.Count(label => label.Shelf == PrintShelf.NotKept),
            };
        }

        var now = time.GetUtcNow();
        var before = now - Kept;
        await db.PrintJobs.Where(row => row.MerchantId == merchant && row.CreatedAt < before).ExecuteDeleteAsync(ct);
        var job = new PrintJob
        {
            MerchantId = merchant,
            Id = new PrintJobId(Guid.CreateVersion7(now)),
            LabelsJson = JsonSerializer.Serialize(order.Where(found.ContainsKey).Select(label => label.Value)),
            CreatedAt = now,
        };
        db.PrintJobs.Add(job);
        await db.SaveChangesAsync(ct);
        int Count(PrintShelf shelf) => found.Values.Count(label => label.Shelf == shelf);
        return new PrintOutcome.Ready(
            job.Id,
            Count(PrintShelf.Pdf),
            Count(PrintShelf.Zpl),
            found.Values.Count(label => label.Invoice && label.Shelf is PrintShelf.Pdf or PrintShelf.Zpl),
            Count(PrintShelf.NotReady),
            Count(PrintShelf.NotPrinted))
        {
            NotKept = Count(PrintShelf.NotKept),
        };
    }

    /// <summary>The file, at its beginning, for whoever disposes of it; null when there is no such job of this merchant, or nothing of that kind in it.</summary>
    public async Task<PrintFile?> OpenAsync(MerchantAccess access, PrintJobId id, PrintPart part, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var job = await db.PrintJobs.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (job is null)
        {
            return null;
        }

        List<LabelId> order = [.. (JsonSerializer.Deserialize<List<Guid>>(job.LabelsJson) ?? []).Select(label => new LabelId(label))];
        var found = await ShelvesAsync(db, merchant, order, ct);
        order.RemoveAll(label => !found.TryGetValue(label, out var facts) || !(part switch
        {
            PrintPart.Labels => facts.Shelf == PrintShelf.Pdf,
            PrintPart.Zpl => facts.Shelf == PrintShelf.Zpl,
            PrintPart.Invoices => facts.Invoice && facts.Shelf is PrintShelf.Pdf or PrintShelf.Zpl,
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
        }));
        if (order.Count == 0)
        {
            return null;
        }

        await _turn.WaitAsync(ct);
        try
        {
            return await MergeAsync(merchant, order, part, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>By way of a file that goes away when it is closed: neither the merged document nor all of its parts are held in memory.</summary>
    private async Task<PrintFile> MergeAsync(MerchantId merchant, IReadOnlyList<LabelId> order, PrintPart part, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        try
        {
            var kind = part == PrintPart.Invoices ? LabelDocumentKind.CommercialInvoice : LabelDocumentKind.Label;
            if (part == PrintPart.Zpl)
            {
                await foreach (byte[] label in DocumentsAsync(merchant, order, kind, ct))
                {
                    await file.WriteAsync(label, ct);
                    file.WriteByte((byte)'\n');
                }
            }
            else
            {
                await MergedPdf.WriteAsync(file, DocumentsAsync(merchant, order, kind, ct), ct);
            }

            file.Position = 0;
            return part switch
            {
                PrintPart.Labels => new PrintFile(file, "application/pdf", $"labels-{order.Count}.pdf"),
                PrintPart.Zpl => new PrintFile(file, "application/zpl", $"labels-{order.Count}.zpl"),
                PrintPart.Invoices => new PrintFile(file, "application/pdf", $"invoices-{order.Count}.pdf"),
                _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
            };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async IAsyncEnumerable<byte[]> DocumentsAsync(
        MerchantId merchant, IReadOnlyList<LabelId> order, LabelDocumentKind kind, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var chunk in order.Chunk(AtOnce))
        {
            Dictionary<LabelId, byte[]> contents;
            await using (var db = await contexts.CreateDbContextAsync(ct))
            {
                var ids = chunk.ToList();
                contents = await db.LabelDocuments.AsNoTracking()
                    .Where(document => document.MerchantId == merchant && document.Kind == kind && ids.Contains(document.LabelId))
                    .ToDictionaryAsync(document => document.LabelId, document => document.Content, ct);
            }

            foreach (var label in chunk)
            {
                yield return contents[label];
            }
        }
    }

    private static async Task<Dictionary<LabelId, Shelved>> ShelvesAsync(AppDbContext db, MerchantId merchant, IReadOnlyList<LabelId> order, CancellationToken ct) =>
        (await db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && order.Contains(label.Id))
            .Select(label => new { label.Id, label.State, label.Format, Stored = label.DocumentStoredAt != null, Invoice = label.InvoiceStoredAt != null, Erased = label.RecipientErasedAt != null })
            .ToListAsync(ct))
        .ToDictionary(label => label.Id, label => new Shelved(PrintOrder.ShelfOf(label.State, label.Format, label.Stored, label.Erased), label.Invoice));

    private readonly record struct Shelved(PrintShelf Shelf, bool Invoice);
}

public enum PrintPart
{
    /// <summary>The labels that are PDFs.</summary>
    Labels,

    /// <summary>The labels that are ZPL, one after another.</summary>
    Zpl,

    /// <summary>The commercial invoices of those that have one.</summary>
    Invoices,
}

/// <param name="Content">At its beginning; gone when closed.</param>
public sealed record PrintFile(Stream Content, string MediaType, string Name);

/// <summary>What came of choosing labels to print: a closed set.</summary>
public abstract record PrintOutcome
{
    private PrintOutcome()
    {
    }

    /// <summary>Their documents are no longer kept: not in the file.</summary>
    public int NotKept { get; init; }

    /// <param name="NotReady">Bought, and the carrier has not handed the document out yet: not in the file.</param>
    /// <param name="NotPrinted">Voided or not bought: not in the file.</param>
    public sealed record Ready(PrintJobId Job, int Pdf, int Zpl, int Invoices, int NotReady, int NotPrinted) : PrintOutcome;

    public sealed record NothingToPrint(int NotReady) : PrintOutcome;
}
