using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Web.Data;

/// <summary>Ready means: the database answers, has every migration this program knows, and the ledger takes commands.</summary>
internal sealed class DatabaseReady(IDbContextFactory<AppDbContext> contexts, LedgerBook ledger) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!ledger.IsOpen)
        {
            return HealthCheckResult.Unhealthy("the ledger takes no commands");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        int pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
        return pending == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"{pending} migrations pending");
    }
}
