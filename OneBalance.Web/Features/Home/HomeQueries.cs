using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Home;

/// <summary>What Home shows of one merchant.</summary>
/// <param name="SetUp">The step of the wizard to go on with; null once it is finished.</param>
/// <param name="Activity">Null for whoever may not see the balance.</param>
/// <param name="Closing">Labels whose refund window ends within <see cref="HomeQueries.Soon"/>, the first to end first.</param>
public sealed record HomeView(
    string BusinessName,
    HomeStep? SetUp,
    int LabelsToday,
    Money SpentToday,
    int Unsettled,
    IReadOnlyList<ClosingLabel> Closing,
    IReadOnlyList<Activity>? Activity);

/// <param name="Until">The last moment at which voiding still brings the money back.</param>
public sealed record ClosingLabel(LabelId Id, string To, string? TrackingNumber, Money Paid, DateTimeOffset Until);

/// <summary>One movement of the balance.</summary>
/// <param name="Amount">Positive when the balance grew.</param>
public sealed record Activity(ActivityKind Kind, Money Amount, DateTimeOffset At);

/// <summary>What moved the balance, in the merchant's words.</summary>
public enum ActivityKind
{
    FundsAdded,
    LabelBought,
    LabelRefunded,
    Surcharge,
    Credit,
    Correction,
    Dispute,
    DisputeWon,
    Closing,
}

/// <summary>The steps of setting up that come before Finish Setup.</summary>
public enum HomeStep
{
    Billing,
    Payment,
    Terms,
}

/// <summary>Reads Home: a few small projections, always of one merchant.</summary>
public sealed class HomeQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public static readonly TimeSpan Soon = TimeSpan.FromDays(3);

    private const int MostClosing = 5;
    private const int MostActivity = 6;

    /// <param name="today">The start of the reader's day.</param>
    public async Task<HomeView> LoadAsync(MerchantAccess access, DateTimeOffset today, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var who = await db.Merchants.Where(m => m.Id == merchant).Select(m => new { m.BusinessName, m.SetUpFinishedAt }).SingleAsync(ct);
        var step = who.SetUpFinishedAt is not null
            ? (HomeStep?)null
            : Step(await db.SetUpDrafts.Where(d => d.MerchantId == merchant).Select(d => (SetUpStep?)d.Step).SingleOrDefaultAsync(ct));

        var bought = db.Labels.Where(l => l.MerchantId == merchant && l.PurchasedAt >= today && (l.State == LabelState.Purchased || l.State == LabelState.Voided));
        var paid = await bought.Where(l => l.State == LabelState.Purchased).Select(l => l.Paid).ToListAsync(ct);
        int unsettled = await db.Labels.CountAsync(l => l.MerchantId == merchant && (l.State == LabelState.Attempting || l.State == LabelState.Unknown), ct);

        var from = now - RefundPolicy.Window;
        var to = from + Soon;
        var closing = await db.Labels
            .Where(l => l.MerchantId == merchant && l.State == LabelState.Purchased && l.ManifestedAt == null && l.PurchasedAt >= from && l.PurchasedAt <= to)
            .Where(l => !db.RefundRequests.Any(r => r.MerchantId == merchant && r.LabelId == l.Id && r.State != RefundState.Refused && r.State != RefundState.Withdrawn && r.State != RefundState.NotSent))
            .OrderBy(l => l.PurchasedAt)
            .Take(MostClosing)
            .Select(l => new { l.Id, l.To.Name, l.To.Company, l.TrackingNumber, l.Paid, l.PurchasedAt })
            .ToListAsync(ct);

        // Holds and what becomes of them are steps of a purchase; the reader wants the movements.
        var activity = !(await access.NowAsync(ct)).Allow(MerchantRight.SeeBalance) ? null : await db.LedgerTransfers
            .Where(t => t.MerchantId == merchant && t.Amount != 0 && t.Kind != LedgerTransferKind.Reserve && t.Kind != LedgerTransferKind.Release && t.Kind != LedgerTransferKind.RecordFee)
            .OrderByDescending(t => t.Sequence)
            .Take(MostActivity)
            .Select(t => new { t.Kind, t.Amount, t.RecordedAt })
            .ToListAsync(ct);

        return new HomeView(
            who.BusinessName,
            step,
            await bought.CountAsync(ct),
            paid.Aggregate(Money.Zero, (sum, price) => sum + (price ?? Money.Zero)),
            unsettled,
            [.. closing.Select(l => new ClosingLabel(l.Id, l.Name.Length > 0 ? l.Name : l.Company, l.TrackingNumber, l.Paid ?? Money.Zero, l.PurchasedAt!.Value + RefundPolicy.Window))],
            activity?.Select(t => Movement(t.Kind, new Money(t.Amount), t.RecordedAt)).OfType<Activity>().ToList());
    }

    private static HomeStep Step(SetUpStep? step) => step switch
    {
        null or SetUpStep.Billing => HomeStep.Billing,
        SetUpStep.Payment => HomeStep.Payment,
        SetUpStep.Terms or SetUpStep.AutoFunding or SetUpStep.Done => HomeStep.Terms,
        _ => throw new InvalidOperationException($"Unknown step {step}."),
    };

    /// <summary>Null for what moves no money of the merchant's.</summary>
    private static Activity? Movement(LedgerTransferKind kind, Money amount, DateTimeOffset at) => kind switch
    {
        LedgerTransferKind.Fund => new Activity(ActivityKind.FundsAdded, amount, at),
        LedgerTransferKind.Capture => new Activity(ActivityKind.LabelBought, -amount, at),
        LedgerTransferKind.RefundLabel => new Activity(ActivityKind.LabelRefunded, amount, at),
        LedgerTransferKind.Surcharge => new Activity(ActivityKind.Surcharge, -amount, at),
        LedgerTransferKind.Credit => new Activity(ActivityKind.Credit, amount, at),
        LedgerTransferKind.Correct => new Activity(ActivityKind.Correction, amount, at),
        LedgerTransferKind.Dispute => new Activity(ActivityKind.Dispute, -amount, at),
        LedgerTransferKind.Reinstate => new Activity(ActivityKind.DisputeWon, amount, at),
        LedgerTransferKind.Close => new Activity(ActivityKind.Closing, -amount, at),
        _ => null,
    };
}
