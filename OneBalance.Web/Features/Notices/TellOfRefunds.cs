using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Notices;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Components;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Writes to a merchant's users what came of a refund while nobody looked: the carrier decided a claim, or a request that waited was
/// refused or not sent, with the reason. Such an end leaves its request due for this, however long it takes, and the transaction that
/// stores the mails ends that: told once.
/// </summary>
public sealed class TellOfRefunds(IDbContextFactory<AppDbContext> contexts, NoticeWriter writer, IStringLocalizer<NoticeTexts> texts, IStringLocalizer<RefundTexts> reasons)
{
    internal const int AtMost = 1_000;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.RefundRequests.AsNoTracking()
            .Where(row => row.NextRunAt != null && RefundFlow.EndsToTell.Contains(row.State))
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
                var (subject, paragraphs) = Words(request, label.Recipient, label.TrackingNumber ?? texts["Unused.NoTracking"].Value, formats);
                return new NoticeWords(subject, paragraphs, texts["RefundDecided.Link"], $"/labels/{request.LabelId}");
            },
            onlyUser: null,
            ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>In the reader's language, but for what the carrier said: in that of whoever asked.</summary>
    private (string Subject, IReadOnlyList<string> Paragraphs) Words(RefundRequest request, string recipient, string tracking, Formats formats) => (request.State, request.Kind) switch
    {
        (RefundState.Credited, _) => (
            texts["RefundCredited.Subject", formats.Money(request.Granted ?? request.Amount)],
            [texts["RefundCredited.Text", recipient, tracking, request.Ticket ?? ""]]),
        (RefundState.Rejected, _) => (
            texts["RefundRejected.Subject"],
            [texts["RefundRejected.Text", recipient, tracking, request.Ticket ?? ""], texts["RefundRejected.Reason", request.Reason ?? ""]]),
        (RefundState.Refused, RefundKind.Void) => (
            texts["VoidRefused.Subject"],
            [texts["VoidRefused.Text", recipient, tracking], .. CarriersWords(request), texts["VoidRefused.Next"]]),
        (RefundState.Refused, RefundKind.Claim) => (
            texts["ClaimRefused.Subject"],
            [texts["ClaimRefused.Text", recipient, tracking], .. CarriersWords(request), texts["VoidRefused.Next"]]),
        (RefundState.NotSent, _) => (
            texts["VoidNotSent.Subject"],
            [texts["VoidNotSent.Text", recipient, tracking], texts["RefundRejected.Reason", reasons[$"NotSent.{request.NotSentReason}"]]]),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.State, null),
    };

    private IEnumerable<string> CarriersWords(RefundRequest request) =>
        LabelRefund.Errors(request).Select(error => texts["RefundRejected.Reason", error.InWords()].Value);
}
