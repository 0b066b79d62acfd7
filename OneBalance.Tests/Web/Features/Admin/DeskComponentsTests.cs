using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>The desk's forms as support fills them in.</summary>
public sealed class DeskComponentsTests
{
    private const string Reason = "The parcel came a week late.";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_row_that_can_be_reversed_begins_the_correction_filled_in()
    {
        await using var world = await World.StartAsync();
        await world.Database.Ledger.SubmitAsync(new Credit(world.Merchant, "credit/1", new Money(20_00)), None);
        await using var context = world.Context();
        string? said = null;
        var form = context.Render<ActForm>(act => act
            .Add(c => c.Stand, world.Stand(paused: false))
            .Add(c => c.Reverse, 1)
            .Add(c => c.Acted, (string words) => said = words));

        Assert.Equal("1", form.Find("#act-transfer").GetAttribute("value"));
        await PressAsync(form);
        Assert.Contains("reason", form.Find(".note-error").TextContent, StringComparison.OrdinalIgnoreCase);
        form.Find("#act-reason").Input(Reason);
        await PressAsync(form);

        form.WaitForAssertion(() => Assert.NotNull(said));
        Assert.Equal(Money.Zero, (await world.Database.Ledger.BalanceAsync(world.Merchant, None)).Available);
        Assert.Equal([AuditAction.TransferCorrected], await world.TrailAsync());
    }

    [Fact]
    public async Task Buying_is_paused_with_a_reason()
    {
        await using var world = await World.StartAsync();
        await using var context = world.Context();
        string? said = null;
        var form = context.Render<ActForm>(act => act.Add(c => c.Stand, world.Stand(paused: false)).Add(c => c.Acted, (string words) => said = words));
        Assert.Empty(form.FindAll("option[value=Resume]"));

        form.Find("#act-kind").Change("Pause");
        Assert.Empty(form.FindAll("#act-amount, #act-transfer"));
        form.Find("#act-reason").Input(Reason);
        await PressAsync(form);

        form.WaitForAssertion(() => Assert.NotNull(said));
        Assert.Equal([AuditAction.BuyingPaused], await world.TrailAsync());
    }

    [Fact]
    public async Task A_supervisor_records_a_breach_on_the_trails_page_and_its_filter_finds_it_without_accents()
    {
        await using var world = await World.StartAsync();
        await using var context = world.Context(supervisor: true);
        var page = context.Render<AuditPage>();
        page.Find("#breach-on").Change("2026-11-23");
        page.Find("#breach-people").Change("3");
        page.Find("#breach-what").Change("Perdu.");
        await PressAsync(page);
        page.WaitForAssertion(() => Assert.Contains("20 to 1,000", page.Find(".field-error").TextContent, StringComparison.Ordinal));
        page.Find("#breach-what").Change("Une liste imprimée a été oubliée à Montréal; reprise le jour même.");
        await PressAsync(page);
        page.WaitForAssertion(() => Assert.Contains("oubliée à Montréal", page.Find("[data-testid=audit-lines]").TextContent, StringComparison.Ordinal));

        page.Find("#audit-words").Change("a montreal");
        page.Find("#audit-action").Change("BreachRecorded");
        await page.InvokeAsync(() => page.Find("form[role=search]").SubmitAsync());

        var navigation = context.Services.GetRequiredService<NavigationManager>();
        Assert.Contains("words=a%20montreal", navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("action=BreachRecorded", navigation.Uri, StringComparison.Ordinal);
        Assert.Single(context.Render<AuditPage>().FindAll("[data-testid=audit-lines] > li"));
        navigation.NavigateTo("/admin/audit?words=toronto");
        Assert.Empty(context.Render<AuditPage>().FindAll("[data-testid=audit-lines] > li"));
    }

    [Fact]
    public async Task The_breach_form_is_the_supervisors()
    {
        await using var world = await World.StartAsync();
        await using var context = world.Context();
        Assert.Empty(context.Render<AuditPage>().FindAll("#breach-what"));
    }

    private static Task PressAsync<T>(IRenderedComponent<T> component)
        where T : IComponent => component.InvokeAsync(() => component.FindAll("button[type=button]").Single(button => button.ClassName?.Contains("mud-button-filled", StringComparison.Ordinal) == true).ClickAsync(new()));

    private sealed class World(TestDatabase database, MerchantId merchant) : IAsyncDisposable
    {
        public TestDatabase Database => database;

        public MerchantId Merchant => merchant;

        public static async Task<World> StartAsync()
        {
            var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero)));
            var merchant = await database.AddMerchantAsync();
            await using var db = await database.Contexts.CreateDbContextAsync();
            db.Users.Add(new AppUser { Id = "support-1", UserName = "support@example.com", Email = "support@example.com" });
            db.UserRoles.Add(new IdentityUserRole<string> { UserId = "support-1", RoleId = "support" });
            await db.SaveChangesAsync();
            return new World(database, merchant);
        }

        public AccountStand Stand(bool paused) =>
            new(merchant, "Maple Parcels", "owner@example.com", database.Time.GetUtcNow(), null, Money.Zero, Money.Zero, Money.Zero, paused, Closing: false);

        public async Task<IReadOnlyList<AuditAction>> TrailAsync()
        {
            await using var db = await database.Contexts.CreateDbContextAsync();
            return [.. db.AuditEntries.Select(line => line.Action)];
        }

        public ComponentRoom Context(bool supervisor = false)
        {
            var context = new ComponentRoom();
            context.Services.AddSingleton(database.Time);
            context.Services.AddSingleton(database.Contexts);
            context.Services.AddSingleton(database.Ledger);
            context.Services.AddSingleton<AuditTrail>();
            context.Services.AddSingleton<ActOnAccount>();
            context.Services.AddSingleton<RecordBreach>();
            context.Services.AddScoped<AuditQueries>();
            context.Services.AddScoped<SignedInActor>();
            context.Services.AddSingleton(TestRights.EveryRole);
            var who = context.AddAuthorization().SetAuthorized("support@example.com").SetRoles(supervisor ? Roles.Supervisor : Roles.Support).SetClaims(new Claim(ClaimTypes.NameIdentifier, "support-1"));
            who.SetPolicies(supervisor ? [MerchantClaims.SupportPolicy, MerchantClaims.SupervisorPolicy] : [MerchantClaims.SupportPolicy]);
            return context;
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
