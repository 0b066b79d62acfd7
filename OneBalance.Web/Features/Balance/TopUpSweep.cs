using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>Resumes top-ups that a crash, a time-out or a slow bank left between two steps, less and less often.</summary>
public sealed partial class TopUpSweep(IDbContextFactory<AppDbContext> contexts, ResumeTopUp resume, TimeProvider time, ILogger<TopUpSweep> log) : ISweep
{
    private const int Most = 100;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.TopUps
            .Where(t => (t.State == TopUpState.Requested || t.State == TopUpState.Charging || t.State == TopUpState.RequiresAction || t.State == TopUpState.Processing)
                && t.NextAttemptAt <= now)
            .OrderBy(t => t.NextAttemptAt)
            .Take(Most)
            .Select(t => new { t.MerchantId, t.Id })
            .ToListAsync(ct);

        int taken = 0;
        foreach (var item in due)
        {
            var topUp = await db.TopUps.SingleAsync(t => t.MerchantId == item.MerchantId && t.Id == item.Id, ct);
            topUp.Attempts++;
            topUp.NextAttemptAt = now + TopUpFlow.Wait(topUp.Attempts);
            topUp.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another node or the page is at it.
                continue;
            }
            finally
            {
                db.ChangeTracker.Clear();
            }

            taken++;
            try
            {
                await resume.RunAsync(MerchantAccess.OfProduct(item.MerchantId), item.Id, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One broken top-up must not keep the others waiting; it comes up again later.
                Broken(log, failure, item.Id.ToString(), item.MerchantId.Value);
            }
        }

        return taken;
    }

    [LoggerMessage(LogLevel.Error, "Top-up {TopUp} of merchant {Merchant} could not be resumed.")]
    private static partial void Broken(ILogger log, Exception failure, string topUp, long merchant);
}
