using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Adjustments;

/// <summary>An adjustment as its pages show it.</summary>
public sealed record AdjustmentView(
    MerchantId Merchant,
    AdjustmentId Id,
    string BusinessName,
    string CarrierLineId,
    LabelId? Label,
    string? TrackingNumber,
    AdjustmentKind Kind,
    AdjustmentState State,
    Money Amount,
    string Explanation,
    string EvidenceName,
    DateTimeOffset NoticedAt,
    DateTimeOffset? DebitedAt,
    DateTimeOffset? DisputedAt,
    string? Dispute,
    DateTimeOffset? DecidedAt,
    string? Decision);

public sealed record EvidenceFile(string Name, string MediaType, byte[] Content);

/// <summary>Adjustments: of one merchant, and for support of all.</summary>
public sealed class AdjustmentQueries(IDbContextFactory<AppDbContext> contexts)
{
    public const int Most = 100;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<AdjustmentView>> OfMerchantAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Views(db, db.CarrierAdjustments.Where(row => row.MerchantId == merchant).OrderByDescending(row => row.NoticedAt).Take(Most)).ToListAsync(ct);
    }

    /// <summary>Null when there is no such adjustment of this merchant.</summary>
    public async Task<EvidenceFile?> EvidenceAsync(MerchantAccess access, AdjustmentId id, CancellationToken ct) =>
        await EvidenceOfAsync(await access.DemandAsync(MerchantRight.SeeBalance, ct), id, ct);

    /// <summary>For support. Null when there is no such adjustment of this merchant.</summary>
    public async Task<EvidenceFile?> EvidenceForSupportAsync(SupportAccess support, MerchantId merchant, AdjustmentId id, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        return await EvidenceOfAsync(merchant, id, ct);
    }

    /// <summary>For support: the disputed ones, the longest waiting first, then the newest of the others. Crosses merchants on purpose.</summary>
    public async Task<IReadOnlyList<AdjustmentView>> AllAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var disputed = await Views(db, db.CarrierAdjustments.Where(row => row.State == AdjustmentState.Disputed).OrderBy(row => row.DisputedAt).Take(Most)).ToListAsync(ct);
        var others = await Views(db, db.CarrierAdjustments.Where(row => row.State != AdjustmentState.Disputed).OrderByDescending(row => row.NoticedAt).Take(Most)).ToListAsync(ct);
        return [.. disputed, .. others];
    }

    /// <summary>For support: one merchant's, the newest first.</summary>
    public async Task<IReadOnlyList<AdjustmentView>> OfAccountAsync(SupportAccess support, MerchantId merchant, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Views(db, db.CarrierAdjustments.Where(row => row.MerchantId == merchant).OrderByDescending(row => row.NoticedAt).Take(Most)).ToListAsync(ct);
    }

    private async Task<EvidenceFile?> EvidenceOfAsync(MerchantId merchant, AdjustmentId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.CarrierAdjustments.Where(row => row.MerchantId == merchant && row.Id == id.Value)
            .Select(row => new EvidenceFile(row.EvidenceName, row.EvidenceType, row.Evidence)).SingleOrDefaultAsync(ct);
    }

    private static IQueryable<AdjustmentView> Views(AppDbContext db, IQueryable<CarrierAdjustment> rows) => rows.Select(row => new AdjustmentView(
        row.MerchantId,
        new AdjustmentId(row.Id),
        db.Merchants.Where(merchant => merchant.Id == row.MerchantId).Select(merchant => merchant.BusinessName).First(),
        row.CarrierLineId,
        row.LabelId,
        db.Labels.Where(label => label.MerchantId == row.MerchantId && label.Id == row.LabelId).Select(label => label.TrackingNumber).FirstOrDefault(),
        row.Kind,
        row.State,
        row.Amount,
        row.Explanation,
        row.EvidenceName,
        row.NoticedAt,
        row.DebitedAt,
        row.DisputedAt,
        row.Dispute,
        row.DecidedAt,
        row.Decision));
}
