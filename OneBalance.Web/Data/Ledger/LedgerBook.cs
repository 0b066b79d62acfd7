using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The one door through which money moves. Commands from all callers enter one bounded channel; one writer drains it and
/// commits in groups; callers are answered only after the commit.
/// </summary>
public sealed class LedgerBook
{
    /// <summary>
    /// Submits a command. The same key with the same content answers the recorded outcome. An exception means the outcome is
    /// unknown: submit the same command again.
    /// </summary>
    public Task<LedgerReply> SubmitAsync(LedgerCommand command, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>The merchant's balance as committed; <see cref="Balance.Empty"/> before the first transfer.</summary>
    public Task<Balance> BalanceAsync(MerchantId merchant, CancellationToken ct) =>
        throw new NotImplementedException();
}

/// <summary>Tells pages that a merchant's balance changed, from this process or another node.</summary>
public sealed class BalanceFeed
{
    /// <summary>Calls back after each committed change of the merchant's book, on a thread of the writer; dispose to stop.</summary>
    public IDisposable Subscribe(MerchantId merchant, Action changed) => throw new NotImplementedException();

    internal void Publish(MerchantId merchant) => throw new NotImplementedException();
}

internal static class LedgerRoom
{
    public static void AddLedger(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LedgerBook>();
        builder.Services.AddSingleton<BalanceFeed>();
    }
}
