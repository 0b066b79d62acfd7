using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Refunds;

/// <summary>What a merchant asked back: by period, state and amount, and what is still outstanding at the carrier.</summary>
public sealed class RefundQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public const int PageSize = 50;

    private const int MostInFile = 20_000;

    /// <summary>The requests of a period, the newest first, a page of them, with the sums of the whole period.</summary>
    public async Task<RefundReport> ReportAsync(MerchantAccess access, RefundFilter filter, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var matching = Narrow(db, merchant, filter);
        var amounts = await matching.Select(row => new { row.State, Amount = row.State == RefundState.Credited ? row.Granted ?? row.Amount : row.Amount }).ToListAsync(ct);
        var states = amounts.GroupBy(row => row.State).Select(group => new RefundSum(group.Key, group.Count(), group.Sum(row => row.Amount))).OrderBy(sum => sum.State).ToList();
        var outstanding = await db.RefundRequests
            .Where(row => row.MerchantId == merchant && row.Kind == RefundKind.Claim && (row.State == RefundState.Requested || row.State == RefundState.ClaimOpen))
            .Select(row => row.Amount)
            .ToListAsync(ct);
        var page = matching;
        if (Place(filter.From) is { } place)
        {
            page = page.Where(row => row.RequestedAt < place);
        }

        var rows = await Rows(db, merchant, page).Take(PageSize + 1).ToListAsync(ct);
        var shown = rows.Take(PageSize).ToList();

        // Requests of one moment stay on one page: the next begins below the last moment shown.
        if (rows.Count > PageSize && shown.Exists(row => row.RequestedAt != rows[PageSize].RequestedAt))
        {
            shown.RemoveAll(row => row.RequestedAt == rows[PageSize].RequestedAt);
        }

        return new RefundReport(
            shown,
            rows.Count > shown.Count ? shown[^1].RequestedAt.UtcTicks.ToString(CultureInfo.InvariantCulture) : null,
            states,
            outstanding.Count,
            outstanding.Sum(amount => amount));
    }

    /// <summary>All requests of a period for a file, the newest first; at most 20,000.</summary>
    public async Task<IReadOnlyList<RefundRow>> AllAsync(MerchantAccess access, RefundFilter filter, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(Core.Team.MerchantRight.Export, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Rows(db, merchant, Narrow(db, merchant, filter)).Take(MostInFile).ToListAsync(ct);
    }

    /// <summary>Labels that nobody seems to have used, from day 12 on, while their price can still come back; the first to end first.</summary>
    public async Task<IReadOnlyList<UnusedLabel>> UnusedAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var labels = await db.UnusedLabels(now).Where(label => label.MerchantId == merchant)
            .OrderBy(label => label.PurchasedAt)
            .Select(label => new { label.Id, label.To.Name, label.To.Company, label.Paid, label.PurchasedAt, Manifested = label.ManifestedAt != null })
            .Take(100)
            .ToListAsync(ct);
        return [.. labels.Select(label => new UnusedLabel(label.Id, label.Name.Length > 0 ? label.Name : label.Company, label.Paid ?? Money.Zero, label.PurchasedAt!.Value + RefundPolicy.Window, label.Manifested))];
    }

    private static IQueryable<RefundRequest> Narrow(AppDbContext db, MerchantId merchant, RefundFilter filter)
    {
        var from = Balance.EasternDay.StartOf(filter.First);
        var to = Balance.EasternDay.StartOf(filter.Last.AddDays(1));
        var rows = db.RefundRequests.AsNoTracking().Where(row => row.MerchantId == merchant && row.RequestedAt >= from && row.RequestedAt < to);
        if (filter.Least is { } least)
        {
            rows = rows.Where(row => row.Amount >= least);
        }

        if (filter.Most is { } most)
        {
            rows = rows.Where(row => row.Amount <= most);
        }

        return filter.Show switch
        {
            RefundShow.All => rows.Where(row => row.State != RefundState.Withdrawn),
            RefundShow.UnderWay => rows.Where(row => row.State == RefundState.Scheduled || row.State == RefundState.CarrierVoided || row.State == RefundState.ClaimGranted
                || (row.State == RefundState.Requested && row.Kind == RefundKind.Void)),
            RefundShow.AtCarrier => rows.Where(row => row.State == RefundState.ClaimOpen || (row.State == RefundState.Requested && row.Kind == RefundKind.Claim)),
            RefundShow.Credited => rows.Where(row => row.State == RefundState.Credited),
            RefundShow.Refused => rows.Where(row => row.State == RefundState.Refused || row.State == RefundState.Rejected || row.State == RefundState.NotSent),
            RefundShow.TakenBack => rows.Where(row => row.State == RefundState.Withdrawn),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Show, null),
        };
    }

    private static IQueryable<RefundRow> Rows(AppDbContext db, MerchantId merchant, IQueryable<RefundRequest> requests) =>
        from row in requests
        join label in db.Labels.Where(label => label.MerchantId == merchant) on row.LabelId equals label.Id
        orderby row.RequestedAt descending, row.LabelId
        select new RefundRow(
            row.LabelId,
            label.To.Name != "" ? label.To.Name : label.To.Company,
            label.TrackingNumber,
            row.Kind,
            row.State,
            row.RequestedAt,
            row.Amount,
            row.Granted,
            row.Ticket,
            row.ExpectedBy,
            row.CreditedAt,
            row.Reason,
            row.NotSentReason);

    private static DateTimeOffset? Place(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;
}

internal static class UnusedLabelRows
{
    /// <summary>Those of <see cref="UnusedLabelPolicy"/> to tell of, in SQL: from day 12 to the end of day 15, not seen, never asked back, refundable.</summary>
    public static IQueryable<Label> UnusedLabels(this AppDbContext db, DateTimeOffset now) =>
        db.NotAskedBack(now, UnusedLabelPolicy.TellAfter).Unseen(db, now - UnusedLabelPolicy.GoodToTell);

    /// <summary>Those to void by themselves, with an answer of the carrier that is good enough for it.</summary>
    public static IQueryable<Label> UnusedLabelsToVoid(this AppDbContext db, DateTimeOffset now) =>
        db.NotAskedBack(now, UnusedLabelPolicy.VoidAfter).IfWanted(db).Unseen(db, now - UnusedLabelPolicy.GoodToVoid);

    /// <summary>Those of which the carrier is to say first whether it has seen them.</summary>
    public static IQueryable<Label> UnusedLabelsToAskFor(this AppDbContext db, DateTimeOffset now)
    {
        var before = now - UnusedLabelPolicy.GoodToVoid;
        return db.NotAskedBack(now, UnusedLabelPolicy.VoidAfter).IfWanted(db).Where(label => db.LabelTrackings.Any(row =>
            row.MerchantId == label.MerchantId && row.LabelId == label.Id && row.Status == Core.Shipping.TrackingStatus.NotScanned && (row.LastAskedAt == null || row.LastAskedAt < before)));
    }

    private static IQueryable<Label> NotAskedBack(this AppDbContext db, DateTimeOffset now, TimeSpan after)
    {
        var (earliest, latest) = (now - RefundPolicy.Window, now - after);
        return db.Labels.AsNoTracking()
            .Where(label => label.State == Core.Shipping.LabelState.Purchased && label.PurchasedAt >= earliest && label.PurchasedAt <= latest && label.TrackingNumber != null)
            .Where(label => !db.RefundRequests.Any(row => row.MerchantId == label.MerchantId && row.LabelId == label.Id));
    }

    private static IQueryable<Label> Unseen(this IQueryable<Label> labels, AppDbContext db, DateTimeOffset asOf) => labels.Where(label => db.LabelTrackings.Any(row =>
        row.MerchantId == label.MerchantId && row.LabelId == label.Id && row.Status == Core.Shipping.TrackingStatus.NotScanned && row.AnsweredAt >= asOf));

    private static IQueryable<Label> IfWanted(this IQueryable<Label> labels, AppDbContext db) =>
        labels.Where(label => db.RefundSettings.Any(settings => settings.MerchantId == label.MerchantId && settings.VoidUnused));
}

/// <param name="First">First Eastern day of the requests, included.</param>
/// <param name="Last">Last one, included.</param>
/// <param name="From">A place given by <see cref="RefundReport.Next"/>.</param>
/// <param name="Least">Of the amount asked for, included; null for any.</param>
/// <param name="Most">The same.</param>
public sealed record RefundFilter(DateOnly First, DateOnly Last, RefundShow Show = RefundShow.All, string? From = null, Money? Least = null, Money? Most = null);

public enum RefundShow
{
    All,
    UnderWay,
    AtCarrier,
    Credited,
    Refused,
    TakenBack,
}

/// <param name="Amount">What was asked for.</param>
/// <param name="Granted">What the carrier credits for a claim; null for voids.</param>
/// <param name="Reason">The carrier's, of a rejection.</param>
/// <param name="NotSent">Why it was not sent; null when it was, or may be yet.</param>
public sealed record RefundRow(
    LabelId Label,
    string Recipient,
    string? TrackingNumber,
    RefundKind Kind,
    RefundState State,
    DateTimeOffset RequestedAt,
    Money Amount,
    Money? Granted,
    string? Ticket,
    DateTimeOffset? ExpectedBy,
    DateTimeOffset? CreditedAt,
    string? Reason,
    NotSentReason? NotSent);

/// <summary>The requests of a period in one state.</summary>
/// <param name="Amount">What came, once it is credited; what was asked for before, and where nothing came.</param>
public sealed record RefundSum(RefundState State, int Count, Money Amount);

/// <param name="States">Sums of the whole period, a state each that occurs.</param>
/// <param name="Outstanding">Claims that the carrier has not decided, of any period, and their amounts.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record RefundReport(IReadOnlyList<RefundRow> Rows, string? Next, IReadOnlyList<RefundSum> States, int Outstanding, Money OutstandingAmount)
{
    /// <summary>Requests in the whole period.</summary>
    public int Count => States.Sum(sum => sum.Count);

    /// <summary>Their credits.</summary>
    public Money Credited => States.Where(sum => sum.State == RefundState.Credited).Sum(sum => sum.Amount);
}

/// <param name="Until">The last moment at which its price can come back.</param>
/// <param name="Manifested">The carrier is asked for it and decides; it cannot be voided.</param>
public sealed record UnusedLabel(LabelId Id, string Recipient, Money Paid, DateTimeOffset Until, bool Manifested);
