using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Writes to a merchant's users on day 12 that labels were never used, one mail for all of a round. Each label is told of once:
/// its key is stored in the transaction that stores the mails.
/// </summary>
public sealed class TellOfUnusedLabels(IDbContextFactory<AppDbContext> contexts, NoticeWriter writer, IStringLocalizer<NoticeTexts> texts, TimeProvider time)
{
    internal const int AtMost = 500;

    private const int Listed = 10;
    private const string KeyPrefix = "unused/";

    /// <returns>How many labels were told of.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);

        // Whoever was told earlier was told of a label that is no longer in time.
        var since = now - (RefundPolicy.Window - UnusedLabelPolicy.TellAfter);
        var known = await db.NoticesWritten.Where(row => row.Kind == NoticeKind.UnusedLabels && row.WrittenAt >= since).Select(row => row.Key).ToListAsync(ct);
        var toldOf = known.ConvertAll(key => new LabelId(Guid.Parse(key[KeyPrefix.Length..])));
        var due = await db.UnusedLabels(now)
            .Where(label => !toldOf.Contains(label.Id))
            .OrderBy(label => label.PurchasedAt)
            .Select(label => new Unused(label.MerchantId, label.Id, label.To.Name != "" ? label.To.Name : label.To.Company, label.TrackingNumber, label.Paid, label.PurchasedAt!.Value, label.ManifestedAt != null))
            .Take(AtMost)
            .ToListAsync(ct);
        return await writer.TellEachAsync(due.GroupBy(label => label.Merchant), labels => $"unused labels of merchant {labels.Key}", labels => TellAsync(labels.Key, [.. labels], now, ct));
    }

    private async Task<int> TellAsync(MerchantId merchant, IReadOnlyList<Unused> labels, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        string[] keys = [.. labels.Select(Key)];
        var known = await db.NoticesWritten.Where(row => row.MerchantId == merchant && keys.Contains(row.Key)).Select(row => row.Key).ToListAsync(ct);
        var fresh = labels.Where(label => !known.Contains(Key(label))).ToList();
        if (fresh.Count == 0)
        {
            return 0;
        }

        bool automatic = await db.RefundSettings.AnyAsync(row => row.MerchantId == merchant && row.VoidUnused, ct);
        db.NoticesWritten.AddRange(fresh.Select(label => new NoticeWritten { MerchantId = merchant, Key = Key(label), Kind = NoticeKind.UnusedLabels, WrittenAt = now }));
        await writer.AddAsync(
            db,
            merchant,
            NoticeKind.UnusedLabels,
            formats => new NoticeWords(
                fresh.Count == 1 ? texts["Unused.SubjectOne"] : texts["Unused.Subject", fresh.Count],
                [
                    texts["Unused.Text"],
                    .. fresh.Take(Listed).Select(label => texts[label.Manifested ? "Unused.LineClaim" : "Unused.Line", label.Recipient, label.Tracking ?? texts["Unused.NoTracking"].Value, formats.Money(label.Paid ?? Money.Zero), formats.DateTime(label.PurchasedAt + RefundPolicy.Window)].Value),
                    .. fresh.Count > Listed ? new[] { texts["Unused.More", fresh.Count - Listed].Value } : [],
                    texts[automatic ? "Unused.Automatic" : "Unused.Next"],
                ],
                texts["Unused.Link"],
                fresh.Count == 1 ? $"/labels/{fresh[0].Id}" : "/labels"),
            onlyUser: null,
            ct);
        try
        {
            await db.SaveChangesAsync(ct);
            return fresh.Count;
        }
        catch (DbUpdateException)
        {
            // Another node told of some in between, and none of ours is stored: the next round tells of the rest.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.NoticesWritten.CountAsync(row => row.MerchantId == merchant && keys.Contains(row.Key), ct) > known.Count)
            {
                return 0;
            }

            throw;
        }
    }

    private static string Key(Unused label) => $"{KeyPrefix}{label.Id}";

    private sealed record Unused(MerchantId Merchant, LabelId Id, string Recipient, string? Tracking, Money? Paid, DateTimeOffset PurchasedAt, bool Manifested);
}

/// <summary>Looks twice an hour at which labels were not used.</summary>
public sealed class UnusedLabelNoticeSweep(TellOfUnusedLabels labels) : ISweep
{
    public Task<int> RunAsync(CancellationToken ct) => labels.RunAsync(ct);
}
