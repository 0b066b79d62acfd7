using OneBalance.Core;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Web.Features.Balance;

/// <summary>A merchant's balance for pages: as it stands, and a call whenever it has moved.</summary>
public sealed class BalanceWatch(LedgerBook book, BalanceFeed feed)
{
    public Task<Core.Ledger.Balance> NowAsync(MerchantId merchant, CancellationToken ct) => book.BalanceAsync(merchant, ct);

    /// <summary>Calls back after each committed change, on a thread of the ledger's writer; dispose to stop.</summary>
    public IDisposable Follow(MerchantId merchant, Action changed) => feed.Subscribe(merchant, changed);
}
