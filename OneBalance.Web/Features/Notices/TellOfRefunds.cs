using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Notices;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Writes to a merchant's users what the carrier decided of a refund they asked for: credited, or rejected with the reason. A decision
/// leaves its request due for this, however long it takes, and the transaction that stores the mails ends that: told once.
/// </summary>
public sealed class TellOfRefunds(IDbContextFactory<AppDbContext> contexts, NoticeWriter writer, IStringLocalizer<NoticeTexts> texts)
{
    internal const int AtMost = 1_000;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.RefundRequests.AsNoTracking()
            .Where(row => row.Kind == RefundKind.Claim && row.NextRunAt != null && (row.State == RefundState.Credited || row.State == RefundState.Rejected))
            .OrderBy(row => row.NextRunAt)
            .Take(AtMost)
            .ToListAsync(ct);
        return await writer.TellEachAsync(due, request => $"the refund of label {request.LabelId}", async request => await TellAsync(request, ct) ? 1 : 0);
    }

    private async Task<bool> TellAsync(RefundRequest request, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        int mine = await db.RefundRequests
            .Where(row => row.MerchantId == request.MerchantId && row.LabelId == request.LabelId && row.State == request.State && row.NextRunAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextRunAt, (DateTimeOffset?)null), ct);
        if (mine == 0)
        {
            // Another node told it, or it was credited after all: then the next round tells of that.
            return false;
        }

        var label = await db.Labels.AsNoTracking()
            .Where(row => row.MerchantId == request.MerchantId && row.Id == request.LabelId)
            .Select(row => new { Recipient = row.To.Name != "" ? row.To.Name : row.To.Company, row.TrackingNumber })
            .FirstAsync(ct);
        await writer.AddAsync(
            db,
            request.MerchantId,
            NoticeKind.RefundDecided,
            formats =>
            {
                string tracking = label.TrackingNumber ?? texts["Unused.NoTracking"].Value;
                return request.State == RefundState.Credited
                    ? new NoticeWords(
                        texts["RefundCredited.Subject", formats.Money(request.Granted ?? request.Amount)],
                        [texts["RefundCredited.Text", label.Recipient, tracking, request.Ticket ?? ""]],
                        texts["RefundDecided.Link"],
                        $"/labels/{request.LabelId}")
                    : new NoticeWords(
                        texts["RefundRejected.Subject"],
                        [texts["RefundRejected.Text", label.Recipient, tracking, request.Ticket ?? ""], texts["RefundRejected.Reason", request.Reason ?? ""]],
                        texts["RefundDecided.Link"],
                        $"/labels/{request.LabelId}");
            },
            onlyUser: null,
            ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
