using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Keeps the balance from staying below the merchant's threshold. Considered after every debit and by a sweep, by any
/// number of runners at once: the database takes one automatic top-up under way and each numbered slot of a day once.
/// </summary>
public sealed partial class AutoFund(
    IDbContextFactory<AppDbContext> contexts,
    ResumeTopUp resume,
    LedgerBook ledger,
    TimeProvider time,
    ILogger<AutoFund> log)
{
    /// <returns>What was decided; <see cref="AutoFundingDecision.Running"/> also when another runner was faster.</returns>
    public async Task<AutoFundingDecision> RunAsync(MerchantId merchant, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AutoFunding.AsNoTracking().SingleOrDefaultAsync(a => a.MerchantId == merchant, ct) is not { Enabled: true } settings)
        {
            return new AutoFundingDecision.Off();
        }

        var now = time.GetUtcNow();
        var today = EasternDay.Of(now);
        string day = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        int fundedToday = await db.TopUps.CountAsync(t => t.MerchantId == merchant && t.AutomaticSlot != null && t.AutomaticSlot.StartsWith(day + "/"), ct);
        bool running = await db.TopUps.AnyAsync(
            t => t.MerchantId == merchant && t.Automatic
                && (t.State == TopUpState.Requested || t.State == TopUpState.Charging || t.State == TopUpState.RequiresAction || t.State == TopUpState.Processing),
            ct);
        var account = await FundingAccount.LoadAsync(db, merchant, ct);
        var card = await CardAsync(db, settings, today, ct);

        var decision = AutoFundingPolicy.Decide(
            new AutoFundingPlan(settings.Enabled, settings.Threshold, settings.Amount, settings.MostPerDay),
            new AutoFundingFacts(
                (await ledger.BalanceAsync(merchant, ct)).Available,
                running,
                fundedToday,
                settings.CoolDownUntil,
                card is not null,
                account is { SetUp: true, Open: true }),
            now);
        if (decision is not AutoFundingDecision.Fund(var amount))
        {
            return decision;
        }

        var topUp = new TopUp
        {
            MerchantId = merchant,
            Id = new TopUpId(Guid.CreateVersion7(now)),
            State = TopUpState.Requested,
            Amount = amount,
            CardId = card!.Id,
            CardBrand = card.Brand,
            CardLastFour = card.LastFour,
            ReturnUrl = "",
            Automatic = true,
            AutomaticSlot = string.Create(CultureInfo.InvariantCulture, $"{day}/{fundedToday + 1}"),
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
                return new AutoFundingDecision.Running();
            }

            throw;
        }

        Funding(log, merchant.Value, topUp.Id.ToString(), topUp.AutomaticSlot);
        await resume.RunAsync(merchant, topUp.Id, CancellationToken.None);
        return decision;
    }

    /// <summary>The default card; after a failure the backup card. Expired ones are passed over.</summary>
    private static async Task<CardOnFile?> CardAsync(AppDbContext db, AutoFundingSettings settings, DateOnly today, CancellationToken ct)
    {
        var cards = await db.Cards.AsNoTracking().Where(c => c.MerchantId == settings.MerchantId && c.RemovedAt == null && (c.IsDefault || c.IsBackup)).ToListAsync(ct);
        return cards
            .Where(c => !new Card(c.Brand, c.LastFour, c.ExpiryMonth, c.ExpiryYear).IsExpired(today))
            .OrderByDescending(c => settings.Failures > 0 ? c.IsBackup : c.IsDefault)
            .FirstOrDefault();
    }

    [LoggerMessage(LogLevel.Information, "Auto-funding of merchant {Merchant} makes top-up {TopUp}, slot {Slot}.")]
    private static partial void Funding(ILogger log, long merchant, string topUp, string slot);
}

/// <summary>Considers every merchant whose balance lies below the threshold: what no debit's own consideration caught.</summary>
public sealed partial class AutoFundSweep(IDbContextFactory<AppDbContext> contexts, AutoFund fund, ILogger<AutoFundSweep> log) : ISweep
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var enabled = await db.AutoFunding.Where(a => a.Enabled).Select(a => a.MerchantId).ToListAsync(ct);
        int funded = 0;
        foreach (var merchant in enabled)
        {
            try
            {
                funded += await fund.RunAsync(merchant, ct) is AutoFundingDecision.Fund ? 1 : 0;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One merchant's trouble must not keep the others waiting.
                Broken(log, failure, merchant.Value);
            }
        }

        return funded;
    }

    [LoggerMessage(LogLevel.Error, "Auto-funding of merchant {Merchant} could not be considered.")]
    private static partial void Broken(ILogger log, Exception failure, long merchant);
}
