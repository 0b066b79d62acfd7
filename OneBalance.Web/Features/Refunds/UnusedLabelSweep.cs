using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Tracking;

namespace OneBalance.Web.Features.Refunds;

/// <summary>
/// Voids, or claims, labels that were never used 14 days after their purchase, for merchants that let it. Once a label, and only
/// when the carrier has just answered that it has not seen the parcel: an older answer is asked for anew first.
/// </summary>
public sealed partial class UnusedLabelSweep(IDbContextFactory<AppDbContext> contexts, VoidLabel voidLabel, TimeProvider time, ILogger<UnusedLabelSweep> logger) : ISweep
{
    private const int AtMost = 200;

    /// <returns>How many labels were about to be voided.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.UnusedLabelsToVoid(now)
            .OrderBy(label => label.PurchasedAt)
            .Select(label => new { label.MerchantId, label.Id, label.Language })
            .Take(AtMost)
            .ToListAsync(ct);
        var unsure = await db.UnusedLabelsToAskFor(now).OrderBy(label => label.PurchasedAt).Select(label => label.Id).Take(AtMost).ToListAsync(ct);
        await db.AskSoonAsync(unsure, now, ct);
        foreach (var label in due)
        {
            try
            {
                await voidLabel.UnusedAsync(label.MerchantId, label.Id, label.Language, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, label.MerchantId, label.Id);
            }
        }

        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep could not void the unused label {Label} of merchant {Merchant}")]
    private partial void LogFailed(Exception failure, MerchantId merchant, LabelId label);
}
