using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Notices;

/// <summary>Writes to a merchant's users what the carrier decided of a refund they asked for: credited, or rejected with the reason. Once a decision.</summary>
public sealed class TellOfRefunds(IDbContextFactory<AppDbContext> contexts, NoticeWriter writer, IStringLocalizer<NoticeTexts> texts, TimeProvider time)
{
    internal const int AtMost = 1_000;

    private const string KeyPrefix = "refund/";

    /// <summary>Older decisions are not told any more: whoever looks finds them on the label's page.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow() - Recent;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var told = await db.NoticesWritten.Where(row => row.Kind == NoticeKind.RefundDecided && row.WrittenAt >= since).Select(row => row.Key).ToListAsync(ct);
        var (credited, rejected) = (Labels(RefundState.Credited), Labels(RefundState.Rejected));
        var due = await db.RefundRequests.AsNoTracking()
            .Where(row => row.Kind == RefundKind.Claim && row.DecidedAt >= since)
            .Where(row => (row.State == RefundState.Credited && !credited.Contains(row.LabelId)) || (row.State == RefundState.Rejected && !rejected.Contains(row.LabelId)))
            .OrderBy(row => row.DecidedAt)
            .Take(AtMost)
            .ToListAsync(ct);
        return await writer.TellEachAsync(due, request => $"the refund of label {request.LabelId}", async request => await TellAsync(request, ct) ? 1 : 0);

        List<LabelId> Labels(RefundState state) =>
            [.. told.Where(key => key.EndsWith(Ending(state), StringComparison.Ordinal)).Select(key => new LabelId(Guid.Parse(key[KeyPrefix.Length..^Ending(state).Length])))];
    }

    private static string Ending(RefundState state) => state == RefundState.Credited ? "/credited" : "/rejected";

    private async Task<bool> TellAsync(RefundRequest request, CancellationToken ct)
    {
        string key = $"{KeyPrefix}{request.LabelId}{Ending(request.State)}";
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.NoticesWritten.AnyAsync(row => row.MerchantId == request.MerchantId && row.Key == key, ct))
        {
            return false;
        }

        var label = await db.Labels.AsNoTracking()
            .Where(row => row.MerchantId == request.MerchantId && row.Id == request.LabelId)
            .Select(row => new { Recipient = row.To.Name != "" ? row.To.Name : row.To.Company, row.TrackingNumber })
            .FirstAsync(ct);
        db.NoticesWritten.Add(new NoticeWritten { MerchantId = request.MerchantId, Key = key, Kind = NoticeKind.RefundDecided, WrittenAt = time.GetUtcNow() });
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
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            // Another node wrote it in between: its key is taken, and none of ours is stored.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.NoticesWritten.AnyAsync(row => row.MerchantId == request.MerchantId && row.Key == key, ct))
            {
                return false;
            }

            throw;
        }
    }
}
