using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Auto-funding in the middle of a purchase: a price that the balance does not pay is funded first, where one automatic
/// top-up covers it. Pages ask <see cref="LookAsync"/> before, so that nobody is surprised.
/// </summary>
public sealed class FundPurchase(
    IDbContextFactory<AppDbContext> contexts,
    AutoFund fund,
    ResumeTopUp resume,
    LedgerBook ledger,
    IOptions<FundingOptions> options,
    TimeProvider time)
{
    /// <summary>How long the buyer waits for an automatic top-up that another runner is making.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>What would happen if this were bought now.</summary>
    public async Task<PurchaseFunding> LookAsync(MerchantAccess access, Money price, CancellationToken ct) =>
        (await WeighAsync(await access.DemandAsync(MerchantRight.BuyLabels, ct), price, ct)).Funding;

    /// <summary>Funds where one automatic top-up covers what is missing.</summary>
    /// <returns>True when the balance pays the purchase now: buy again. False: the merchant has to add funds.</returns>
    public async Task<bool> RunAsync(MerchantAccess access, Money price, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        var (funding, underWay) = await WeighAsync(merchant, price, ct);
        if (funding is PurchaseFunding.Covers && underWay is null && await fund.RunAsync(merchant, price, ct) is AutoFundingDecision.Running)
        {
            (funding, underWay) = await WeighAsync(merchant, price, ct);
        }

        if (funding is PurchaseFunding.Covers && underWay is { } running)
        {
            await AwaitAsync(merchant, running.Id, ct);
        }

        return (await WeighAsync(merchant, price, ct)).Funding is PurchaseFunding.Enough;
    }

    private async Task<(PurchaseFunding Funding, RunningTopUp? UnderWay)> WeighAsync(MerchantId merchant, Money price, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await AutoFundingState.LoadAsync(db, ledger, merchant, price, now, ct) is { } state)
        {
            return (AutoFundingPolicy.ForPurchase(state.Plan, state.Facts, state.UnderWay?.Amount, options.Value.Policy, now), state.UnderWay);
        }

        var balance = await ledger.BalanceAsync(merchant, ct);
        var missing = price + balance.Owed - balance.Available;
        return (missing.IsPositive ? new PurchaseFunding.NotFunded(missing) : new PurchaseFunding.Enough(), null);
    }

    /// <summary>Until the other runner is done, or is taken to be gone: then its top-up is resumed here.</summary>
    private async Task AwaitAsync(MerchantId merchant, TopUpId running, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += LookAgain)
        {
            await using (var db = await contexts.CreateDbContextAsync(ct))
            {
                if (await db.TopUps.AnyAsync(t => t.MerchantId == merchant && t.Id == running && t.EndedAt != null, ct))
                {
                    return;
                }
            }

            await Task.Delay(LookAgain, ct);
        }

        await resume.RunAsync(MerchantAccess.OfProduct(merchant), running, CancellationToken.None);
    }
}
