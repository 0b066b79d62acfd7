using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Notices;

namespace OneBalance.Web.Features.Adjustments;

/// <param name="Id">Chosen when the form was opened.</param>
/// <param name="CarrierLineId">The carrier's id of its invoice's line.</param>
/// <param name="TrackingNumber">The parcel; empty when the line is of no parcel.</param>
/// <param name="Evidence">A PDF, PNG or JPEG: the carrier's page or photograph.</param>
public sealed record AdjustmentOrder(
    Guid Id,
    string CarrierLineId,
    string TrackingNumber,
    AdjustmentKind Kind,
    Money Amount,
    string Explanation,
    string EvidenceName,
    byte[] Evidence);

/// <summary>
/// Passes a line of the carrier's invoice on to the merchant: the notice with its evidence is stored and mailed first, then the
/// balance is debited. A line is passed on once, whoever enters it again.
/// </summary>
public sealed class NoticeAdjustment(
    IDbContextFactory<AppDbContext> contexts,
    AdjustmentFlow flow,
    AuditTrail trail,
    NoticeWriter notices,
    IStringLocalizer<AdjustmentTexts> texts,
    TimeProvider time)
{
    public async Task<NoticeAdjustmentOutcome> RunAsync(MerchantId merchant, AdjustmentOrder order, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        string line = order.CarrierLineId.Trim();
        if (line.Length is 0 or > AdjustmentRules.LongestLineId)
        {
            return new NoticeAdjustmentOutcome.LineIdNeeded();
        }

        if (!AdjustmentRules.IsAmount(order.Amount))
        {
            return new NoticeAdjustmentOutcome.AmountOutOfBounds(AdjustmentRules.Most);
        }

        if (!AdjustmentRules.AreWords(order.Explanation))
        {
            return new NoticeAdjustmentOutcome.ExplanationNeeded();
        }

        if (order.Evidence.Length is 0 or > AdjustmentRules.LargestEvidence || AdjustmentRules.MediaTypeOf(order.Evidence) is not { } mediaType)
        {
            return new NoticeAdjustmentOutcome.EvidenceNeeded();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (!await db.Merchants.AnyAsync(row => row.Id == merchant, ct))
        {
            return new NoticeAdjustmentOutcome.NotFound();
        }

        LabelId? label = null;
        string tracking = order.TrackingNumber.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (tracking.Length > 0)
        {
            label = await db.Labels.Where(row => row.MerchantId == merchant && row.TrackingNumber == tracking).Select(row => (LabelId?)row.Id).FirstOrDefaultAsync(ct);
            if (label is null)
            {
                return new NoticeAdjustmentOutcome.NoSuchLabel();
            }
        }

        if (await EnteredAsync(db, line, ct) is { } entered)
        {
            return await JoinAsync(entered);
        }

        var row = new CarrierAdjustment
        {
            MerchantId = merchant,
            Id = order.Id,
            CarrierLineId = line,
            LabelId = label,
            Kind = order.Kind,
            State = AdjustmentState.Noticed,
            Amount = order.Amount,
            Explanation = order.Explanation.Trim(),
            EvidenceName = Path.GetFileName(order.EvidenceName) is { Length: > 0 } name ? name[..Math.Min(name.Length, 120)] : "evidence",
            EvidenceType = mediaType,
            Evidence = order.Evidence,
            NoticedAt = time.GetUtcNow(),
        };
        db.Add(row);
        trail.Add(db, actor, AuditAction.AdjustmentNoticed, merchant, $"adjustment/{row.Id:N}", row.Explanation, null, new { row.CarrierLineId, row.Kind, row.Amount, row.LabelId });
        await notices.AddAsync(
            db,
            merchant,
            NoticeKind.AdjustmentNoticed,
            formats => new NoticeWords(
                texts["Mail.Noticed.Subject", formats.Money(row.Amount)],
                [texts["Mail.Noticed.Text", formats.Money(row.Amount), texts[$"Kind.{row.Kind}"]], row.Explanation, texts["Mail.Noticed.Next", AdjustmentRules.DisputeWindow.Days]],
                texts["Mail.Link"],
                "/balance/adjustments"),
            onlyUser: null,
            ct);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Somebody entered it at the same time, or this was pressed twice; anything else is a bug and shows.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await EnteredAsync(again, line, ct) is not { } other)
            {
                throw;
            }

            return await JoinAsync(other);
        }

        notices.Wake();
        return await flow.RunAsync(merchant, order.Id, CancellationToken.None);

        async Task<NoticeAdjustmentOutcome> JoinAsync(Entered first) =>
            (first.Merchant, first.Id) != (merchant, order.Id) ? new NoticeAdjustmentOutcome.EnteredBefore()
            : (first.Label, first.Kind, first.Amount, first.Explanation) != (label, order.Kind, order.Amount, order.Explanation.Trim()) ? new NoticeAdjustmentOutcome.Differs()
            : await flow.RunAsync(merchant, order.Id, CancellationToken.None);
    }

    private static Task<Entered?> EnteredAsync(AppDbContext db, string line, CancellationToken ct) =>
        db.CarrierAdjustments.Where(row => row.CarrierLineId == line)
            .Select(row => new Entered(row.MerchantId, row.Id, row.LabelId, row.Kind, row.Amount, row.Explanation)).SingleOrDefaultAsync(ct);

    private sealed record Entered(MerchantId Merchant, Guid Id, LabelId? Label, AdjustmentKind Kind, Money Amount, string Explanation);
}

/// <summary>What came of passing a line on: a closed set.</summary>
public abstract record NoticeAdjustmentOutcome
{
    private NoticeAdjustmentOutcome()
    {
    }

    /// <summary>Told and debited.</summary>
    public sealed record Debited : NoticeAdjustmentOutcome;

    /// <summary>This line of the carrier was passed on before.</summary>
    public sealed record EnteredBefore : NoticeAdjustmentOutcome;

    /// <summary>This form passed the line on before with other words or another amount, which count.</summary>
    public sealed record Differs : NoticeAdjustmentOutcome;

    public sealed record LineIdNeeded : NoticeAdjustmentOutcome;

    /// <param name="Most">From 0.01 to this.</param>
    public sealed record AmountOutOfBounds(Money Most) : NoticeAdjustmentOutcome;

    public sealed record ExplanationNeeded : NoticeAdjustmentOutcome;

    /// <summary>No file, too large, or none of PDF, PNG and JPEG.</summary>
    public sealed record EvidenceNeeded : NoticeAdjustmentOutcome;

    public sealed record NoSuchLabel : NoticeAdjustmentOutcome;

    public sealed record NotFound : NoticeAdjustmentOutcome;
}

/// <summary>The steps of an adjustment that move money; each may be repeated.</summary>
public sealed class AdjustmentFlow(IDbContextFactory<AppDbContext> contexts, LedgerBook ledger, TimeProvider time)
{
    /// <summary>Debits what was noticed, credits what support gave in to; nothing for any other state.</summary>
    public async Task<NoticeAdjustmentOutcome> RunAsync(MerchantId merchant, Guid id, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            if (await db.CarrierAdjustments.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct) is not { } row)
            {
                return new NoticeAdjustmentOutcome.NotFound();
            }

            if (row.State == AdjustmentState.Noticed)
            {
                await SubmitAsync(new Surcharge(merchant, LedgerKeys.AdjustmentDebit(id), row.Amount), ct);
                row.State = AdjustmentState.Debited;
                row.DebitedAt = time.GetUtcNow();
            }
            else if (row.State == AdjustmentState.CreditDue)
            {
                await SubmitAsync(new Correct(merchant, LedgerKeys.AdjustmentCredit(id), LedgerKeys.AdjustmentDebit(id)), ct);
                row.State = AdjustmentState.Credited;
                row.CreditedAt = time.GetUtcNow();
            }
            else
            {
                return new NoticeAdjustmentOutcome.Debited();
            }

            row.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // The sweep and the page met: look again at what the other left.
            }
        }
    }

    private async Task SubmitAsync(LedgerCommand command, CancellationToken ct)
    {
        // Support may have reversed the debit by hand before giving in: then the money is back already.
        if (await ledger.SubmitAsync(command, ct) is LedgerReply.Refused(var reason) and not LedgerReply.Refused(LedgerRefusal.AlreadyReversed))
        {
            throw new InvalidOperationException($"The ledger refused {command.Key} of merchant {command.Merchant}: {reason}.");
        }
    }
}

/// <summary>Ends what a crash left between notice and debit, or between decision and credit.</summary>
public sealed partial class AdjustmentSweep(IDbContextFactory<AppDbContext> contexts, AdjustmentFlow flow, ILogger<AdjustmentSweep> logger) : ISweep
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.CarrierAdjustments.Where(row => row.State == AdjustmentState.Noticed || row.State == AdjustmentState.CreditDue)
            .OrderBy(row => row.NoticedAt).Take(100).Select(row => new { row.MerchantId, row.Id }).ToListAsync(ct);
        foreach (var row in due)
        {
            try
            {
                await flow.RunAsync(row.MerchantId, row.Id, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure, row.Id, row.MerchantId);
            }
        }

        return due.Count;
    }

    [LoggerMessage(LogLevel.Error, "Adjustment {Adjustment} of merchant {Merchant} could not be moved on; it stays due.")]
    private partial void Failed(Exception failure, Guid adjustment, MerchantId merchant);
}
