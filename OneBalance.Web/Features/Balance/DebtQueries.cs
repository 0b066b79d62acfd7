using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>A disputed funding as the merchant's pages sum it up.</summary>
/// <param name="Held">Withdrawn and not given back.</param>
public sealed record DisputedFunding(string Id, TopUpId TopUp, string CardBrand, string CardLastFour, Money Held, DateTimeOffset OpenedAt);

/// <summary>What a merchant owes, and the disputes for which the bank holds something. One that only asks a question holds nothing.</summary>
public sealed record Debt(Money Owed, Money Available, IReadOnlyList<DisputedFunding> Open)
{
    public Money Held => Open.Sum(dispute => dispute.Held);
}

/// <summary>Why buying has stopped, or may soon.</summary>
public sealed class DebtQueries(IDbContextFactory<AppDbContext> contexts, LedgerBook ledger)
{
    public async Task<Debt> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        var balance = await ledger.BalanceAsync(merchant, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await db.CardDisputes
            .Where(d => d.MerchantId == merchant && d.State == CardDisputeState.Open)
            .OrderByDescending(d => d.OpenedAt)
            .Join(
                db.TopUps.Where(t => t.MerchantId == merchant),
                d => d.TopUpId,
                t => t.Id,
                (d, t) => new { d.Id, d.TopUpId, t.CardBrand, t.CardLastFour, d.Taken, d.Returned, d.OpenedAt })
            .ToListAsync(ct);
        return new Debt(
            balance.Owed,
            balance.Available,
            [
                .. open.Where(d => d.Taken > d.Returned)
                    .Select(d => new DisputedFunding(d.Id, d.TopUpId, d.CardBrand, d.CardLastFour, d.Taken - d.Returned, d.OpenedAt)),
            ]);
    }
}
