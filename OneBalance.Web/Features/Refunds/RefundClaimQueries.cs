using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Refunds;

/// <summary>What support reads of refund claims. These cross merchants on purpose: only support may ask.</summary>
public sealed class RefundClaimQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public const int Most = 100;

    /// <summary>Open claims, the overdue ones and then the earliest expected first.</summary>
    public async Task<IReadOnlyList<RefundClaimRow>> OpenAsync(SupportAccess support, CancellationToken ct) => await RowsAsync(support, open: true, ct);

    /// <summary>The claims decided last.</summary>
    public async Task<IReadOnlyList<RefundClaimRow>> DecidedAsync(SupportAccess support, CancellationToken ct) => await RowsAsync(support, open: false, ct);

    /// <summary>The files imported last, with what became of their lines.</summary>
    public async Task<IReadOnlyList<CreditFileRow>> FilesAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var files = await db.CreditFiles.AsNoTracking().OrderByDescending(file => file.ImportedAt).Take(5).ToListAsync(ct);
        return [.. files.Select(file => new CreditFileRow(file.Id, file.Name, file.ImportedBy, file.ImportedAt, JsonSerializer.Deserialize<List<CreditReportLine>>(file.ReportJson) ?? []))];
    }

    private async Task<List<RefundClaimRow>> RowsAsync(SupportAccess support, bool open, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var claims = db.RefundRequests.AsNoTracking().Where(row => row.Kind == RefundKind.Claim);
        claims = open
            ? claims.Where(row => row.State == RefundState.ClaimOpen).OrderBy(row => row.ExpectedBy)
            : claims.Where(row => row.DecidedAt != null).OrderByDescending(row => row.DecidedAt);
        var rows = await claims.Take(open ? Most : 20)
            .Select(row => new
            {
                Claim = row,
                Business = db.Merchants.Where(merchant => merchant.Id == row.MerchantId).Select(merchant => merchant.BusinessName).First(),
                Label = db.Labels.Where(label => label.MerchantId == row.MerchantId && label.Id == row.LabelId)
                    .Select(label => new { label.TrackingNumber, label.ServiceName, label.Paid, label.ManifestedAt }).First(),
                Scanned = db.LabelTrackings.Any(tracking => tracking.MerchantId == row.MerchantId && tracking.LabelId == row.LabelId && tracking.Status != Core.Shipping.TrackingStatus.NotScanned),
            })
            .ToListAsync(ct);
        var now = time.GetUtcNow();
        return
        [
            .. rows.Select(row => new RefundClaimRow(
                row.Claim.MerchantId,
                row.Business,
                row.Claim.LabelId,
                row.Label.TrackingNumber ?? "",
                row.Label.ServiceName ?? "",
                row.Claim.Amount,
                row.Claim.Granted,
                row.Claim.Ticket ?? "",
                row.Claim.RequestedAt,
                row.Claim.ExpectedBy ?? row.Claim.UpdatedAt,
                row.Claim.State,
                row.Claim.DecidedAt,
                row.Claim.Reason,
                row.Claim.State == RefundState.ClaimOpen && row.Claim.ExpectedBy is { } by && ClaimRules.IsOverdue(by, now),
                row.Scanned)),
        ];
    }
}

/// <param name="Amount">What was asked for: the whole price.</param>
/// <param name="Scanned">The carrier has seen the parcel since: the label was used.</param>
public sealed record RefundClaimRow(
    MerchantId Merchant,
    string BusinessName,
    LabelId Label,
    string TrackingNumber,
    string ServiceName,
    Money Amount,
    Money? Granted,
    string Ticket,
    DateTimeOffset AskedAt,
    DateTimeOffset ExpectedBy,
    RefundState State,
    DateTimeOffset? DecidedAt,
    string? Reason,
    bool Overdue,
    bool Scanned);

public sealed record CreditFileRow(Guid Id, string Name, string ImportedBy, DateTimeOffset ImportedAt, IReadOnlyList<CreditReportLine> Lines);
