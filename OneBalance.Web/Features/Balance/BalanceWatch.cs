using OneBalance.Core.Team;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>A merchant's balance for pages: as it stands, and a call whenever it has moved.</summary>
public sealed class BalanceWatch(LedgerBook book, BalanceFeed feed)
{
    public async Task<Core.Ledger.Balance> NowAsync(MerchantAccess access, CancellationToken ct) =>
        await book.BalanceAsync(await access.DemandAsync(MerchantRight.SeeBalance, ct), ct);

    /// <summary>
    /// Calls back after each committed change, on a thread of the ledger's writer; dispose to stop. The call runs in the
    /// follower's own context: a page that renders because of it renders in its reader's language, not in the writer's.
    /// </summary>
    public IDisposable Follow(MerchantAccess access, Action changed)
    {
        var context = ExecutionContext.Capture();
        return feed.Subscribe(access.ForSignal(), context is null ? changed : () => ExecutionContext.Run(context, _ => changed(), null));
    }
}
