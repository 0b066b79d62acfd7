using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>What was stored before there was a text to search in is found by words all the same.</summary>
public sealed class FillSearchTextsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Merchants_and_labels_from_before_the_column_are_found_after_a_start(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var label = await world.BoughtAsync();
        await using var db = await world.Contexts.CreateDbContextAsync();
        string before = await db.Labels.Where(row => row.Id == label).Select(row => row.SearchText).SingleAsync();
        Assert.NotEqual("", before);
        int version = await db.Labels.Where(row => row.Id == label).Select(row => row.Version).SingleAsync();
        await db.Labels.ExecuteUpdateAsync(set => set.SetProperty(row => row.SearchText, ""));
        await db.Merchants.ExecuteUpdateAsync(set => set.SetProperty(row => row.SearchText, ""));
        Assert.Empty(await FindAsync("maple PARCELS"));
        var fill = new FillSearchTexts(world.Contexts, NullLogger<FillSearchTexts>.Instance);

        int merchants = await db.Merchants.CountAsync();
        Assert.Equal(merchants + 1, await fill.RunAsync(None));
        Assert.Equal(0, await fill.RunAsync(None));

        Assert.Contains(world.Merchant, await FindAsync("maple PARCELS"));
        var filled = await db.Labels.Where(row => row.Id == label).Select(row => new { row.SearchText, row.Version }).SingleAsync();
        Assert.Equal((before, version), (filled.SearchText, filled.Version));

        async Task<IReadOnlyList<MerchantId>> FindAsync(string typed)
        {
            var found = new List<MerchantId>();
            foreach (var way in AccountWays.All)
            {
                found.AddRange(way.Find(db, typed) is { } rows ? await rows.ToListAsync() : []);
            }

            return found;
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_line_of_the_trail_from_before_the_column_is_found_by_its_own_words(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            db.AuditEntries.Add(new() { Id = Guid.CreateVersion7(), At = DateTimeOffset.UnixEpoch, UserId = "a", Email = "a@example.com", Action = AuditAction.BuyingPaused, Subject = "support/1", Reason = "Asked by Telephone" });
            db.AuditEntries.Add(new() { Id = Guid.CreateVersion7(), At = DateTimeOffset.UnixEpoch, UserId = "a", Email = "a@example.com", Action = AuditAction.BuyingResumed, Subject = "support/2" });
            await db.SaveChangesAsync();
        }

        var queries = new AuditQueries(database.Contexts, new AuditTrail(database.Time), null!);

        Assert.Equal("support/1", Assert.Single(await FindAsync("by TELEPHONE")).Subject);
        Assert.Equal("support/2", Assert.Single(await FindAsync("support/2")).Subject);
        Assert.Empty(await FindAsync("by mail"));

        async Task<IReadOnlyList<AuditLine>> FindAsync(string words) => (await queries.FindAsync(TestRights.Desk, new AuditFilter { Words = words }, 10, None)).Lines;
    }
}
