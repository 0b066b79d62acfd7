using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Home;
using OneBalance.Web.Features.Settings;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>What support finds, what Home shows, and what a merchant may change, on both databases.</summary>
public sealed class SupportAndSettingsTests
{
    private static readonly Address Moved = new("", "Maple Parcels", "1055 Canada Pl", "", "Vancouver", "BC", "v6c 0c3", "CA", "604-555-0101");

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Support_finds_a_merchant_by_a_part_of_the_name_or_the_address(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var maple = await database.AddMerchantAsync("Maple Parcels");
        await database.AddMerchantAsync("Birch Books", setUp: true);
        var queries = new AdminQueries(database.Contexts, [], AccountWays.All, [], database.Time);

        Assert.Equal(maple, Assert.Single((await queries.FindMerchantsAsync(TestRights.Desk, "mAPle", CancellationToken.None)).Rows).Id);
        Assert.Equal(2, (await queries.FindMerchantsAsync(TestRights.Desk, "OWNER@", CancellationToken.None)).Rows.Count);
        Assert.Equal(2, (await queries.FindMerchantsAsync(TestRights.Desk, " ", CancellationToken.None)).Rows.Count);
        Assert.Empty((await queries.FindMerchantsAsync(TestRights.Desk, "%", CancellationToken.None)).Rows);
        Assert.Equal(Money.Zero, (await queries.FindMerchantsAsync(TestRights.Desk, "birch", CancellationToken.None)).Rows[0].Available);
    }

    /// <summary>SQLite's upper() leaves an accent as it is, so that not even the name as it stands was found.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Support_finds_a_name_with_accents_however_it_is_typed(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var books = await database.AddMerchantAsync("Québec Livres");
        await database.AddMerchantAsync("Maple Parcels");
        var queries = new AdminQueries(database.Contexts, [], AccountWays.All, [], database.Time);

        foreach (string typed in new[] { "Québec Livres", "quebec livres", "QUÉBEC", "Livres" })
        {
            Assert.Equal([books], (await queries.FindMerchantsAsync(TestRights.Desk, typed, CancellationToken.None)).Rows.Select(row => row.Id));
        }

        // The name is searched as it is now.
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            (await db.Merchants.SingleAsync(row => row.Id == books)).BusinessName = "Éditions Côté";
            await db.SaveChangesAsync();
        }

        Assert.Equal([books], (await queries.FindMerchantsAsync(TestRights.Desk, "editions cote", CancellationToken.None)).Rows.Select(row => row.Id));
        Assert.Empty((await queries.FindMerchantsAsync(TestRights.Desk, "quebec", CancellationToken.None)).Rows);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task The_newest_accounts_are_found_first_and_it_is_said_that_there_are_more(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        for (int i = 0; i < AdminQueries.Most; i++)
        {
            await database.AddMerchantAsync($"Shop {i}");
        }

        var queries = new AdminQueries(database.Contexts, [], AccountWays.All, [], database.Time);
        Assert.False((await queries.FindMerchantsAsync(TestRights.Desk, "shop", CancellationToken.None)).More);
        var newest = await database.AddMerchantAsync("Shop again");

        var (rows, more) = await queries.FindMerchantsAsync(TestRights.Desk, "shop", CancellationToken.None);
        Assert.True(more);
        Assert.Equal((newest, AdminQueries.Most), (rows[0].Id, rows.Count));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Support_finds_a_merchant_by_number_reference_id_card_or_user(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var maple = await database.AddMerchantAsync("Maple Parcels");
        await database.AddMerchantAsync("Birch Books");
        var label = new LabelId(Guid.CreateVersion7());
        var now = database.Time.GetUtcNow();
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            db.Labels.Add(new Label
            {
                MerchantId = maple,
                Id = label,
                State = LabelState.Purchased,
                From = new PostalAddress(),
                To = new PostalAddress(),
                TrackingNumber = "7023210039414604",
                Reference = "Order 815",
                CreatedAt = now,
                UpdatedAt = now,
            });
            db.Cards.Add(new CardOnFile { MerchantId = maple, Id = new CardId(Guid.CreateVersion7()), ProcessorId = "pm_1", Brand = "visa", LastFour = "4242", AddedAt = now });
            db.Users.Add(new AppUser { UserName = "clerk@example.com", NormalizedEmail = "CLERK@EXAMPLE.COM", MerchantId = maple });
            await db.SaveChangesAsync();
        }

        var queries = new AdminQueries(database.Contexts, [], AccountWays.All, [], database.Time);

        foreach (string typed in new[] { "7023 2100 3941 4604", "7023\u00a02100\u00a03941\u00a04604", "7023-2100-3941-4604", "Order 815", "ORDER 815", label.ToString(), $"{label.Value}", "4242", "clerk@" })
        {
            Assert.Equal([maple], (await queries.FindMerchantsAsync(TestRights.Desk, typed, CancellationToken.None)).Rows.Select(row => row.Id));
        }

        Assert.Empty((await queries.FindMerchantsAsync(TestRights.Desk, "1111", CancellationToken.None)).Rows);
        var account = (await new AccountQueries(database.Contexts).ReadAsync(TestRights.Desk, maple, CancellationToken.None))!;
        Assert.Equal(("7023210039414604", "4242"), (account.Labels.Rows.Single().TrackingNumber, account.Cards.Single().LastFour));
        Assert.Null(await new AccountQueries(database.Contexts).ReadAsync(TestRights.Desk, new MerchantId(999), CancellationToken.None));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_queue_tells_how_much_waits_and_since_when(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var first = await database.AddMerchantAsync("Maple Parcels");
        await database.AddMerchantAsync("Birch Books");
        await using var db = await database.Contexts.CreateDbContextAsync();
        var oldest = await db.Merchants.Where(merchant => merchant.Id == first).Select(merchant => merchant.CreatedAt).SingleAsync();
        DeskQueue[] queues =
        [
            new(DeskQueueKind.Disputes, "/b", (context, _) => context.Merchants.Where(merchant => merchant.BusinessName == "none").Select(merchant => merchant.CreatedAt)),
            new(DeskQueueKind.Cancellations, "/a", (context, _) => context.Merchants.Select(merchant => merchant.CreatedAt)),
        ];

        Assert.Equal(
            [new DeskQueueState(DeskQueueKind.Cancellations, "/a", 2, oldest), new DeskQueueState(DeskQueueKind.Disputes, "/b", 0, null)],
            await new AdminQueries(database.Contexts, queues, [], [], database.Time).QueuesAsync(TestRights.Desk, CancellationToken.None));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Home_of_a_new_merchant_is_empty_and_leads_to_the_wizard(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var fresh = await database.AddMerchantAsync();
        var ready = await database.AddMerchantAsync("Birch Books", setUp: true);
        var queries = new HomeQueries(database.Contexts, database.Time);
        var today = database.Time.GetUtcNow().AddHours(-1);

        var view = await queries.LoadAsync(fresh, today, CancellationToken.None);
        Assert.Equal(HomeStep.Billing, view.SetUp);
        Assert.Equal(0, view.LabelsToday);
        Assert.Equal(Money.Zero, view.SpentToday);
        Assert.Empty(view.Closing);
        Assert.Empty(view.Activity!);
        Assert.Null((await queries.LoadAsync(ready, today, CancellationToken.None)).SetUp);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_business_address_is_saved_as_the_carrier_writes_it_and_for_this_merchant_alone(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var merchant = await database.AddMerchantAsync();
        var other = await database.AddMerchantAsync("Birch Books");
        var details = new BusinessDetails(database.Contexts);
        var before = await details.LoadAsync(merchant, CancellationToken.None);

        var saved = Assert.IsType<SaveBusinessOutcome.Saved>(await details.SaveAsync(merchant, Moved, before.Version, CancellationToken.None));
        Assert.Equal("V6C0C3", saved.Now.Address.PostalCode);
        Assert.Equal("Ottawa", (await details.LoadAsync(other, CancellationToken.None)).Address.City);
    }

    [Fact]
    public async Task Another_tabs_change_is_not_overwritten()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var merchant = await database.AddMerchantAsync();
        var details = new BusinessDetails(database.Contexts);
        int version = (await details.LoadAsync(merchant, CancellationToken.None)).Version;
        await details.SaveAsync(merchant, Moved, version, CancellationToken.None);

        Assert.IsType<SaveBusinessOutcome.ChangedMeanwhile>(await details.SaveAsync(merchant, Moved with { City = "Victoria" }, version, CancellationToken.None));
        Assert.Equal("Vancouver", (await details.LoadAsync(merchant, CancellationToken.None)).Address.City);
    }

    [Fact]
    public async Task An_address_the_carrier_would_refuse_is_not_saved()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var merchant = await database.AddMerchantAsync();
        var details = new BusinessDetails(database.Contexts);
        var refused = Assert.IsType<SaveBusinessOutcome.Refused>(await details.SaveAsync(merchant, Moved with { Province = "ON" }, 0, CancellationToken.None));
        Assert.Equal(new AddressFinding(AddressField.PostalCode, AddressProblem.OtherProvince), Assert.Single(refused.Findings));
        Assert.Equal("Ottawa", (await details.LoadAsync(merchant, CancellationToken.None)).Address.City);
    }
}
