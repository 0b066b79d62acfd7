using System.Collections.Concurrent;
using System.Threading.Channels;
using OneBalance.Core;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Considers auto-funding after every change of a book, so that a debit is followed at once; what is missed here (a restart, a
/// failure) the sweep catches. Many changes of one merchant in a row are one consideration.
/// </summary>
internal sealed partial class AutoFundWatch(BalanceFeed feed, AutoFund fund, ILogger<AutoFundWatch> log) : BackgroundService
{
    private const int AtOnce = 4;

    private readonly Channel<MerchantId> _changed = Channel.CreateUnbounded<MerchantId>();
    private readonly ConcurrentDictionary<MerchantId, bool> _waiting = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        feed.AnyChanged += TakeNote;
        try
        {
            await Parallel.ForEachAsync(
                _changed.Reader.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                ConsiderAsync);
        }
        finally
        {
            feed.AnyChanged -= TakeNote;
        }
    }

    private void TakeNote(MerchantId merchant)
    {
        if (_waiting.TryAdd(merchant, true))
        {
            _changed.Writer.TryWrite(merchant);
        }
    }

    private async ValueTask ConsiderAsync(MerchantId merchant, CancellationToken ct)
    {
        // Before looking: a change from now on is considered anew.
        _waiting.TryRemove(merchant, out _);
        try
        {
            await fund.RunAsync(merchant, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The sweep considers this merchant again; the others must not wait for it.
            Broken(log, failure, merchant.Value);
        }
    }

    [LoggerMessage(LogLevel.Error, "Auto-funding of merchant {Merchant} could not be considered.")]
    private static partial void Broken(ILogger log, Exception failure, long merchant);
}
