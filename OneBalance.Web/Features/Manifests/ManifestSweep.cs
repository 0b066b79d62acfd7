using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Manifests;

/// <summary>Resumes manifests that a crash, a lost answer or a slow carrier left between two steps. Harmless on several nodes at once.</summary>
public sealed partial class ManifestSweep(
    IDbContextFactory<AppDbContext> contexts,
    ManifestFlow flow,
    TimeProvider time,
    ILogger<ManifestSweep> logger) : ISweep
{
    private const int AtMost = 100;

    /// <summary>Runs once over all that is due; one manifest's failure does not keep the others waiting.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.Manifests.AsNoTracking()
            .Where(manifest => manifest.NextRunAt != null && manifest.NextRunAt <= now)
            .OrderBy(manifest => manifest.NextRunAt)
            .Select(manifest => new { manifest.MerchantId, manifest.Id })
            .Take(AtMost)
            .ToListAsync(ct);
        foreach (var manifest in due)
        {
            try
            {
                await flow.RunAsync(manifest.MerchantId, manifest.Id, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, manifest.MerchantId, manifest.Id);
            }
        }

        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sweep could not move manifest {Manifest} of merchant {Merchant} on; it stays due")]
    private partial void LogFailed(Exception failure, MerchantId merchant, ManifestId manifest);
}
