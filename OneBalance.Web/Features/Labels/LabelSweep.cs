using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Labels;

/// <summary>
/// Resumes what a crash, a time-out or a slow carrier left between two steps: purchases that are due, documents not yet
/// handed out, holds not yet given back. Harmless on several nodes at once, because every step is.
/// </summary>
public sealed partial class LabelSweep(
    IDbContextFactory<AppDbContext> contexts,
    LabelPurchase purchase,
    TimeProvider time,
    ILogger<LabelSweep> logger) : ISweep
{
    private const int AtMost = 200;

    /// <summary>A draft that was opened and never typed into is thrown away after this long.</summary>
    private static readonly TimeSpan EmptyDraftsStay = TimeSpan.FromDays(1);

    /// <summary>Runs once over all that is due; one label's failure does not keep the others waiting.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.Labels.AsNoTracking()
            .Where(label => label.NextRunAt != null && label.NextRunAt <= now)
            .OrderBy(label => label.NextRunAt)
            .Select(label => new { label.MerchantId, label.Id })
            .Take(AtMost)
            .ToListAsync(ct);
        foreach (var label in due)
        {
            try
            {
                await purchase.RunAsync(label.MerchantId, label.Id, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, label.MerchantId, label.Id);
            }
        }

        var before = now - EmptyDraftsStay;
        await db.Labels
            .Where(label => label.State == LabelState.Draft && label.Version == 0 && label.CreatedAt < before)
            .ExecuteDeleteAsync(ct);
        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep could not move label {Label} of merchant {Merchant} on; it stays due")]
    private partial void LogFailed(Exception failure, Core.MerchantId merchant, Core.LabelId label);
}
