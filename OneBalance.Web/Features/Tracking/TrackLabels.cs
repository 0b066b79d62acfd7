using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Features.Tracking;

/// <summary>
/// Asks the carrier for the events of parcels that are due, a few a minute: its limit counts for the whole platform, so all
/// nodes draw from one stored window. A node claims a parcel and a call in one step; two nodes never ask for the same one.
/// </summary>
public sealed partial class TrackLabels(
    IDbContextFactory<AppDbContext> contexts,
    ICarrier carrier,
    IOptions<TrackingOptions> options,
    TimeProvider time,
    ILogger<TrackLabels> logger) : ISweep
{
    private const string Window = "tracking";
    private const int Tries = 5;
    private const int NewAtOnce = 500;

    private static readonly TimeSpan WindowLength = TimeSpan.FromMinutes(1);

    /// <summary>How long a claim stands: a node that died in between is succeeded after it.</summary>
    internal static readonly TimeSpan ClaimStands = TimeSpan.FromMinutes(10);

    /// <summary>Labels transmitted longer ago are not taken up any more: the carrier forgets after 90 days.</summary>
    private static readonly TimeSpan TakenUp = TimeSpan.FromDays(30);

    /// <summary>One round: takes up what was transmitted since the last one, then asks for what is due, as far as the window allows.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await TakeUpAsync(ct);
        int asked = 0;
        while (await ClaimAsync(ct) is { } claim)
        {
            bool throttled = false;
            try
            {
                throttled = !await AskAsync(claim, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, claim.Merchant, claim.Label);
            }

            if (throttled)
            {
                break;
            }

            asked++;
        }

        return asked;
    }

    /// <summary>
    /// A row for each label with a tracking number that has none, once it is transmitted: asked for the first time three hours later.
    /// Or, when it never was, once it looks unused: it may have been mailed all the same.
    /// </summary>
    private async Task TakeUpAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var (since, earliest, latest) = (now - TakenUp, now - RefundPolicy.Window, now - UnusedLabelPolicy.AskAfter);
        var fresh = await db.Labels.AsNoTracking()
            .Where(label => label.State == LabelState.Purchased && label.TrackingNumber != null)
            .Where(label => label.ManifestedAt >= since || (label.ManifestedAt == null && label.PurchasedAt >= earliest && label.PurchasedAt <= latest))
            .Where(label => !db.LabelTrackings.Any(row => row.MerchantId == label.MerchantId && row.LabelId == label.Id))
            .OrderBy(label => label.ManifestedAt ?? label.PurchasedAt)
            .Select(label => new { label.MerchantId, label.Id, label.ManifestedAt, label.Language })
            .Take(NewAtOnce)
            .ToListAsync(ct);
        if (fresh.Count == 0)
        {
            return;
        }

        db.LabelTrackings.AddRange(fresh.Select(label => new LabelTracking
        {
            MerchantId = label.MerchantId,
            LabelId = label.Id,
            Status = TrackingStatus.NotScanned,
            Since = label.ManifestedAt ?? now,
            AskIn = label.Language,
            NextAskAt = label.ManifestedAt is { } sent ? sent + TrackingRules.FirstAskAfter : now,
            Version = 1,
        }));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException failure)
        {
            // Another node took some of them up at the same moment: the next round sees which are left.
            LogTakenUpElsewhere(failure.GetType().Name);
        }
    }

    /// <summary>The parcel that waits longest and one call of the window, both or neither; null when nothing is due or no call is left.</summary>
    private async Task<Claim?> ClaimAsync(CancellationToken ct)
    {
        for (int attempt = 1; attempt <= Tries; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var now = time.GetUtcNow();
            var window = await db.CallWindows.FirstOrDefaultAsync(row => row.Name == Window, ct);
            if (window is null)
            {
                window = new CallWindow { Name = Window, StartedAt = now };
                db.CallWindows.Add(window);
            }
            else if (now - window.StartedAt >= WindowLength)
            {
                window.Used = 0;
            }

            if (window.Used >= options.Value.CallsAMinute)
            {
                return null;
            }

            var due = await db.LabelTrackings.Where(row => row.NextAskAt != null && row.NextAskAt <= now).OrderBy(row => row.NextAskAt).FirstOrDefaultAsync(ct);
            if (due is null)
            {
                return null;
            }

            window.StartedAt = now;
            window.Used++;
            window.Version++;
            due.NextAskAt = now + ClaimStands;
            due.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException)
            {
                // Another node claimed at the same moment.
                continue;
            }

            string? number = await db.Labels
                .Where(label => label.MerchantId == due.MerchantId && label.Id == due.LabelId && label.State == LabelState.Purchased)
                .Select(label => label.TrackingNumber)
                .FirstOrDefaultAsync(ct);
            return new Claim(due.MerchantId, due.LabelId, number, due.AskIn, due.Version);
        }

        return null;
    }

    /// <summary>False when the carrier wants no more of these calls for now: nobody has asked for this parcel then.</summary>
    private async Task<bool> AskAsync(Claim claim, CancellationToken ct)
    {
        var reply = claim.Number is { } number ? await carrier.GetTrackingAsync(new TrackingNumber(number), claim.Language, ct) : null;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.LabelTrackings.FirstAsync(tracking => tracking.MerchantId == claim.Merchant && tracking.LabelId == claim.Label, ct);
        if (row.Version != claim.Version)
        {
            // Its claim ran out, or somebody asked for another language: theirs is the newer word.
            return true;
        }

        var now = time.GetUtcNow();
        switch (reply)
        {
            case null:
                // Voided after all: nobody follows it any more.
                row.NextAskAt = null;
                break;
            case CarrierReply<CarrierTracking>.Confirmed(var found):
                Take(row, found, claim.Language, now);
                row.AnsweredAt = now;
                break;
            case CarrierReply<CarrierTracking>.Unreachable(_, { } wait):
                LogThrottled(claim.Merchant, claim.Label, wait);
                row.NextAskAt = now + wait;
                row.Version++;
                await SaveAsync(db, ct);
                await CloseWindowAsync(db, now + wait, ct);
                return false;
            default:
                LogNoAnswer(claim.Merchant, claim.Label, reply.InShort());
                row.NextAskAt = TrackingRules.AskAgainAt(row.Status, row.Since, row.LastNewsAt, now);
                break;
        }

        row.LastAskedAt = now;
        row.Version++;
        await SaveAsync(db, ct);
        return true;
    }

    private static async Task SaveAsync(AppDbContext db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Its claim ran out, or somebody asked for another language: what is stored now is newer.
        }
    }

    /// <summary>No node asks before then; the limit is the platform's.</summary>
    private Task CloseWindowAsync(AppDbContext db, DateTimeOffset until, CancellationToken ct) => db.CallWindows
        .Where(window => window.Name == Window)
        .ExecuteUpdateAsync(
            row => row
                .SetProperty(window => window.StartedAt, until - WindowLength)
                .SetProperty(window => window.Used, options.Value.CallsAMinute)
                .SetProperty(window => window.Version, window => window.Version + 1),
            ct);

    private static void Take(LabelTracking row, CarrierTracking found, Language language, DateTimeOffset now)
    {
        var known = StoredEvents.Read(row.EventsJson);
        var merged = StoredEvents.Merge(known, found.Events, language);
        if (merged.Count > known.Count)
        {
            row.LastNewsAt = now;
        }

        row.EventsJson = StoredEvents.Write(merged);
        row.Status = TrackingRules.StatusOf([.. merged.Select(happened => happened.Code)]);
        row.ExpectedDelivery = found.ExpectedDelivery ?? row.ExpectedDelivery;
        row.NextAskAt = TrackingRules.AskAgainAt(row.Status, row.Since, row.LastNewsAt, now);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Tracking of label {Label} of merchant {Merchant} failed; it is asked again")]
    private partial void LogFailed(Exception failure, MerchantId merchant, LabelId label);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tracking of label {Label} of merchant {Merchant} not answered: {Reply}")]
    private partial void LogNoAnswer(MerchantId merchant, LabelId label, string reply);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tracking of label {Label} of merchant {Merchant} was not asked: the carrier wants to be left alone for {Wait}")]
    private partial void LogThrottled(MerchantId merchant, LabelId label, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Labels to follow were taken up elsewhere at the same moment: {Failure}")]
    private partial void LogTakenUpElsewhere(string failure);

    /// <param name="Version">Of the row as claimed.</param>
    private sealed record Claim(MerchantId Merchant, LabelId Label, string? Number, Language Language, int Version);
}

internal static class TrackingQuestions
{
    /// <summary>The next round asks for these parcels, whenever they would have been due; those being asked for stay as they are.</summary>
    public static Task<int> AskSoonAsync(this AppDbContext db, IReadOnlyCollection<LabelId> labels, DateTimeOffset now, CancellationToken ct)
    {
        var beingAsked = now + TrackLabels.ClaimStands;
        return db.LabelTrackings
            .Where(row => labels.Contains(row.LabelId) && (row.NextAskAt == null || row.NextAskAt > beingAsked))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAskAt, now).SetProperty(row => row.Version, row => row.Version + 1), ct);
    }
}

/// <summary>Configuration section <c>Tracking</c>.</summary>
public sealed class TrackingOptions
{
    public const string Section = "Tracking";

    /// <summary>Calls of all nodes together in a minute. The carrier allows 20 unless it raised the platform's limit; some are left for people.</summary>
    public int CallsAMinute { get; set; } = 15;
}
