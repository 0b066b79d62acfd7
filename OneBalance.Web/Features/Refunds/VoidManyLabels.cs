using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Refunds;

/// <summary>Voids many labels with one wish: says first what it means for each, then stores a request for each that can have one.</summary>
public sealed partial class VoidManyLabels(IDbContextFactory<AppDbContext> contexts, VoidLabel voidLabel, TimeProvider time, ILogger<VoidManyLabels> logger)
{
    /// <summary>What the wish would do for each, in the order of purchase; labels of other merchants are left out.</summary>
    public async Task<IReadOnlyList<VoidPlanRow>> PlanAsync(MerchantAccess access, IReadOnlyCollection<LabelId> labels, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && labels.Contains(label.Id))
            .OrderBy(label => label.PurchasedAt)
            .Select(label => new
            {
                Label = label,
                Request = db.RefundRequests.FirstOrDefault(request => request.MerchantId == merchant && request.LabelId == label.Id),
                Scanned = db.LabelTrackings.Any(row => row.MerchantId == merchant && row.LabelId == label.Id && row.Status != TrackingStatus.NotScanned),
            })
            .ToListAsync(ct);
        var now = time.GetUtcNow();
        return
        [
            .. rows.Select(row => new VoidPlanRow(
                row.Label.Id,
                row.Label.To.Name.Length > 0 ? row.Label.To.Name : row.Label.To.Company,
                row.Label.Paid ?? Money.Zero,
                row.Request is { State: RefundState.Scheduled } ? new RefundDecision.AlreadyDone() : RefundPolicy.Decide(LabelRefund.Facts(row.Label, row.Request?.State, row.Scanned), now),
                row.Request?.State)),
        ];
    }

    /// <summary>
    /// Stores a request for each label that can have one and has none; each is sent and credited on its own. One label's failure
    /// does not keep the others.
    /// </summary>
    public async Task<VoidManyOutcome> RunAsync(MerchantAccess access, IReadOnlyCollection<LabelId> labels, string userId, Language language, CancellationToken ct)
    {
        await access.DemandAsync(MerchantRight.BuyLabels, ct);
        var stored = new List<LabelId>();
        DateTimeOffset? first = null;
        int failed = 0;
        foreach (var row in await PlanAsync(access, labels, ct))
        {
            try
            {
                if (await voidLabel.AmongManyAsync(access, row.Label, userId, language, ct) is (var outcome, true))
                {
                    stored.Add(row.Label);
                    first = outcome is VoidOutcome.Sending(var at, _) && !(first < at) ? at : first;
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, row.Label);
                failed++;
            }
        }

        return new VoidManyOutcome(stored, first, failed);
    }

    /// <summary>Takes back each that was not sent yet, of those that <see cref="RunAsync"/> stored; how many.</summary>
    public async Task<int> WithdrawAsync(MerchantAccess access, IReadOnlyCollection<LabelId> labels, CancellationToken ct)
    {
        await access.DemandAsync(MerchantRight.BuyLabels, ct);
        int taken = 0;
        foreach (var label in labels)
        {
            taken += await voidLabel.WithdrawAsync(access, label, ct) ? 1 : 0;
        }

        return taken;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Voiding label {Label} among many failed")]
    private partial void LogFailed(Exception failure, LabelId label);
}

/// <param name="Decision">What <see cref="RefundPolicy"/> says now.</param>
/// <param name="Standing">The state of a request that exists; null without one.</param>
public sealed record VoidPlanRow(LabelId Label, string Recipient, Money Amount, RefundDecision Decision, RefundState? Standing);

/// <param name="Stored">Labels for which this wish stored a request; those with one of their own are left to it.</param>
/// <param name="FirstAt">When the first are sent; null when all wait for their 60 minutes.</param>
/// <param name="Failed">How many could not be stored.</param>
public sealed record VoidManyOutcome(IReadOnlyList<LabelId> Stored, DateTimeOffset? FirstAt, int Failed);
