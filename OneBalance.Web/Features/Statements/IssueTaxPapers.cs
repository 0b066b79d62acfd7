using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Core.Tax;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Web.Features.Statements;

/// <summary>
/// Issues a tax invoice for each label that was charged and a credit note for each that was refunded, in the order of the
/// merchant's book. How far the book is papered and the last numbers are saved in one transaction with the papers: a crash
/// leaves both or neither, and of two runners the second finds the row changed and begins again. So there is no gap, no
/// double, and the same book always makes the same papers.
/// </summary>
public sealed partial class IssueTaxPapers(
    IDbContextFactory<AppDbContext> contexts,
    IOptions<TaxOptions> options,
    IHostEnvironment environment,
    ILogger<IssueTaxPapers> log)
{
    private const int MostTransfers = 500;

    /// <summary>Whether papers may be issued: in Production only with a registration number to put on them.</summary>
    public bool MayIssue => !environment.IsProduction() || options.Value.GstHstNumber.Length > 0;

    /// <returns>How many papers were issued.</returns>
    public async Task<int> RunAsync(MerchantId merchant, CancellationToken ct)
    {
        int issued = 0;
        while (MayIssue && await RoundAsync(merchant, ct) is { } round)
        {
            issued += round.Issued;
            if (!round.More)
            {
                break;
            }
        }

        return issued;
    }

    /// <summary>Null when there is nothing to look at.</summary>
    private async Task<(int Issued, bool More)?> RoundAsync(MerchantId merchant, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        long end = await db.LedgerBooks.Where(book => book.MerchantId == merchant).Select(book => (long?)book.Sequence).SingleOrDefaultAsync(ct) ?? 0;
        var series = await db.TaxPaperSeries.SingleOrDefaultAsync(row => row.MerchantId == merchant, ct);
        long begin = series?.LedgerSequence ?? 0;
        int version = series?.Version ?? 0;
        if (begin >= end)
        {
            return null;
        }

        if (series is null)
        {
            series = new TaxPaperSeries { MerchantId = merchant };
            db.TaxPaperSeries.Add(series);
        }

        var transfers = await db.LedgerTransfers.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Sequence > begin && t.Sequence <= end
                && (t.Kind == LedgerTransferKind.Capture || t.Kind == LedgerTransferKind.Surcharge || t.Kind == LedgerTransferKind.RefundLabel || t.Kind == LedgerTransferKind.Correct))
            .OrderBy(t => t.Sequence)
            .Take(MostTransfers)
            .ToListAsync(ct);
        var desk = await DeskAsync(db, merchant, transfers, ct);
        int before = series.Invoices + series.CreditNotes;
        foreach (var transfer in transfers)
        {
            Issue(db, series, desk, transfer);
        }

        bool more = transfers.Count == MostTransfers;
        series.LedgerSequence = more ? transfers[^1].Sequence : end;
        series.Version = version + 1;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Another runner, here or on another node, papered this part: look again at what it left.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.TaxPaperSeries.AnyAsync(row => row.MerchantId == merchant && row.Version > version, ct))
            {
                return (0, true);
            }

            throw;
        }

        int issued = series.Invoices + series.CreditNotes - before;
        if (issued > 0)
        {
            Issued(log, merchant.Value, issued, series.LedgerSequence);
        }

        return (issued, more);
    }

    private async Task<Desk> DeskAsync(AppDbContext db, MerchantId merchant, List<LedgerTransferRow> transfers, CancellationToken ct)
    {
        LabelId[] ids = [.. transfers.Select(LabelOf).OfType<LabelId>().Distinct()];
        string[] reservations = [.. ids.Select(LedgerKeys.Reserve)];
        var buyer = await db.Merchants.AsNoTracking().SingleAsync(m => m.Id == merchant, ct);
        return new Desk(
            new TaxBuyer(buyer.BusinessName, Lines(buyer.Address)),
            await db.Labels.AsNoTracking().Where(l => l.MerchantId == merchant && ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, ct),
            await db.TaxPapers.AsNoTracking().Where(p => p.MerchantId == merchant && ids.Contains(p.LabelId)).ToDictionaryAsync(p => (p.LabelId, p.Kind), ct),
            await db.LedgerReservations.AsNoTracking().Where(r => r.MerchantId == merchant && reservations.Contains(r.Key)).ToDictionaryAsync(r => r.Key, r => new Money(r.Captured), ct));
    }

    private void Issue(AppDbContext db, TaxPaperSeries series, Desk desk, LedgerTransferRow transfer)
    {
        if (LabelOf(transfer) is not { } id)
        {
            return;
        }

        bool charges = transfer.Kind is LedgerTransferKind.Capture or LedgerTransferKind.Surcharge;
        var kind = charges ? TaxPaperKind.Invoice : TaxPaperKind.CreditNote;
        if (desk.Papers.ContainsKey((id, kind)))
        {
            // A label charged in two parts has one invoice, one refunded in two parts one credit note.
            return;
        }

        if (desk.Labels.GetValueOrDefault(id) is not { } label)
        {
            NoLabel(log, id.ToString(), transfer.MerchantId.Value, transfer.Sequence);
            return;
        }

        TaxPaperContent? content;
        int number;
        if (charges)
        {
            content = Invoice(desk, label, transfer.RecordedAt);
            number = series.Invoices + 1;
        }
        else
        {
            content = Credit(desk, id, transfer);
            number = series.CreditNotes + 1;
        }

        if (content is null)
        {
            NoLabel(log, id.ToString(), transfer.MerchantId.Value, transfer.Sequence);
            return;
        }

        if (charges)
        {
            series.Invoices = number;
        }
        else
        {
            series.CreditNotes = number;
        }

        if (!content.Plausible && charges)
        {
            Implausible(log, id.ToString(), transfer.MerchantId.Value, number);
        }

        var paper = new TaxPaper
        {
            MerchantId = transfer.MerchantId,
            Kind = kind,
            Number = number,
            LabelId = id,
            LedgerSequence = transfer.Sequence,
            IssuedAt = transfer.RecordedAt,
            ServiceName = content.Supply.ServiceName,
            BeforeTax = content.BeforeTax,
            Total = content.Total,
            ContentJson = StoredLabel.Json.Write(content),
        };
        db.TaxPapers.Add(paper);
        desk.Papers[(id, kind)] = paper;
    }

    /// <summary>Null for a label without the carrier's price, of which nothing can be said.</summary>
    private TaxPaperContent? Invoice(Desk desk, Label label, DateTimeOffset at) =>
        StoredLabel.Json.Read<Price>(label.PriceJson) is { } price
            ? TaxPapers.Invoice(
                options.Value.Supplier,
                desk.Buyer,
                new TaxSupply(
                    label.ServiceName ?? label.ServiceCode ?? "",
                    label.TrackingNumber,
                    label.Reference,
                    label.From.Province,
                    label.To.Country,
                    label.To.Country == "CA" ? label.To.Province : ""),
                price,
                EasternDay.Of(at))
            : null;

    /// <summary>Null when no invoice was issued: nothing was charged that could be credited.</summary>
    private static TaxPaperContent? Credit(Desk desk, LabelId label, LedgerTransferRow transfer)
    {
        if (desk.Papers.GetValueOrDefault((label, TaxPaperKind.Invoice)) is not { } invoice)
        {
            return null;
        }

        var content = StoredLabel.Json.Read<TaxPaperContent>(invoice.ContentJson)!;
        var amount = new Money(transfer.Amount);
        var captured = desk.Captured.GetValueOrDefault(LedgerKeys.Reserve(label), Money.Zero);
        // All that was captured given back: what was taken on top of it follows as a transfer of its own.
        bool whole = captured.IsZero || amount == captured || amount > content.Total;
        return TaxPapers.Credit(content, invoice.Number, whole ? content.Total : amount);
    }

    /// <summary>The label that a transfer charges or refunds; null for every other transfer.</summary>
    private static LabelId? LabelOf(LedgerTransferRow transfer) => transfer.Kind switch
    {
        LedgerTransferKind.Capture or LedgerTransferKind.RefundLabel => LedgerKeyParts.Label(transfer.Key),
        LedgerTransferKind.Surcharge => LedgerKeyParts.IsPriceDifference(transfer.Key) ? LedgerKeyParts.Label(transfer.Key) : null,
        LedgerTransferKind.Correct => LedgerKeyParts.Label(transfer.Reference) is { } label
            && (transfer.Reference == LedgerKeys.Capture(label) || transfer.Reference == LedgerKeys.PriceDifference(label)) ? label : null,
        _ => null,
    };

    private static IReadOnlyList<string> Lines(PostalAddress address) =>
    [
        .. new[] { address.Line1, address.Line2, $"{address.City} {address.Province}  {address.PostalCode}".Trim(), address.Country == "CA" ? "" : address.Country }
            .Where(line => line.Length > 0),
    ];

    [LoggerMessage(LogLevel.Information, "Merchant {Merchant} has {Count} more tax papers, up to transfer {Sequence}.")]
    private static partial void Issued(ILogger log, long merchant, int count, long sequence);

    [LoggerMessage(LogLevel.Warning, "No tax paper for label {Label} of merchant {Merchant} at transfer {Sequence}: the label, its price or its invoice is not there.")]
    private static partial void NoLabel(ILogger log, string label, long merchant, long sequence);

    [LoggerMessage(LogLevel.Warning, "The carrier's tax on label {Label} of merchant {Merchant}, invoice {Number}, is not what its place of supply makes expect.")]
    private static partial void Implausible(ILogger log, string label, long merchant, int number);

    /// <summary>What lies ready for one round.</summary>
    private sealed record Desk(
        TaxBuyer Buyer,
        Dictionary<LabelId, Label> Labels,
        Dictionary<(LabelId, TaxPaperKind), TaxPaper> Papers,
        Dictionary<string, Money> Captured);
}

/// <summary>Issues what no page asked for: each merchant whose book has moved on.</summary>
public sealed partial class TaxPaperSweep(IDbContextFactory<AppDbContext> contexts, IssueTaxPapers issue, ILogger<TaxPaperSweep> log) : ISweep
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var behind = await db.LedgerBooks
            .Where(book => book.Sequence > (db.TaxPaperSeries.Where(row => row.MerchantId == book.MerchantId).Select(row => (long?)row.LedgerSequence).FirstOrDefault() ?? 0))
            .Select(book => book.MerchantId)
            .ToListAsync(ct);
        if (behind.Count > 0 && !issue.MayIssue)
        {
            NotConfigured(log, behind.Count);
            return 0;
        }

        int issued = 0;
        foreach (var merchant in behind)
        {
            try
            {
                issued += await issue.RunAsync(merchant, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One merchant's trouble must not keep the others waiting.
                Broken(log, failure, merchant.Value);
            }
        }

        return issued;
    }

    [LoggerMessage(LogLevel.Error, "Tax papers of merchant {Merchant} could not be issued.")]
    private static partial void Broken(ILogger log, Exception failure, long merchant);

    [LoggerMessage(LogLevel.Error, "Tax papers of {Count} merchants wait for Tax:GstHstNumber to be configured.")]
    private static partial void NotConfigured(ILogger log, int count);
}
