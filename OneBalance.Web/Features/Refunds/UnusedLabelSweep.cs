using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Refunds;

/// <summary>Voids, or claims, labels that were never used 14 days after their purchase, for merchants that let it. Once a label.</summary>
public sealed partial class UnusedLabelSweep(IDbContextFactory<AppDbContext> contexts, VoidLabel voidLabel, TimeProvider time, ILogger<UnusedLabelSweep> logger) : ISweep
{
    private const int AtMost = 200;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var latest = now - UnusedLabelPolicy.VoidAfter;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.UnusedLabels(now)
            .Where(label => label.PurchasedAt <= latest && db.RefundSettings.Any(settings => settings.MerchantId == label.MerchantId && settings.VoidUnused))
            .OrderBy(label => label.PurchasedAt)
            .Select(label => new { label.MerchantId, label.Id, label.Language })
            .Take(AtMost)
            .ToListAsync(ct);
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
