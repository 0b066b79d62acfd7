using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>What the label pages show: small projections, always of one merchant.</summary>
public sealed class LabelQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public const int PageSize = 25;

    /// <summary>The newest labels first, from a place in the list on.</summary>
    public async Task<LabelPage> PageAsync(MerchantAccess access, LabelFilter filter, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var labels = Narrow(db, merchant, filter);
        var from = ListPlace.Parse(filter.From);
        if (from is { } place)
        {
            var moment = place.Moment;
            labels = labels.Where(label => label.CreatedAt <= moment);
        }

        var rows = await labels
            .OrderByDescending(label => label.CreatedAt).ThenByDescending(label => label.Id)
            .Skip(from?.Skip ?? 0)
            .Take(PageSize + 1)
            .Select(label => new
            {
                label.Id,
                label.State,
                Refund = db.RefundRequests
                    .Where(request => request.MerchantId == merchant && request.LabelId == label.Id)
                    .Select(request => new { request.State, request.Kind, request.NotBefore })
                    .FirstOrDefault(),
                label.To.Name,
                label.To.Company,
                label.To.City,
                label.To.Province,
                label.To.Country,
                label.ServiceCode,
                label.ServiceName,
                label.TrackingNumber,
                label.Reference,
                label.Paid,
                label.Reserved,
                label.CreatedAt,
                label.PurchasedAt,
                Manifested = label.ManifestedAt != null,
                DocumentStored = label.DocumentStoredAt != null && label.RecipientErasedAt == null,
                Erased = label.RecipientErasedAt != null,
                label.SuccessorId,
                label.BatchId,
                Tracking = db.LabelTrackings
                    .Where(tracking => tracking.MerchantId == merchant && tracking.LabelId == label.Id)
                    .Select(tracking => (TrackingStatus?)tracking.Status)
                    .FirstOrDefault(),
            })
            .ToListAsync(ct);
        var shown = rows.Take(PageSize).Select(row => new LabelRow(
            row.Id,
            LabelStatuses.Of(row.State, Stage(row.Refund?.State, row.Refund?.Kind)),
            row.Name.Length > 0 ? row.Name : row.Company,
            row.City,
            row.Province,
            row.Country,
            row.ServiceName,
            row.TrackingNumber,
            row.Reference,
            row.Paid ?? row.Reserved,
            row.CreatedAt,
            Window(row.State, row.PurchasedAt, row.Manifested, Stage(row.Refund?.State, row.Refund?.Kind), row.Refund?.NotBefore, row.TrackingNumber, row.Tracking),
            row.DocumentStored,
            CanTryAgain: row.State == LabelState.Declined && row.SuccessorId == null && row.BatchId == null,
            Tracking: (row.State, row.TrackingNumber, row.Tracking) switch
            {
                (LabelState.Purchased, not null, { } seen and not TrackingStatus.NotScanned) => seen,
                (LabelState.Purchased, not null, _) when row.Manifested => TrackingStatus.NotScanned,
                _ => null,
            })
        {
            Erased = row.Erased,
            ServiceCode = row.ServiceCode,
            Ended = End(row.State, row.Refund?.State, row.Refund?.Kind),
        }).ToList();
        return new LabelPage(shown, rows.Count > PageSize ? ListPlace.After(from, shown.ConvertAll(row => row.CreatedAt)).ToString() : null);
    }

    /// <summary>The labels that match and can be printed, in the order shown, at most <see cref="PrintOrder.Most"/>.</summary>
    public async Task<IReadOnlyList<LabelId>> PrintableAsync(MerchantAccess access, LabelFilter filter, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Narrow(db, merchant, filter)
            .Where(label => label.State == LabelState.Purchased)
            .OrderByDescending(label => label.CreatedAt).ThenByDescending(label => label.Id)
            .Select(label => label.Id)
            .Take(PrintOrder.Most)
            .ToListAsync(ct);
    }

    /// <summary>These labels in the order in which the list shows them; those that are not this merchant's are left out.</summary>
    public async Task<IReadOnlyList<LabelId>> AsShownAsync(MerchantAccess access, IReadOnlyCollection<LabelId> labels, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && labels.Contains(label.Id))
            .OrderByDescending(label => label.CreatedAt).ThenByDescending(label => label.Id)
            .Select(label => label.Id)
            .ToListAsync(ct);
    }

    /// <summary>Which documents a label has; null for one that has none, or is not this merchant's.</summary>
    public async Task<LabelPapers?> PapersAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && label.Id == id && label.DocumentStoredAt != null && label.RecipientErasedAt == null)
            .Select(label => new LabelPapers(label.Format, label.InvoiceStoredAt != null))
            .FirstOrDefaultAsync(ct);
    }

    /// <summary>Drafts that were typed into, newest first, at most ten.</summary>
    public async Task<IReadOnlyList<DraftRow>> DraftsAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && label.State == LabelState.Draft && label.Version > 0 && label.BatchId == null)
            .OrderByDescending(label => label.CreatedAt)
            .Take(10)
            .Select(label => new DraftRow(label.Id, label.To.Name != "" ? label.To.Name : label.To.Company, label.To.City, label.UpdatedAt))
            .ToListAsync(ct);
    }

    /// <summary>What the page of Create label shows; null for a label that is not this merchant's.</summary>
    public async Task<LabelForm?> FormAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var label = await db.Labels.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (label is null)
        {
            return null;
        }

        var predecessor = await db.Labels.AsNoTracking()
            .Where(row => row.MerchantId == merchant && row.SuccessorId == id)
            .Select(row => new { row.DeclineReason, row.ErrorsJson })
            .FirstOrDefaultAsync(ct);
        var draft = label.Draft();
        bool ratesStand = label.RatedAt is { } ratedAt
            && LabelRules.QuoteStands(ratedAt, time.GetUtcNow())
            && label.RatesFor == StoredLabel.Fingerprint(StoredLabel.RateRequest(draft));
        return new LabelForm(
            label.Id,
            label.State,
            draft,
            ratesStand ? StoredLabel.Json.Read<List<Rate>>(label.RatesJson) ?? [] : [],
            label.ServiceCode,
            label.BusyUntil,
            predecessor is null ? null : new Setback(predecessor.DeclineReason ?? DeclineReason.CarrierRefused, StoredLabel.Json.Read<List<CarrierError>>(predecessor.ErrorsJson) ?? []));
    }

    /// <summary>Everything about one label; null for one that is not this merchant's.</summary>
    public async Task<LabelDetails?> ReadAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var label = await db.Labels.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (label is null)
        {
            return null;
        }

        var request = await db.RefundRequests.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.LabelId == id, ct);
        var stage = Stage(request?.State, request?.Kind);
        var tracking = await db.LabelTrackings.Where(row => row.MerchantId == merchant && row.LabelId == id).Select(row => (TrackingStatus?)row.Status).FirstOrDefaultAsync(ct);
        var price = StoredLabel.Json.Read<Price>(label.PriceJson) ?? StoredLabel.Json.Read<Price>(label.QuoteJson);
        return new LabelDetails(
            label.Id,
            label.State,
            LabelStatuses.Of(label.State, stage),
            label.Draft(),
            label.ServiceCode,
            label.ServiceName,
            label.TrackingNumber,
            price,
            label.Paid,
            label.Paid - label.Captured,
            label.DeclineReason,
            StoredLabel.Json.Read<List<CarrierError>>(label.ErrorsJson) ?? [],
            request is { State: RefundState.Refused } ? JsonSerializer.Deserialize<List<CarrierError>>(request.ErrorsJson ?? "[]") ?? [] : [],
            Window(label.State, label.PurchasedAt, label.ManifestedAt is not null, stage, request?.NotBefore, label.TrackingNumber, tracking),
            label.DocumentStoredAt is not null && label.RecipientErasedAt is null,
            label.SuccessorId,
            Timeline(label, request))
        {
            ErasedAt = label.RecipientErasedAt,
            Batch = label.BatchId,
            Manifest = label.ManifestId,
            Manifested = label.ManifestedAt is not null,
            Ended = End(label.State, request?.State, request?.Kind),
            Refund = request is null ? null : new LabelRefundFacts(
                request.Kind, request.State, request.Amount, request.Granted, request.Ticket, request.ExpectedBy, request.Reason),
        };
    }

    /// <summary>A stored document; null when there is none, or the label is not this merchant's.</summary>
    public async Task<StoredDocument?> DocumentAsync(MerchantAccess access, LabelId id, LabelDocumentKind kind, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.LabelDocuments.AsNoTracking()
            .Where(document => document.MerchantId == merchant && document.LabelId == id && document.Kind == kind)
            .Select(document => new StoredDocument(
                document.MediaType,
                document.Content,
                db.Labels.Where(label => label.MerchantId == merchant && label.Id == id).Select(label => label.TrackingNumber).FirstOrDefault()))
            .FirstOrDefaultAsync(ct);
    }

    private static IQueryable<Label> Narrow(AppDbContext db, MerchantId merchant, LabelFilter filter)
    {
        var labels = db.Labels.AsNoTracking().Where(label => label.MerchantId == merchant && label.State != LabelState.Draft);
        labels = filter.Show switch
        {
            LabelShow.All => labels,
            LabelShow.Bought => labels.Where(label => label.State == LabelState.Purchased),
            LabelShow.Settling => labels.Where(label => label.State == LabelState.Reserved || label.State == LabelState.Attempting || label.State == LabelState.Unknown),
            LabelShow.Voided => labels.Where(label => label.State == LabelState.Voided),
            LabelShow.NotBought => labels.Where(label => label.State == LabelState.Declined),
            LabelShow.NotScanned => Bought(labels).Where(label => label.ManifestedAt != null).Where(label => !db.LabelTrackings.Any(
                row => row.MerchantId == merchant && row.LabelId == label.Id && row.Status != TrackingStatus.NotScanned)),
            LabelShow.InTransit => Bought(labels).Where(label => db.LabelTrackings.Any(
                row => row.MerchantId == merchant && row.LabelId == label.Id && (row.Status == TrackingStatus.InTransit || row.Status == TrackingStatus.OutForDelivery))),
            LabelShow.Delivered => Bought(labels).Where(label => db.LabelTrackings.Any(
                row => row.MerchantId == merchant && row.LabelId == label.Id && row.Status == TrackingStatus.Delivered)),
            LabelShow.Exception => Bought(labels).Where(label => db.LabelTrackings.Any(
                row => row.MerchantId == merchant && row.LabelId == label.Id && row.Status == TrackingStatus.Exception)),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Show, null),
        };
        string sought = (filter.Search ?? "").Trim();
        if (sought.Length == 0)
        {
            return labels;
        }

        string code = sought.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        string words = FoldedText.Of(sought);
        return words.Length == 0
            ? labels.Where(_ => false)
            : labels.Where(label => label.TrackingNumber == code || label.To.PostalCode.Replace(" ", "").ToUpper() == code || label.SearchText.Contains(words));
    }

    /// <summary>Those the carrier can have seen: manifested, or mailed without a manifest.</summary>
    private static IQueryable<Label> Bought(IQueryable<Label> labels) =>
        labels.Where(label => label.State == LabelState.Purchased && label.TrackingNumber != null);

    private static VoidStage Stage(RefundState? state, RefundKind? kind) => (state, kind) switch
    {
        (null or RefundState.Withdrawn or RefundState.NotSent, _) => VoidStage.None,
        (RefundState.Scheduled, _) => VoidStage.Scheduled,
        (RefundState.Requested or RefundState.CarrierVoided, RefundKind.Void) => VoidStage.UnderWay,
        (RefundState.Requested or RefundState.ClaimOpen or RefundState.ClaimGranted, _) => VoidStage.Claimed,
        (RefundState.Credited, RefundKind.Claim) => VoidStage.Refunded,
        (RefundState.Credited, _) => VoidStage.Credited,
        (RefundState.Refused, _) => VoidStage.Refused,
        (RefundState.Rejected, _) => VoidStage.Rejected,
        _ => throw new ArgumentOutOfRangeException(nameof(state), (state, kind), null),
    };

    private static RefundEnd? End(LabelState label, RefundState? state, RefundKind? kind) => (label, state, kind) switch
    {
        (LabelState.Purchased, RefundState.Refused, RefundKind.Claim) => RefundEnd.NotTaken,
        (LabelState.Purchased, RefundState.Refused, _) => RefundEnd.VoidRefused,
        (LabelState.Purchased, RefundState.Rejected, _) => RefundEnd.Rejected,
        (LabelState.Purchased, RefundState.NotSent, _) => RefundEnd.NotSent,
        _ => null,
    };

    /// <summary>While a void or refund can still be asked for, or is stored and can be taken back.</summary>
    private static VoidWindow? Window(
        LabelState state, DateTimeOffset? purchasedAt, bool manifested, VoidStage stage, DateTimeOffset? notBefore, string? trackingNumber, TrackingStatus? tracking) =>
        (state, purchasedAt, stage) switch
        {
            (LabelState.Purchased, { } since, VoidStage.Scheduled) => new VoidWindow(since, manifested, notBefore) { Tracked = trackingNumber is not null },
            (LabelState.Purchased, { } since, VoidStage.None or VoidStage.Refused) => new VoidWindow(since, manifested, null)
            {
                Tracked = trackingNumber is not null,
                Scanned = tracking is not (null or TrackingStatus.NotScanned),
            },
            _ => null,
        };

    private static List<LabelEvent> Timeline(Label label, RefundRequest? request)
    {
        var events = new List<LabelEvent>();
        Add(LabelEventKind.Requested, label.RequestedAt);
        Add(LabelEventKind.Bought, label.PurchasedAt);
        Add(LabelEventKind.Declined, label.State == LabelState.Declined ? label.UpdatedAt : null);
        Add(LabelEventKind.Manifested, label.ManifestedAt);
        if (request is not null)
        {
            bool claim = request.Kind == RefundKind.Claim;
            Add((request.Automatic, claim) switch
            {
                (true, _) => LabelEventKind.VoidedUnused,
                (_, true) => LabelEventKind.RefundRequested,
                _ => LabelEventKind.VoidRequested,
            }, request.RequestedAt);
            Add(request.NotSentReason switch
            {
                NotSentReason.Used => LabelEventKind.NotSentUsed,
                NotSentReason.TooLate => LabelEventKind.NotSentTooLate,
                NotSentReason.Untracked => LabelEventKind.NotSentUntracked,
                _ => LabelEventKind.NotSentNothing,
            }, request.State == RefundState.NotSent ? request.UpdatedAt : null);
            Add(LabelEventKind.VoidWithdrawn, request.State == RefundState.Withdrawn ? request.UpdatedAt : null);
            Add(claim ? LabelEventKind.RefundNotTaken : LabelEventKind.VoidRefused, request.State == RefundState.Refused ? request.UpdatedAt : null);
            Add(claim ? LabelEventKind.TicketOpened : LabelEventKind.CarrierVoided, request.CarrierConfirmedAt, request.Ticket);
            Add(LabelEventKind.RefundRejected, request.State == RefundState.Rejected ? request.DecidedAt : null, request.Reason);
            Add(LabelEventKind.Credited, request.CreditedAt);
        }

        return events;

        void Add(LabelEventKind kind, DateTimeOffset? at, string? detail = null)
        {
            if (at is { } moment)
            {
                events.Add(new LabelEvent(kind, moment, detail));
            }
        }
    }
}

/// <param name="Search">In recipient, city, reference; or a whole tracking number or postal code.</param>
/// <param name="From">A place given by <see cref="LabelPage.Next"/>; null or not understood: from the newest on.</param>
public sealed record LabelFilter(LabelShow Show = LabelShow.All, string? Search = null, string? From = null);

public enum LabelShow
{
    All,
    Bought,
    Settling,
    Voided,
    NotBought,
    NotScanned,
    InTransit,
    Delivered,
    Exception,
}

/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record LabelPage(IReadOnlyList<LabelRow> Rows, string? Next);

/// <param name="Price">What was paid, or what is held while it settles.</param>
/// <param name="CreatedAt">When the carrier confirmed it; when it was asked for, until then.</param>
/// <param name="Window">The refund clock; null when there is nothing to void.</param>
/// <param name="Tracking">Null when the carrier does not follow it: not manifested, or without a tracking number.</param>
public sealed record LabelRow(
    LabelId Id,
    LabelStatus Status,
    string Recipient,
    string City,
    string Province,
    string Country,
    string? ServiceName,
    string? TrackingNumber,
    string Reference,
    Money? Price,
    DateTimeOffset CreatedAt,
    VoidWindow? Window,
    bool DocumentStored,
    bool CanTryAgain,
    TrackingStatus? Tracking = null)
{
    /// <summary>Its recipient and its document are no longer kept.</summary>
    public bool Erased { get; init; }

    /// <summary>The carrier's code of the service.</summary>
    public string? ServiceCode { get; init; }

    /// <summary>How a void or refund ended that brought nothing back; null when none did.</summary>
    public RefundEnd? Ended { get; init; }
}

public sealed record DraftRow(LabelId Id, string Recipient, string City, DateTimeOffset UpdatedAt);

/// <summary>What the refund clock counts from.</summary>
/// <param name="ScheduledAt">When a stored request will run; null when none is stored.</param>
public sealed record VoidWindow(DateTimeOffset PurchasedAt, bool Manifested, DateTimeOffset? ScheduledAt)
{
    /// <summary>It has a tracking number.</summary>
    public bool Tracked { get; init; } = true;

    /// <summary>The carrier has seen the parcel.</summary>
    public bool Scanned { get; init; }

    /// <summary>What the rule says at this moment.</summary>
    public RefundDecision At(DateTimeOffset now) => RefundPolicy.Decide(new RefundFacts(PurchasedAt, Manifested, false, Tracked, Scanned), now);
}

/// <summary>How far a void or refund has come.</summary>
public enum VoidStage
{
    None,
    Scheduled,
    UnderWay,
    Credited,
    Refused,

    /// <summary>The carrier is asked for a refund and decides.</summary>
    Claimed,

    /// <summary>The carrier's refund was credited.</summary>
    Refunded,

    /// <summary>The carrier decided against it.</summary>
    Rejected,
}

/// <summary>How a void or refund ended without bringing anything back: the label stands as it did, and whoever asked may not be there to see it.</summary>
public enum RefundEnd
{
    VoidRefused,

    /// <summary>The carrier did not take the request for a refund.</summary>
    NotTaken,

    /// <summary>The carrier decided against the refund.</summary>
    Rejected,

    /// <summary>When its time had come the rule allowed it no more.</summary>
    NotSent,
}

/// <summary>One word for how a label stands, with its colour and icon.</summary>
public enum LabelStatus
{
    Draft,
    Settling,
    Ready,
    NotBought,
    VoidScheduled,
    Voiding,
    Voided,
    RefundAsked,
    Refunded,
}

internal static class LabelStatuses
{
    public static LabelStatus Of(LabelState state, VoidStage stage) => (state, stage) switch
    {
        (LabelState.Draft, _) => LabelStatus.Draft,
        (LabelState.Reserved or LabelState.Attempting or LabelState.Unknown, _) => LabelStatus.Settling,
        (LabelState.Declined, _) => LabelStatus.NotBought,
        (LabelState.Voided, VoidStage.Refunded) => LabelStatus.Refunded,
        (LabelState.Voided, _) => LabelStatus.Voided,
        (LabelState.Purchased, VoidStage.Scheduled) => LabelStatus.VoidScheduled,
        (LabelState.Purchased, VoidStage.UnderWay or VoidStage.Credited) => LabelStatus.Voiding,
        (LabelState.Purchased, VoidStage.Claimed or VoidStage.Refunded) => LabelStatus.RefundAsked,
        (LabelState.Purchased, _) => LabelStatus.Ready,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}

/// <param name="Rates">The rates last shown, while they still hold; empty otherwise.</param>
/// <param name="ServiceCode">The service chosen before, if any.</param>
/// <param name="BusyUntil">The carrier asked us to slow down until then: the purchase goes on by itself.</param>
/// <param name="Setback">Why the label this draft takes up was not bought; null for a first attempt.</param>
public sealed record LabelForm(LabelId Id, LabelState State, LabelDraft Draft, IReadOnlyList<Rate> Rates, string? ServiceCode, DateTimeOffset? BusyUntil, Setback? Setback);

public sealed record Setback(DeclineReason Reason, IReadOnlyList<CarrierError> Errors);

/// <param name="Price">The carrier's final price; the quote's while it settles.</param>
/// <param name="Difference">Debited above the hold; zero or null when nothing was.</param>
/// <param name="RefundErrors">Why the carrier refused the void.</param>
public sealed record LabelDetails(
    LabelId Id,
    LabelState State,
    LabelStatus Status,
    LabelDraft Draft,
    string? ServiceCode,
    string? ServiceName,
    string? TrackingNumber,
    Price? Price,
    Money? Paid,
    Money? Difference,
    DeclineReason? DeclineReason,
    IReadOnlyList<CarrierError> Errors,
    IReadOnlyList<CarrierError> RefundErrors,
    VoidWindow? Window,
    bool DocumentStored,
    LabelId? SuccessorId,
    IReadOnlyList<LabelEvent> Timeline)
{
    /// <summary>When its recipient and its documents were erased; null while they are kept.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>The file it was bought with; null when it was made by itself.</summary>
    public BatchId? Batch { get; init; }

    /// <summary>The manifest that took it along; null while it is open.</summary>
    public ManifestId? Manifest { get; init; }

    /// <summary>Transmitted to the carrier: it cannot be voided any more.</summary>
    public bool Manifested { get; init; }

    /// <summary>As <see cref="LabelRow.Ended"/>.</summary>
    public RefundEnd? Ended { get; init; }

    /// <summary>The void or refund that was asked for; null when none was.</summary>
    public LabelRefundFacts? Refund { get; init; }
}

/// <param name="Amount">What was asked for.</param>
/// <param name="Granted">What the carrier credits; null before, and for voids.</param>
/// <param name="ExpectedBy">When the carrier's decision is expected at the latest.</param>
/// <param name="Reason">Why the carrier rejected it.</param>
public sealed record LabelRefundFacts(RefundKind Kind, RefundState State, Money Amount, Money? Granted, string? Ticket, DateTimeOffset? ExpectedBy, string? Reason);

/// <param name="Detail">The service ticket's number, or the reason of a rejection; null for others.</param>
public sealed record LabelEvent(LabelEventKind Kind, DateTimeOffset At, string? Detail = null);

public enum LabelEventKind
{
    Requested,
    Bought,
    Declined,
    Manifested,
    VoidRequested,
    VoidWithdrawn,
    VoidRefused,
    CarrierVoided,
    Credited,
    VoidedUnused,
    RefundRequested,
    RefundNotTaken,
    TicketOpened,
    RefundRejected,
    NotSentUsed,
    NotSentTooLate,
    NotSentUntracked,
    NotSentNothing,
}

/// <param name="Format">As bought: the carrier draws a label once.</param>
/// <param name="Invoice">A commercial invoice is stored too.</param>
public sealed record LabelPapers(LabelFormat Format, bool Invoice);

public sealed record StoredDocument(string MediaType, byte[] Content, string? TrackingNumber);
