using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Keeps the balance from staying below the merchant's threshold. Considered after every debit and by a sweep, by any
/// number of runners at once: the database takes one automatic top-up under way and each numbered slot of a day once.
/// </summary>
public sealed partial class AutoFund(
    IDbContextFactory<AppDbContext> contexts,
    ResumeTopUp resume,
    LedgerBook ledger,
    IOptions<FundingOptions> options,
    TimeProvider time,
    ILogger<AutoFund> log)
{
    /// <returns>What was decided; <see cref="AutoFundingDecision.Running"/> also when another runner was faster.</returns>
    public Task<AutoFundingDecision> RunAsync(MerchantId merchant, CancellationToken ct) => RunAsync(merchant, Money.Zero, ct);

    /// <param name="waiting">The price of a purchase that waits for the funds: what is left after it counts.</param>
    public async Task<AutoFundingDecision> RunAsync(MerchantId merchant, Money waiting, CancellationToken ct)
    {
        AutoFundingDecision? first = null;
        while (true)
        {
            var (decision, topUp) = await StoreAsync(merchant, waiting, ct);
            first ??= decision;
            if (topUp is not { } id)
            {
                return first;
            }

            // From here on the intent is stored. After a refusal the backup card is tried at once: then it is its turn, or a cool-down's.
            var ended = await resume.RunAsync(MerchantAccess.OfProduct(merchant), id, CancellationToken.None);
            if (ended?.State == TopUpState.Succeeded && await DebitedSinceAsync(merchant, id, ct))
            {
                // That debit found a funding under way: it is considered now, not by the sweep a minute later. The purchase that
                // waited has what one funding brings.
                waiting = Money.Zero;
            }
            else if (ended?.State != TopUpState.Failed)
            {
                return first;
            }
        }
    }

    /// <summary>Whether less was left since than right after the funds were credited.</summary>
    private async Task<bool> DebitedSinceAsync(MerchantId merchant, TopUpId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        string? payment = await db.TopUps.Where(t => t.MerchantId == merchant && t.Id == id).Select(t => t.PaymentId).SingleAsync(ct);
        string key = LedgerKeys.Fund(payment!);
        return await db.LedgerTransfers.AnyAsync(
            later => later.MerchantId == merchant
                && db.LedgerTransfers.Any(funded => funded.MerchantId == merchant && funded.Key == key && later.Sequence > funded.Sequence && later.AvailableAfter < funded.AvailableAfter),
            ct);
    }

    /// <summary>Decides, and stores the top-up where one is to be made.</summary>
    private async Task<(AutoFundingDecision Decision, TopUpId? TopUp)> StoreAsync(MerchantId merchant, Money waiting, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await AutoFundingState.LoadAsync(db, ledger, merchant, waiting, now, ct) is not { } state)
        {
            return (new AutoFundingDecision.Off(), null);
        }

        var decision = AutoFundingPolicy.Decide(state.Plan, state.Facts, options.Value.Policy, now);
        if (decision is not AutoFundingDecision.Fund(var amount))
        {
            return (decision, null);
        }

        var card = state.Card!;
        var topUp = new TopUp
        {
            MerchantId = merchant,
            Id = new TopUpId(Guid.CreateVersion7(now)),
            State = TopUpState.Requested,
            Amount = amount,
            CardId = card.Id,
            CardBrand = card.Brand,
            CardLastFour = card.LastFour,
            ReturnUrl = "",
            Automatic = true,
            AutomaticSlot = string.Create(CultureInfo.InvariantCulture, $"{state.Day}/{state.Facts.FundedToday + 1}"),
            RequestedBy = "auto-funding",
            RequestedAt = now,
            UpdatedAt = now,
            NextAttemptAt = now + TopUpFlow.Wait(0),
        };
        db.TopUps.Add(topUp);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // One of the two unique rules: another runner funds, or took this slot of the day.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.TopUps.AnyAsync(
                t => t.MerchantId == merchant && t.Automatic && (t.AutomaticSlot == topUp.AutomaticSlot || t.EndedAt == null), ct))
            {
                return (new AutoFundingDecision.Running(), null);
            }

            throw;
        }

        Funding(log, merchant.Value, topUp.Id.ToString(), topUp.AutomaticSlot);
        return (decision, topUp.Id);
    }

    [LoggerMessage(LogLevel.Information, "Auto-funding of merchant {Merchant} makes top-up {TopUp}, slot {Slot}.")]
    private static partial void Funding(ILogger log, long merchant, string topUp, string slot);
}

/// <summary>Considers every merchant whose balance lies below the threshold: what no debit's own consideration caught.</summary>
public sealed partial class AutoFundSweep(IDbContextFactory<AppDbContext> contexts, AutoFund fund, ILogger<AutoFundSweep> log) : ISweep
{
    /// <summary>A charge may take as long as the processor is waited for; the others do not wait for it.</summary>
    private const int AtOnce = 4;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        int funded = 0;
        await Parallel.ForEachAsync(await BelowAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (merchant, stop) =>
        {
            try
            {
                if (await fund.RunAsync(merchant, stop) is AutoFundingDecision.Fund)
                {
                    Interlocked.Increment(ref funded);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One merchant's trouble must not keep the others waiting.
                Broken(log, failure, merchant.Value);
            }
        });
        return funded;
    }

    /// <summary>In one reading; whether a funding is due is decided for each of them alone.</summary>
    private async Task<IReadOnlyList<MerchantId>> BelowAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var enabled = await db.AutoFunding.Where(a => a.Enabled)
            .Select(a => new
            {
                a.MerchantId,
                a.Threshold,
                Left = db.LedgerBooks.Where(book => book.MerchantId == a.MerchantId).Select(book => book.Available - book.Pending - book.Receivable).FirstOrDefault(),
            })
            .ToListAsync(ct);
        return [.. enabled.Where(a => new Money(a.Left) < a.Threshold).Select(a => a.MerchantId)];
    }

    [LoggerMessage(LogLevel.Error, "Auto-funding of merchant {Merchant} could not be considered.")]
    private static partial void Broken(ILogger log, Exception failure, long merchant);
}
