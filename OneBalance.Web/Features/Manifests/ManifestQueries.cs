using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Manifests;

/// <summary>What the manifest pages show: small projections, always of one merchant.</summary>
public sealed class ManifestQueries(IDbContextFactory<AppDbContext> contexts)
{
    public const int PageSize = 20;

    /// <summary>What would go along if the day were closed now, and what would not.</summary>
    public async Task<OpenDay> OpenAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await db.OpenLabels(merchant).AsNoTracking()
            .OrderByDescending(label => label.PurchasedAt)
            .Select(label => new OpenLabel(
                label.Id,
                label.To.Name != "" ? label.To.Name : label.To.Company,
                label.To.City,
                label.To.Country,
                label.ServiceName ?? "",
                label.TrackingNumber,
                label.From.PostalCode,
                label.PurchasedAt!.Value)
            { ServiceCode = label.ServiceCode })
            .ToListAsync(ct);
        int settling = await db.Labels.CountAsync(
            label => label.MerchantId == merchant && (label.State == LabelState.Reserved || label.State == LabelState.Attempting || label.State == LabelState.Unknown), ct);
        int voidPending = await db.Labels.CountAsync(
            label => label.MerchantId == merchant && label.State == LabelState.Purchased && label.ManifestedAt == null && label.ManifestId == null
                && db.RefundRequests.Any(request => request.MerchantId == merchant && request.LabelId == label.Id
                    && (request.State == RefundState.Scheduled || request.State == RefundState.Requested || request.State == RefundState.CarrierVoided)), ct);
        return new OpenDay(open, settling, voidPending);
    }

    /// <summary>The newest manifests first.</summary>
    /// <param name="from">A place given by <see cref="ManifestList.Next"/>; null or not understood: from the newest on.</param>
    public async Task<ManifestList> PageAsync(MerchantAccess access, string? from, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var manifests = db.Manifests.AsNoTracking().Where(row => row.MerchantId == merchant);
        var place = ListPlace.Parse(from);
        if (place is { Moment: var moment })
        {
            manifests = manifests.Where(row => row.RequestedAt <= moment);
        }

        var rows = await manifests
            .OrderByDescending(row => row.RequestedAt).ThenByDescending(row => row.Id)
            .Skip(place?.Skip ?? 0)
            .Take(PageSize + 1)
            .Select(row => new
            {
                row.Id,
                row.State,
                row.RequestedAt,
                ByItself = row.RequestedBy == null,
                Labels = db.ManifestLabels.Count(label => label.MerchantId == merchant && label.ManifestId == row.Id),
                Failed = db.ManifestLabels.Count(label => label.MerchantId == merchant && label.ManifestId == row.Id && label.State == ManifestLabelState.Failed),
            })
            .ToListAsync(ct);
        var ids = rows.Select(row => row.Id).ToList();
        var parts = await PartsAsync(db, merchant, ids, ct);
        var shown = rows.Take(PageSize)
            .Select(row => new ManifestRow(row.Id, row.State, row.RequestedAt, row.ByItself, row.Labels, row.Failed, [.. parts.Where(part => part.Manifest == row.Id)]))
            .ToList();
        return new ManifestList(shown, rows.Count > PageSize ? ListPlace.After(place, shown.ConvertAll(row => row.RequestedAt)).ToString() : null);
    }

    /// <summary>Everything about one manifest; null for one that is not this merchant's.</summary>
    public async Task<ManifestView?> ReadAsync(MerchantAccess access, ManifestId id, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var manifest = await db.Manifests.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (manifest is null)
        {
            return null;
        }

        var labels = await (
            from entry in db.ManifestLabels.AsNoTracking()
            join label in db.Labels.AsNoTracking() on new { entry.MerchantId, Id = entry.LabelId } equals new { label.MerchantId, label.Id }
            where entry.MerchantId == merchant && entry.ManifestId == id
            orderby entry.State descending, label.PurchasedAt descending
            select new ManifestLine(
                label.Id,
                label.To.Name != "" ? label.To.Name : label.To.Company,
                label.To.City,
                label.ServiceName ?? "",
                label.TrackingNumber,
                entry.State,
                entry.Problem,
                entry.Part)
            { ServiceCode = label.ServiceCode }).ToListAsync(ct);
        var errors = await db.ManifestParts.AsNoTracking()
            .Where(part => part.MerchantId == merchant && part.ManifestId == id && part.ErrorsJson != null)
            .Select(part => part.ErrorsJson)
            .ToListAsync(ct);
        return new ManifestView(
            manifest.Id,
            manifest.State,
            manifest.RequestedAt,
            manifest.TransmittedAt,
            manifest.EndedAt,
            manifest.RequestedBy is null,
            labels,
            await PartsAsync(db, merchant, [id], ct),
            [.. errors.Append(manifest.ErrorsJson).OfType<string>().SelectMany(json => JsonSerializer.Deserialize<List<CarrierError>>(json) ?? []).Distinct()]);
    }

    /// <summary>A stored manifest document; null when there is none, or the manifest is not this merchant's.</summary>
    public async Task<ManifestFile?> DocumentAsync(MerchantAccess access, ManifestId id, int number, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.ManifestParts.AsNoTracking()
            .Where(part => part.MerchantId == merchant && part.ManifestId == id && part.Number == number && part.Content != null)
            .Select(part => new ManifestFile(part.MediaType!, part.Content!, part.PoNumber ?? ""))
            .FirstOrDefaultAsync(ct);
    }

    private static async Task<IReadOnlyList<ManifestPaper>> PartsAsync(AppDbContext db, MerchantId merchant, IReadOnlyList<ManifestId> ids, CancellationToken ct) =>
        await db.ManifestParts.AsNoTracking()
            .Where(part => part.MerchantId == merchant && ids.Contains(part.ManifestId))
            .OrderBy(part => part.Number)
            .Select(part => new ManifestPaper(part.ManifestId, part.Number, part.Region, part.PoNumber, part.StoredAt != null))
            .ToListAsync(ct);
}

/// <param name="Settling">Labels still being bought: the next manifest takes them.</param>
/// <param name="VoidPending">Labels with a void scheduled or under way: they stay out.</param>
public sealed record OpenDay(IReadOnlyList<OpenLabel> Labels, int Settling, int VoidPending);

/// <param name="ShipFrom">Postal code: each place hands over a manifest of its own.</param>
public sealed record OpenLabel(
    LabelId Id,
    string Recipient,
    string City,
    string Country,
    string ServiceName,
    string? TrackingNumber,
    string ShipFrom,
    DateTimeOffset PurchasedAt)
{
    public Region Region => Regions.Of(Country);

    /// <summary>The carrier's code of the service.</summary>
    public string? ServiceCode { get; init; }
}

/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record ManifestList(IReadOnlyList<ManifestRow> Rows, string? Next);

/// <param name="ByItself">Closed at the merchant's set time.</param>
public sealed record ManifestRow(
    ManifestId Id,
    ManifestState State,
    DateTimeOffset RequestedAt,
    bool ByItself,
    int Labels,
    int Failed,
    IReadOnlyList<ManifestPaper> Papers);

/// <summary>One of the carrier's manifests.</summary>
public sealed record ManifestPaper(ManifestId Manifest, int Number, Region? Region, string? PoNumber, bool Stored);

/// <param name="Errors">The carrier's words where something did not work.</param>
public sealed record ManifestView(
    ManifestId Id,
    ManifestState State,
    DateTimeOffset RequestedAt,
    DateTimeOffset? TransmittedAt,
    DateTimeOffset? EndedAt,
    bool ByItself,
    IReadOnlyList<ManifestLine> Labels,
    IReadOnlyList<ManifestPaper> Papers,
    IReadOnlyList<CarrierError> Errors)
{
    public bool UnderWay => State is ManifestState.Collecting or ManifestState.Transmitting or ManifestState.Transmitted;

    /// <summary>Something was transmitted and never confirmed: the carrier can be asked again.</summary>
    public bool CanAskAgain => !UnderWay && TransmittedAt is not null && Labels.Any(label => label.Problem == ManifestProblem.NotConfirmed);
}

public sealed record ManifestLine(
    LabelId Label,
    string Recipient,
    string City,
    string ServiceName,
    string? TrackingNumber,
    ManifestLabelState State,
    ManifestProblem? Problem,
    int? Part)
{
    /// <summary>The carrier's code of the service.</summary>
    public string? ServiceCode { get; init; }
}

public sealed record ManifestFile(string MediaType, byte[] Content, string PoNumber);
