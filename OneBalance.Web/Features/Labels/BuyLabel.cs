using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Web.Features.Labels;

/// <summary>
/// Buys a draft with one of the rates shown. Asking again for the same label, from a second click, another tab or a page that
/// came back, joins the purchase under way and answers how it stands.
/// </summary>
public sealed class BuyLabel(IDbContextFactory<AppDbContext> contexts, LabelPurchase purchase, ICarrier carrier, TimeProvider time)
{
    /// <summary>Source of one activity a purchase, for traces and measurements.</summary>
    public const string ActivitySourceName = "OneBalance.Labels";

    private static readonly ActivitySource Activities = new(ActivitySourceName);

    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    /// <param name="ct">Stops before the purchase is asked for; from there on it runs to its end, whoever watches.</param>
    public async Task<BuyOutcome> RunAsync(BuyRequest request, CancellationToken ct)
    {
        using var activity = Activities.StartActivity("BuyLabel");
        var merchant = await request.Merchant.DemandAsync(MerchantRight.BuyLabels, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var label = await db.Labels.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == request.Label, ct);
            if (label is null)
            {
                return new BuyOutcome.NotFound();
            }

            if (label.State == LabelState.Draft)
            {
                if (await StandsInTheWayAsync(db, label, request, ct) is { } obstacle)
                {
                    return obstacle;
                }

                try
                {
                    await db.SaveChangesAsync(ct);
                }
                catch (DbUpdateConcurrencyException)
                {
                    // Another click or tab was quicker: see what it did.
                    continue;
                }
            }

            var result = await purchase.RunAsync(db, label, CancellationToken.None);
            if (Outcome(result) is { } outcome)
            {
                return outcome;
            }
        }
    }

    /// <summary>
    /// Moves a purchase under way on, as the sweep would: a page that watches keeps asking, so that it settles while the buyer
    /// waits. Nothing happens for a draft, a settled label, or one that is not this merchant's, nor when somebody watches who may
    /// not buy labels: they see what the sweep does.
    /// </summary>
    public async Task WatchAsync(MerchantAccess access, LabelId id)
    {
        var merchant = await access.LookAsync(CancellationToken.None);
        if (!(await access.NowAsync(CancellationToken.None)).Allow(MerchantRight.BuyLabels))
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync();
        if (await db.Labels.AnyAsync(label => label.MerchantId == merchant && label.Id == id && label.NextRunAt != null))
        {
            await purchase.RunAsync(merchant, id, CancellationToken.None);
        }
    }

    /// <summary>What a run of the purchase means to the buyer. Null while it is a draft.</summary>
    private static BuyOutcome? Outcome(PurchaseResult result) => result switch
    {
        { Refusal: LedgerRefusal.InsufficientFunds refusal } => new BuyOutcome.InsufficientFunds(refusal.Available, refusal.Needed),
        { Refusal: LedgerRefusal.Owing refusal } => new BuyOutcome.Owing(refusal.Owed),
        { Refusal: LedgerRefusal.Paused or LedgerRefusal.AccountClosing or LedgerRefusal.AccountClosed } => new BuyOutcome.BuyingStopped(),
        { Refusal: { } refusal } => throw new InvalidOperationException($"A reservation cannot be refused as {refusal}."),
        { State: LabelState.Purchased or LabelState.Voided } => new BuyOutcome.Bought(result.DocumentStored),
        { State: LabelState.Declined } => new BuyOutcome.Declined(result.DeclineReason ?? DeclineReason.CarrierRefused, result.Errors),
        { State: LabelState.Reserved or LabelState.Attempting or LabelState.Unknown } => new BuyOutcome.StillAsking(),
        // Another runner's hold was refused and the draft is open again: nothing of ours happened.
        { State: LabelState.Draft } => null,
        _ => throw new InvalidOperationException($"Unknown state {result.State}."),
    };

    /// <summary>Null when the purchase may begin: then the intent is in the row, to be saved.</summary>
    private async Task<BuyOutcome?> StandsInTheWayAsync(AppDbContext db, Label label, BuyRequest request, CancellationToken ct)
    {
        var draft = label.Draft();
        var now = time.GetUtcNow();

        // Its group of the day: see ManifestRules.Group; the carrier closes its days in Eastern time.
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Eastern).DateTime);
        string point = AddressRules.Normalize(draft.From).PostalCode.Replace(" ", "", StringComparison.Ordinal);
        string stem = ManifestRules.GroupStem(label.MerchantId, today, point);
        var standing = await db.Merchants
            .Where(row => row.Id == label.MerchantId)
            .Select(row => new
            {
                IsSetUp = row.SetUpFinishedAt != null,
                Format = db.LabelSettings.Where(settings => settings.MerchantId == row.Id).Select(settings => (LabelFormat?)settings.Format).FirstOrDefault(),
                Begun = db.Manifests.Count(manifest => manifest.MerchantId == row.Id && manifest.CarrierGroup.StartsWith(stem)),
            })
            .FirstAsync(ct);
        if (!standing.IsSetUp)
        {
            return new BuyOutcome.SetUpNeeded();
        }

        if (LabelDraftRules.CheckForPurchase(draft, carrier.Terms.UsDutiesPrepaid) is { IsEmpty: false } findings)
        {
            return new BuyOutcome.Incomplete(findings);
        }

        if (await ServiceNoticeRows.BlockingAsync(db, draft, request.ServiceCode, now, ct) is { } notice)
        {
            return new BuyOutcome.StoppedByNotice(notice);
        }

        bool current = label.RatedAt is { } ratedAt
            && LabelRules.QuoteStands(ratedAt, now)
            && label.RatesFor == StoredLabel.Fingerprint(StoredLabel.RateRequest(draft));
        var rate = (StoredLabel.Json.Read<List<Rate>>(label.RatesJson) ?? []).Find(quoted => quoted.ServiceCode == request.ServiceCode);
        if (!current || rate is null || rate.Price.Total != request.SeenTotal)
        {
            return new BuyOutcome.PriceMustBeAskedAgain();
        }

        label.State = LabelState.Reserved;
        label.ServiceCode = rate.ServiceCode;
        label.ServiceName = rate.ServiceName;
        label.QuoteJson = StoredLabel.Json.Write(rate.Price);
        label.Reserved = rate.Price.Total;
        label.RequestedAt = now;
        label.RequestedBy = request.UserId;
        label.Language = request.Language;
        label.CarrierGroup = ManifestRules.Group(label.MerchantId, today, point, standing.Begun);
        label.Format = standing.Format ?? LabelFormat.ThermalPdf;
        label.CreatedAt = now;
        label.UpdatedAt = now;
        label.NextRunAt = LabelRules.LookAgain(label.Facts(), now);
        label.Version++;
        return null;
    }
}

/// <param name="SeenTotal">The total the buyer saw beside the service: no other price is ever paid.</param>
/// <param name="UserId">Who buys.</param>
public sealed record BuyRequest(MerchantAccess Merchant, LabelId Label, string ServiceCode, Money SeenTotal, string UserId, Language Language);

/// <summary>How a purchase stands: a closed set.</summary>
public abstract record BuyOutcome
{
    private BuyOutcome()
    {
    }

    /// <param name="DocumentStored">False when the carrier has not handed out the document yet: it follows by itself.</param>
    public sealed record Bought(bool DocumentStored) : BuyOutcome;

    /// <summary>Nothing was bought; the draft stays as it is.</summary>
    public sealed record InsufficientFunds(Money Available, Money Needed) : BuyOutcome
    {
        public Money Missing => Needed - Available;
    }

    /// <summary>Money is owed: buying stops until the next funding pays it.</summary>
    public sealed record Owing(Money Owed) : BuyOutcome;

    /// <summary>The account is paused, closing or closed.</summary>
    public sealed record BuyingStopped : BuyOutcome;

    /// <summary>Nothing was bought and the hold is given back.</summary>
    public sealed record Declined(DeclineReason Reason, IReadOnlyList<CarrierError> Errors) : BuyOutcome;

    /// <summary>No usable answer yet: the funds stay held and the purchase settles by itself. Ask again to watch.</summary>
    public sealed record StillAsking : BuyOutcome;

    /// <summary>Support has stopped purchases of this service or to this place for a while: nothing was held.</summary>
    public sealed record StoppedByNotice(NoticeView Notice) : BuyOutcome;

    /// <summary>Billing must be set up first.</summary>
    public sealed record SetUpNeeded : BuyOutcome;

    public sealed record Incomplete(DraftFindings Findings) : BuyOutcome;

    /// <summary>The quote is too old, or the parcel is no longer the one it priced.</summary>
    public sealed record PriceMustBeAskedAgain : BuyOutcome;

    public sealed record NotFound : BuyOutcome;
}
