using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Tracking;

/// <summary>What is known of a parcel, for its label's page.</summary>
public sealed class TrackingQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>
    /// Null while nothing is followed: not manifested, untracked, or not this merchant's. When the carrier's words are not
    /// stored in the reader's language they are asked for next; until then they are shown as they are.
    /// </summary>
    public async Task<TrackingView?> ReadAsync(MerchantAccess access, LabelId id, Language language, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.LabelTrackings.FirstOrDefaultAsync(tracking => tracking.MerchantId == merchant && tracking.LabelId == id, ct);
        if (row is null)
        {
            return null;
        }

        var events = StoredEvents.Read(row.EventsJson);
        if (row.AskIn != language && events.Any(happened => Words(happened, language).Length == 0))
        {
            row.AskIn = language;
            row.NextAskAt = time.GetUtcNow();
            row.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Being asked for at this moment; the next reading wishes again.
            }
        }

        return new TrackingView(row.Status, row.ExpectedDelivery, row.LastAskedAt, row.NextAskAt is null, [.. events.Select(happened => View(happened, language))]);
    }

    private static TrackingLine View(StoredEvent happened, Language language)
    {
        string words = Words(happened, language);
        var spoken = words.Length > 0 ? language : language == Language.English ? Language.French : Language.English;
        string place = string.Join(", ", new[] { happened.Site, happened.Province }.Where(part => part.Length > 0));
        return new TrackingLine(happened.Day, happened.Time, happened.Zone, words.Length > 0 ? words : Words(happened, spoken), spoken, place);
    }

    private static string Words(StoredEvent happened, Language language) => language == Language.English ? happened.English : happened.French;
}

/// <param name="Events">Newest first.</param>
/// <param name="Ended">The carrier is not asked any more: delivered, or silent for too long.</param>
public sealed record TrackingView(TrackingStatus Status, DateOnly? ExpectedDelivery, DateTimeOffset? LastAskedAt, bool Ended, IReadOnlyList<TrackingLine> Events);

/// <param name="Zone">Of the place; may be empty.</param>
/// <param name="Language">In which the words are: the reader's, or the other while only that is known.</param>
public sealed record TrackingLine(DateOnly Day, TimeOnly? Time, string Zone, string Words, Language Language, string Place);
