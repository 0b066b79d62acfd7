namespace OneBalance.Web.Data.Ledger;

/// <summary>Audits the product's own ledger, every night and on demand, and remembers the last report for pages to show.</summary>
public sealed class LedgerAuditor(DatabaseOptions options, DataFolder folder, TimeProvider clock, ILogger<LedgerAuditor> log) : BackgroundService
{
    /// <summary>In UTC: the small hours in all of Canada but for Newfoundland's early risers.</summary>
    private static readonly TimeSpan TimeOfDay = TimeSpan.FromHours(8);

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Null until the first audit of this process.</summary>
    public LedgerAuditReport? Last { get; private set; }

    /// <summary>Audits the whole ledger now; a second caller waits for the first.</summary>
    public async Task<LedgerAuditReport> RunAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            string connectionString = options.Provider == DatabaseProvider.Postgres
                ? options.ConnectionString
                : DataRoom.SqliteConnectionString(options, folder);
            var report = Last = await LedgerAudit.RunAsync(options.Provider, connectionString, clock, ct);
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

    /// <summary>Each node audits for itself: reading a snapshot disturbs nobody, and every node can then show its report.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            var next = now.Date + TimeOfDay is var today && today > now.UtcDateTime ? today : today.AddDays(1);
            try
            {
                await Task.Delay(next - now.UtcDateTime, clock, stoppingToken);
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogError(failure, "The nightly audit could not read the ledger; it is tried again tomorrow.");
            }
        }
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
