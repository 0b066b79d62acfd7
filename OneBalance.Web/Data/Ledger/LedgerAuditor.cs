using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Ledger;

/// <summary>Audits the product's own ledger, every night and on demand, and keeps what it found for pages to show.</summary>
public sealed class LedgerAuditor(
    DatabaseOptions options, DataFolder folder, IDbContextFactory<AppDbContext> contexts, TimeProvider clock, ILogger<LedgerAuditor> log) : BackgroundService
{
    /// <summary>In UTC: the small hours in all of Canada but for Newfoundland's early risers.</summary>
    private static readonly TimeSpan TimeOfDay = TimeSpan.FromHours(8);

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The last audit that came to its end, whichever node ran it; null before the first.</summary>
    public async Task<LedgerAuditRun?> LastAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.LedgerAuditRuns.AsNoTracking().Where(run => run.EndedAt != null).OrderByDescending(run => run.EndedAt).FirstOrDefaultAsync(ct);
    }

    /// <summary>Audits the whole ledger now and keeps the result.</summary>
    public async Task<LedgerAuditRun> RunAndKeepAsync(CancellationToken ct) =>
        await RunAndKeepAsync(await BeginAsync(null, ct) ?? throw new InvalidOperationException("An audit that is nobody's turn was not begun."), ct);

    /// <summary>Audits the whole ledger now; a second caller waits for the first. Writes nothing.</summary>
    public async Task<LedgerAuditReport> RunAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            string connectionString = options.Provider == DatabaseProvider.Postgres
                ? options.ConnectionString
                : DataRoom.SqliteConnectionString(options, folder);
            var report = await LedgerAudit.RunAsync(options.Provider, connectionString, clock, ct);
            foreach (var offence in report.First)
            {
                log.LogCritical(
                    "The ledger broke {Invariant} {Count} times; first: merchant {Merchant}, transfer {Sequence}, key {Key}.",
                    offence.Invariant, report.Offences[offence.Invariant], offence.Merchant.Value, offence.Sequence, offence.Key);
            }

            log.LogInformation(
                "Audited {Books} books with {Transfers} transfers in {Took}: {Result}.",
                report.Books, report.Transfers, report.Took, report.IsClean ? "clean" : "offences found");
            return report;
        }
        finally
        {
            _one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            var next = now.Date + TimeOfDay is var today && today > now.UtcDateTime ? today : today.AddDays(1);
            try
            {
                await Task.Delay(next - now.UtcDateTime, clock, stoppingToken);
                if (await BeginAsync(DateOnly.FromDateTime(next), stoppingToken) is { } run)
                {
                    await RunAndKeepAsync(run, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogError(failure, "The nightly audit failed; it is tried again tomorrow.");
            }
        }
    }

    /// <param name="night">The night it is for, which one node takes; null when support asks.</param>
    /// <returns>Null when another node has taken that night.</returns>
    private async Task<LedgerAuditRun?> BeginAsync(DateOnly? night, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var run = new LedgerAuditRun { Night = night, StartedAt = clock.GetUtcNow() };
        db.Add(run);
        try
        {
            await db.SaveChangesAsync(ct);
            return run;
        }
        catch (DbUpdateException) when (night is not null)
        {
            db.ChangeTracker.Clear();
            if (await db.LedgerAuditRuns.AnyAsync(other => other.Night == night, ct))
            {
                return null;
            }

            throw;
        }
    }

    private async Task<LedgerAuditRun> RunAndKeepAsync(LedgerAuditRun run, CancellationToken ct)
    {
        try
        {
            var report = await RunAsync(ct);
            run.Transfers = report.Transfers;
            run.FindingsJson = report.IsClean ? null : JsonSerializer.Serialize(report.First.Select(first =>
                new LedgerAuditFinding(first.Invariant.ToString(), report.Offences[first.Invariant], first.ToString())));
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or IOException)
        {
            log.LogError(failure, "The ledger could not be read for an audit.");
            run.Failure = failure.GetType().Name;
        }

        run.EndedAt = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        db.Update(run);
        await db.SaveChangesAsync(ct);
        return run;
    }
}

internal static class LedgerAuditReports
{
    /// <summary>A line for each invariant: its number, its name, how many offences, and the first of them.</summary>
    public static void Print(this LedgerAuditReport report, TextWriter to)
    {
        to.WriteLine($"{report.Books} books, {report.Transfers} transfers, {report.Reservations} reservations in {report.Took.TotalSeconds:0.0} s");
        foreach (var (invariant, count) in report.Offences)
        {
            var first = report.First.FirstOrDefault(o => o.Invariant == invariant);
            to.WriteLine($"{(int)invariant,3} {invariant,-24} {count,8}{(first is null ? "" : $"   first: {first}")}");
        }

        to.WriteLine(report.IsClean ? "The ledger is sound." : "THE LEDGER IS NOT SOUND.");
    }
}
