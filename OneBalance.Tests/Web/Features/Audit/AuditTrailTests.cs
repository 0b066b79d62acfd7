using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Tests.Web.Features.Audit;

/// <summary>The trail keeps who, when, from where, what, why, before and after, and gives none of it up again.</summary>
public sealed class AuditTrailTests
{
    private static readonly Actor Someone = new("user-1", "support@example.com", "192.0.2.7");

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_line_is_kept_as_written_and_the_database_refuses_to_change_or_remove_it(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 12, 1, 15, 4, 5, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync();
        await using var db = await database.Contexts.CreateDbContextAsync();
        new AuditTrail(time).Add(
            db, Someone, AuditAction.GoodwillCredited, merchant, "credit/1", "  A parcel was late. ", new { Available = new Money(10_00) }, new { Available = new Money(12_50), Merchant = merchant });
        await db.SaveChangesAsync();

        var line = await db.AuditEntries.AsNoTracking().SingleAsync();
        Assert.Equal(("user-1", "support@example.com", "192.0.2.7"), (line.UserId, line.Email, line.Address));
        Assert.Equal((time.GetUtcNow(), AuditAction.GoodwillCredited, (MerchantId?)merchant, "credit/1"), (line.At, line.Action, line.MerchantId, line.Subject));
        Assert.Equal("A parcel was late.", line.Reason);
        Assert.Equal("""{"available":"10.00"}""", line.Before);
        Assert.Equal($$"""{"available":"12.50","merchant":"{{merchant}}"}""", line.After);

        foreach (string change in new[] { "UPDATE audit_entries SET reason = 'none'", "DELETE FROM audit_entries" })
        {
            var refused = await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(change));
            Assert.Contains("audit_entries is append-only", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("A parcel was late.", (await db.AuditEntries.AsNoTracking().SingleAsync()).Reason);
    }

    [Fact]
    public async Task What_is_not_saved_leaves_no_line()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            new AuditTrail(TimeProvider.System).Add(db, Someone, AuditAction.RoleGranted, null, "user/a@example.com", null);
        }

        await using var later = await database.Contexts.CreateDbContextAsync();
        Assert.False(await later.AuditEntries.AnyAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Lines_are_found_by_who_what_when_and_words_page_by_page(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 12, 1, 15, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync();
        var trail = new AuditTrail(time);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            for (int i = 1; i <= 5; i++)
            {
                trail.Add(db, Someone with { Email = $"user{i}@example.com" }, i % 2 == 0 ? AuditAction.BuyingPaused : AuditAction.GoodwillCredited, i == 5 ? null : merchant, $"thing/{i}", $"Because of {i}");
                await db.SaveChangesAsync();
                time.Advance(i == 3 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(1));
            }
        }

        var queries = new AuditQueries(database.Contexts, trail, null!);

        Assert.Equal("thing/5 thing/4 thing/3 thing/2 thing/1", await FindAsync(new AuditFilter()));
        Assert.Equal("thing/4 thing/2", await FindAsync(new AuditFilter { Action = AuditAction.BuyingPaused }));
        Assert.Equal("thing/4 thing/3 thing/2 thing/1", await FindAsync(new AuditFilter { Merchant = merchant }));
        Assert.Equal("thing/3", await FindAsync(new AuditFilter { Who = "USER3" }));
        Assert.Equal("thing/2", await FindAsync(new AuditFilter { Words = "because OF 2" }));
        Assert.Equal("thing/5 thing/4", await FindAsync(new AuditFilter { From = new DateOnly(2026, 12, 2) }));
        Assert.Equal("thing/3 thing/2 thing/1", await FindAsync(new AuditFilter { To = new DateOnly(2026, 12, 1) }));
        var first = await queries.FindAsync(Someone, new AuditFilter(), 2, CancellationToken.None);
        var second = await queries.FindAsync(Someone, new AuditFilter { Older = first.Older }, 2, CancellationToken.None);
        var third = await queries.FindAsync(Someone, new AuditFilter { Older = second.Older }, 2, CancellationToken.None);
        Assert.Equal(["thing/5", "thing/4", "thing/3", "thing/2", "thing/1"], new[] { first, second, third }.SelectMany(page => page.Lines).Select(line => line.Subject));
        Assert.Null(third.Older);

        async Task<string> FindAsync(AuditFilter filter) =>
            string.Join(' ', (await queries.FindAsync(Someone, filter, AuditQueries.PageSize, CancellationToken.None)).Lines.Select(line => line.Subject));
    }
}
