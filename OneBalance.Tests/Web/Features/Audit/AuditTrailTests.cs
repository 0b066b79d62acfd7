using System.Data.Common;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Admin;
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

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_subject_with_the_longest_of_addresses_is_cut_and_still_told(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var db = await database.Contexts.CreateDbContextAsync();
        string email = $"{new string('a', 242)}@example.com";

        new AuditTrail(TimeProvider.System).Add(db, Someone with { Email = email }, AuditAction.RoleGranted, null, $"user/{email}", new string('b', 2000));
        await db.SaveChangesAsync();

        var line = await db.AuditEntries.AsNoTracking().SingleAsync();
        Assert.Equal(($"user/{email}"[..200], email, 1000), (line.Subject, line.Email, line.Reason!.Length));
    }

    [Fact]
    public async Task The_file_holds_every_line_that_fits_and_the_line_that_it_was_taken_out()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            var trail = app.Services.GetRequiredService<AuditTrail>();
            for (int i = 0; i < 2_100; i++)
            {
                trail.Add(db, Someone, i == 0 ? AuditAction.BuyingPaused : AuditAction.GoodwillCredited, null, $"thing/{i}", i == 0 ? "=cmd, \"quoted\"" : null, new { Available = new Money(i) });
            }

            await db.SaveChangesAsync();
        }

        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);

        string[] all = await LinesAsync("/admin/audit.csv");
        Assert.Equal("When (UTC),Who,User id,From where,What,Account,Subject,Why,Before,After", all[0]);
        Assert.Equal(1 + 1 + 2_100, all.Length);
        Assert.Contains($",{DemoAccounts.SupportEmail},", all[1], StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Range(0, 2_100).Select(i => $"thing/{i}").Reverse()], all[2..].Select(line => line.Split(',')[6]));
        string[] paused = await LinesAsync("/admin/audit.csv?action=BuyingPaused&to=9999-12-31");
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z,support@example.com,user-1,192\\.0\\.2\\.7,.*,,thing/0,\"'=cmd, \"\"quoted\"\"\",\"{\"\"available\"\":\"\"0\\.00\"\"}\",$", Assert.Single(paused[1..]));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin/audit?to=9999-12-31")).StatusCode);
        await using var later = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(["{}", """{"to":"9999-12-31","action":"BuyingPaused"}"""], await later.AuditEntries.Where(line => line.Action == AuditAction.TrailExported).OrderBy(line => line.At).Select(line => line.After).ToListAsync());

        async Task<string[]> LinesAsync(string path) => (await client.GetStringAsync(path)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    [Theory]
    [InlineData(null, "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.9")]
    [InlineData("10.0.0.0/8, 127.0.0.0/8", "203.0.113.9")]
    [InlineData("10.0.0.4", "127.0.0.1")]
    public async Task From_where_is_what_a_known_proxy_says_and_nobody_elses_word(string? known, string told)
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false", ["Proxies:Known"] = known });
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/audit.csv");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        (await client.SendAsync(request)).EnsureSuccessStatusCode();

        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(told, (await db.AuditEntries.SingleAsync()).Address);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Opening_an_account_at_the_desk_leaves_one_line_each_time(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 12, 1, 15, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync();
        var open = new OpenAccount(database.Contexts, new AuditTrail(time), time);

        // The first paint, then the page itself: one opening. Then somebody else, and the first again later.
        Assert.True(await open.RunAsync(merchant, Someone, CancellationToken.None));
        Assert.True(await open.RunAsync(merchant, Someone, CancellationToken.None));
        Assert.True(await open.RunAsync(merchant, Someone with { UserId = "user-2" }, CancellationToken.None));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await open.RunAsync(merchant, Someone, CancellationToken.None));
        Assert.False(await open.RunAsync(new MerchantId(999), Someone, CancellationToken.None));

        await using var db = await database.Contexts.CreateDbContextAsync();
        var lines = await db.AuditEntries.OrderBy(line => line.At).ToListAsync();
        Assert.Equal(["user-1", "user-2", "user-1"], lines.Select(line => line.UserId));
        Assert.All(lines, line => Assert.Equal((AuditAction.AccountViewed, (MerchantId?)merchant), (line.Action, line.MerchantId)));
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
        Assert.Equal("thing/5 thing/4 thing/3 thing/2 thing/1", await FindAsync(new AuditFilter { From = DateOnly.MinValue, To = DateOnly.MaxValue }));
        var first = await queries.FindAsync(Someone, new AuditFilter(), 2, CancellationToken.None);
        var second = await queries.FindAsync(Someone, new AuditFilter { Older = first.Older }, 2, CancellationToken.None);
        var third = await queries.FindAsync(Someone, new AuditFilter { Older = second.Older }, 2, CancellationToken.None);
        Assert.Equal(["thing/5", "thing/4", "thing/3", "thing/2", "thing/1"], new[] { first, second, third }.SelectMany(page => page.Lines).Select(line => line.Subject));
        Assert.Null(third.Older);

        async Task<string> FindAsync(AuditFilter filter) =>
            string.Join(' ', (await queries.FindAsync(Someone, filter, AuditQueries.PageSize, CancellationToken.None)).Lines.Select(line => line.Subject));
    }
}
