using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Tests.Web.Data.Ledger;

public sealed class LedgerAuditorTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 2, 22, 0, 0, TimeSpan.Zero);

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task every_night_at_eight_the_ledger_is_audited_and_the_result_kept(DatabaseProvider provider)
    {
        var clock = new FakeTimeProvider(Evening);
        await using var database = await TestDatabase.CreateAsync(provider, clock);
        await database.Ledger.SubmitAsync(new Fund(new MerchantId(7), "fund", new Money(100)), CancellationToken.None);
        var auditor = database.Services.GetRequiredService<LedgerAuditor>();
        Assert.Null(await auditor.LastAsync(CancellationToken.None));

        clock.Advance(TimeSpan.FromHours(10) - TimeSpan.FromSeconds(1));
        Assert.Null(await auditor.LastAsync(CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(1));

        var run = await EndedAsync(database, runs: 1);
        Assert.Equal((new DateOnly(2026, 11, 3), 1L, null, null), (run.Night, run.Transfers, run.FindingsJson, run.Failure));

        Assert.Equal(new DateOnly(2026, 11, 4), (await EndedAsync(database, runs: 2, clock)).Night);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task a_night_that_another_node_has_taken_is_left_to_it(DatabaseProvider provider)
    {
        var clock = new FakeTimeProvider(Evening);
        await using var database = await TestDatabase.CreateAsync(provider, clock);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            db.Add(new LedgerAuditRun { Night = new DateOnly(2026, 11, 3), StartedAt = Evening.AddHours(10) });
            await db.SaveChangesAsync();
        }

        // The next night is ours again: by then it is certain that this one was left alone.
        Assert.Equal(new DateOnly(2026, 11, 4), (await EndedAsync(database, runs: 1, clock)).Night);

        await using var after = await database.Contexts.CreateDbContextAsync();
        var taken = await after.LedgerAuditRuns.SingleAsync(run => run.Night == new DateOnly(2026, 11, 3));
        Assert.Null(taken.EndedAt);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task what_an_audit_found_is_kept_with_its_count_and_first_offence(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Ledger.SubmitAsync(new Fund(new MerchantId(7), "fund", new Money(100)), CancellationToken.None);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            await db.Database.ExecuteSqlRawAsync("UPDATE ledger_books SET available = available + 1");
        }

        var run = await database.Services.GetRequiredService<LedgerAuditor>().RunAndKeepAsync(CancellationToken.None);

        Assert.Contains("\"Invariant\":\"TotalsAreSumsOfEntries\",\"Count\":1", run.FindingsJson);
        Assert.Contains("merchant 7", run.FindingsJson);
        Assert.Equal(run.Id, (await database.Services.GetRequiredService<LedgerAuditor>().LastAsync(CancellationToken.None))!.Id);
    }

    /// <param name="clock">Goes on by an hour at each look, so that the auditor has long begun to wait for the moment when it comes.</param>
    private static async Task<LedgerAuditRun> EndedAsync(TestDatabase database, int runs, FakeTimeProvider? clock = null)
    {
        LedgerAuditRun? last = null;
        await WaitAsync(async () =>
        {
            await using var db = await database.Contexts.CreateDbContextAsync();
            var ended = await db.LedgerAuditRuns.AsNoTracking().Where(run => run.EndedAt != null).OrderBy(run => run.Id).ToListAsync();
            last = ended.LastOrDefault();
            if (ended.Count < runs)
            {
                clock?.Advance(TimeSpan.FromHours(1));
            }

            return ended.Count == runs;
        });
        return last!;
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 600 && !await condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(await condition());
    }
}
