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
}
