using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Privacy;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Web.Features.Privacy;

/// <summary>Takes recipients out of rows that stay for their amounts. The caller has a transaction open and commits it.</summary>
internal static class RecipientErasure
{
    /// <summary>Labels of which nothing more can come: at an end, and no refund is under way.</summary>
    public static IQueryable<Label> Ended(this IQueryable<Label> labels, AppDbContext db) => labels
        .Where(label => label.RecipientErasedAt == null)
        .Where(label => label.State == LabelState.Purchased || label.State == LabelState.Voided || label.State == LabelState.Declined)
        .Where(label => !db.RefundRequests.Any(request => request.MerchantId == label.MerchantId && request.LabelId == label.Id
            && (request.State == RefundState.Scheduled || request.State == RefundState.Requested || request.State == RefundState.CarrierVoided
                || request.State == RefundState.ClaimOpen || request.State == RefundState.ClaimGranted)));

    /// <summary>Blanks the recipients of these labels and of the batch lines they came from, and removes their documents.</summary>
    public static async Task LabelsAsync(AppDbContext db, IReadOnlyCollection<Label> labels, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var label in labels)
        {
            label.To = PostalAddress.From(RetentionRules.Remains(label.To.ToAddress()));
            label.RecipientEmail = "";
            label.SearchText = label.SearchOf();
            label.RatesJson = null;
            label.RatesFor = null;
            label.LabelLink = null;
            label.InvoiceLink = null;
            label.NextRunAt = null;
            label.RecipientErasedAt = now;
            label.Version++;
        }

        await db.SaveChangesAsync(ct);
        foreach (var merchant in labels.GroupBy(label => label.MerchantId))
        {
            var ids = merchant.Select(label => label.Id).ToList();
            var lineIds = ids.ConvertAll(id => (LabelId?)id);
            await db.LabelDocuments.Where(document => document.MerchantId == merchant.Key && ids.Contains(document.LabelId)).ExecuteDeleteAsync(ct);
            var lines = await db.BatchLines.Where(line => line.MerchantId == merchant.Key && lineIds.Contains(line.LabelId)).ToListAsync(ct);
            lines.ForEach(Blank);
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>A line that has no label: blanked and left out, so that nothing is bought to nowhere.</summary>
    public static void LeaveOut(this BatchLine line)
    {
        Blank(line);
        line.State = BatchLineState.LeftOut;
        line.LabelId = null;
        line.ErrorsJson = null;
    }

    private static void Blank(BatchLine line)
    {
        line.CellsJson = StoredBatch.Write(Array.Empty<string>());
        line.FieldsJson = StoredBatch.Write(new Dictionary<Core.Batches.LineField, string>());
        line.Edited = true;
        line.RatesJson = null;
        line.RatesFor = null;
        line.Version++;
    }
}
