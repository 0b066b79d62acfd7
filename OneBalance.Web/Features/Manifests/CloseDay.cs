using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Manifests;

/// <summary>
/// Closes a merchant's day: claims the open labels, a manifest for each of their groups, and hands them over. Asked again, from
/// a second click, another tab or another node, it finds nothing left to claim and joins what is under way.
/// </summary>
public sealed class CloseDay(IDbContextFactory<AppDbContext> contexts, ManifestFlow flow, TimeProvider time)
{
    private const int Tries = 5;

    /// <param name="ct">Stops before the labels are claimed; from there on it runs to its end, whoever watches.</param>
    public async Task<CloseDayOutcome> RunAsync(CloseDayRequest request, CancellationToken ct)
    {
        var merchant = await request.Merchant.DemandAsync(MerchantRight.BuyLabels, ct);
        IReadOnlyList<ManifestId>? begun = null;
        for (int attempt = 1; begun is null; attempt++)
        {
            try
            {
                begun = await ClaimAsync(merchant, request, ct);
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Another click, tab or node claimed at the same moment, or a label was changed: see what is left.
            }
        }

        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        var underWay = await db.Manifests.AsNoTracking()
            .Where(row => row.MerchantId == merchant
                && (row.State == ManifestState.Collecting || row.State == ManifestState.Transmitting || row.State == ManifestState.Transmitted))
            .OrderBy(row => row.RequestedAt)
            .Select(row => row.Id)
            .ToListAsync(CancellationToken.None);
        foreach (var manifest in underWay)
        {
            await flow.RunAsync(merchant, manifest, CancellationToken.None);
        }

        return (begun.Count, underWay.Count) switch
        {
            (0, 0) => new CloseDayOutcome.NothingOpen(),
            (0, _) => new CloseDayOutcome.Begun(underWay),
            _ => new CloseDayOutcome.Begun(begun),
        };
    }

    /// <summary>
    /// Moves on what is under way, as the sweep would: a page that watches keeps asking. Nothing happens for a manifest that has
    /// ended or is not this merchant's, nor when somebody watches who may not buy labels: they see what the sweep does.
    /// </summary>
    public async Task WatchAsync(MerchantAccess access, ManifestId id)
    {
        var merchant = await access.LookAsync(CancellationToken.None);
        if (!(await access.NowAsync(CancellationToken.None)).Allow(MerchantRight.BuyLabels))
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync();
        if (await db.Manifests.AnyAsync(row => row.MerchantId == merchant && row.Id == id && row.NextRunAt != null))
        {
            await flow.RunAsync(merchant, id, CancellationToken.None);
        }
    }

    /// <summary>
    /// Asks the carrier again for what it has not confirmed. False when there is nothing to ask: the manifest is not this
    /// merchant's, has not ended, or nothing of it was transmitted.
    /// </summary>
    public async Task<bool> AskAgainAsync(MerchantAccess access, ManifestId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var manifest = await db.Manifests.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (manifest is not { State: ManifestState.PartlyFailed or ManifestState.Failed, TransmittedAt: not null })
        {
            return false;
        }

        var unconfirmed = await db.ManifestLabels
            .Where(row => row.MerchantId == merchant && row.ManifestId == id && row.Problem == ManifestProblem.NotConfirmed)
            .ToListAsync(ct);
        if (unconfirmed.Count == 0)
        {
            return false;
        }

        foreach (var label in unconfirmed)
        {
            label.State = ManifestLabelState.Waiting;
            label.Problem = null;
        }

        var now = time.GetUtcNow();
        manifest.State = ManifestState.Transmitted;
        manifest.TransmittedAt = now;
        manifest.EndedAt = null;
        manifest.NextRunAt = now;
        manifest.UpdatedAt = now;
        manifest.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another tab asked at the same moment, or another manifest of the group is under way.
            return false;
        }

        await flow.RunAsync(merchant, id, CancellationToken.None);
        return true;
    }

    private async Task<IReadOnlyList<ManifestId>> ClaimAsync(MerchantId merchant, CloseDayRequest request, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var underWay = db.Manifests
            .Where(row => row.MerchantId == merchant
                && (row.State == ManifestState.Collecting || row.State == ManifestState.Transmitting || row.State == ManifestState.Transmitted))
            .Select(row => row.CarrierGroup);
        var open = await db.OpenLabels(merchant)
            .Where(label => !underWay.Contains(label.CarrierGroup!))
            .OrderBy(label => label.PurchasedAt)
            .ToListAsync(ct);
        var stayOut = request.StayOut.ToHashSet();
        var now = time.GetUtcNow();
        var begun = new List<ManifestId>();
        foreach (var group in open.Where(label => !stayOut.Contains(label.Id)).GroupBy(label => label.CarrierGroup!))
        {
            var manifest = new Manifest
            {
                MerchantId = merchant,
                Id = new ManifestId(Guid.CreateVersion7(now)),
                State = ManifestState.Collecting,
                CarrierGroup = group.Key,
                ShippingPoint = AddressRules.Normalize(group.First().From.ToAddress()).PostalCode.Replace(" ", "", StringComparison.Ordinal),
                Language = request.Language,
                RequestedBy = request.UserId,
                RequestedAt = now,
                UpdatedAt = now,
                NextRunAt = now,
                Version = 1,
            };
            db.Manifests.Add(manifest);
            begun.Add(manifest.Id);
            foreach (var label in group)
            {
                label.ManifestId = manifest.Id;
                label.Version++;
                db.ManifestLabels.Add(new ManifestLabel
                {
                    MerchantId = merchant,
                    ManifestId = manifest.Id,
                    LabelId = label.Id,
                    State = ManifestLabelState.Waiting,
                });
            }
        }

        await db.SaveChangesAsync(ct);
        return begun;
    }
}

internal static class OpenLabelsQuery
{
    /// <summary>
    /// The labels that <see cref="ManifestRules.StandingOf"/> calls open, in SQL. A void that is scheduled, under way or done
    /// keeps a label out.
    /// </summary>
    public static IQueryable<Label> OpenLabels(this AppDbContext db, MerchantId merchant) => db.Labels
        .Where(label => label.MerchantId == merchant && label.State == LabelState.Purchased && label.ManifestedAt == null && label.ManifestId == null)
        .Where(label => label.CarrierGroup != null && label.ShipmentId != null)
        .Where(label => !db.RefundRequests.Any(request => request.MerchantId == merchant && request.LabelId == label.Id
            && request.State != RefundState.Refused && request.State != RefundState.Withdrawn && request.State != RefundState.NotSent));
}

/// <param name="StayOut">Open labels that the merchant keeps for another day.</param>
/// <param name="UserId">Who closes; null when it closes by itself.</param>
public sealed record CloseDayRequest(MerchantAccess Merchant, IReadOnlyCollection<LabelId> StayOut, string? UserId, Language Language);

/// <summary>What came of closing the day: a closed set.</summary>
public abstract record CloseDayOutcome
{
    private CloseDayOutcome()
    {
    }

    /// <summary>Every label is manifested, voided, or kept out.</summary>
    public sealed record NothingOpen : CloseDayOutcome;

    /// <summary>These are under way, or came to their end meanwhile.</summary>
    public sealed record Begun(IReadOnlyList<ManifestId> Manifests) : CloseDayOutcome;
}
