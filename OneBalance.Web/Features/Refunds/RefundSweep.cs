using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Refunds;

/// <summary>Resumes requested voids and starts scheduled ones when their wait is over. Harmless on several nodes at once.</summary>
public sealed partial class RefundSweep(
    IDbContextFactory<AppDbContext> contexts,
    LabelRefund refund,
    TimeProvider time,
    ILogger<RefundSweep> logger) : ISweep
{
    private const int AtMost = 200;

    /// <summary>Runs once over all that is due; one request's failure does not keep the others waiting.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.RefundRequests.AsNoTracking()
            .Where(request => request.NextRunAt != null && request.NextRunAt <= now && !RefundFlow.EndsToTell.Contains(request.State))
            .OrderBy(request => request.NextRunAt)
            .Select(request => new { request.MerchantId, request.LabelId })
            .Take(AtMost)
            .ToListAsync(ct);
        foreach (var request in due)
        {
            try
            {
                await refund.RunAsync(request.MerchantId, request.LabelId, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, request.MerchantId, request.LabelId);
            }
        }

        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep could not move the refund of label {Label} of merchant {Merchant} on; it stays due")]
    private partial void LogFailed(Exception failure, MerchantId merchant, LabelId label);
}
