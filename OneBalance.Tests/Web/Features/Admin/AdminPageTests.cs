using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>What support sees of the platform, and what it can set going.</summary>
public sealed class AdminPageTests
{
    [Fact]
    public async Task A_top_up_that_a_crash_left_behind_is_listed_and_run_now_settles_it()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        bench.Seam.DieAfterChargeOnce();
        var order = FundingBench.Order(50_00);
        await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
        await using var context = Context(bench);

        var list = context.Render<OpenItems>();
        Assert.Contains("Maple Parcels", list.Find("tbody tr").TextContent, StringComparison.Ordinal);
        await list.InvokeAsync(() => list.Find("tbody button").ClickAsync(new()));
        list.WaitForAssertion(() => Assert.Contains("10 to 500 characters", list.Find(".field-error").TextContent, StringComparison.Ordinal));
        Assert.NotEmpty(list.FindAll("tbody tr"));
        await list.InvokeAsync(() => list.Find("#run-reason").InputAsync("The bank confirmed it by phone."));
        await list.InvokeAsync(() => list.Find("tbody button").ClickAsync(new()));

        list.WaitForAssertion(() => Assert.Empty(list.FindAll("tbody tr")));
        Assert.Equal($"Top-up {order.Id} was run and is no longer under way.", list.Find("[data-testid=ran]").TextContent);
        Assert.Equal(TopUpState.Succeeded, (await bench.TopUpAsync(merchant, order.Id)).State);
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
        Assert.Single(await bench.PaymentsAsync(merchant));
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var lines = await db.AuditEntries.OrderBy(line => line.At).ToListAsync();
        Assert.Equal([AuditAction.FlowRunNow, AuditAction.FlowRan], lines.Select(line => line.Action));
        Assert.All(lines, line => Assert.Equal(("support-1", $"topup/{order.Id}", "The bank confirmed it by phone."), (line.UserId, line.Subject, line.Reason)));
        Assert.Equal("""{"state":"Succeeded"}""", lines[1].After);
    }

    [Theory]
    [InlineData(AdminQueries.Most - 1, 0)]
    [InlineData(AdminQueries.Most + 1, 1)]
    public async Task More_than_are_listed_are_said_to_be_there(int many, int notes)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var now = bench.Time.GetUtcNow();
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.AddRange(Enumerable.Range(0, many).Select(number => new Label
            {
                MerchantId = merchant,
                Id = new LabelId(Guid.CreateVersion7(now.AddSeconds(number))),
                State = LabelState.Unknown,
                From = new PostalAddress(),
                To = new PostalAddress(),
                RequestedAt = now,
                CreatedAt = now,
                UpdatedAt = now,
            }));
            await db.SaveChangesAsync();
        }

        await using var context = Context(bench);
        var list = context.Render<OpenItems>();

        Assert.Equal(Math.Min(many, AdminQueries.Most), list.FindAll("tbody tr").Count);
        Assert.Equal(notes, list.FindAll("[data-testid=open-most]").Count);
    }

    [Fact]
    public async Task What_fails_when_it_is_run_now_is_said_and_the_page_stays()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        bench.Seam.DieAfterChargeOnce();
        await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, FundingBench.Order(50_00)));
        await using var context = Context(bench);
        int ran = 0;
        var list = context.Render<OpenItems>(items => items.Add(c => c.Ran, () => ran++));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.TopUps.ExecuteDeleteAsync();
        }

        await list.InvokeAsync(() => list.Find("#run-reason").InputAsync("The bank confirmed it by phone."));
        await list.InvokeAsync(() => list.Find("tbody button").ClickAsync(new()));

        list.WaitForAssertion(() => Assert.Matches("^Top-up [0-9a-f]{32} failed when it was run.* reference [0-9a-f]{8}", list.Find("[data-testid=run-failed]").TextContent));
        Assert.Empty(list.FindAll("[data-testid=ran]"));
        Assert.Equal(1, ran);
    }

    [Fact]
    public async Task Audit_now_says_that_the_ledger_is_sound_and_then_what_broke()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Credit(merchant, "credit/1", new Money(10_00)));
        await using var context = Context(bench);

        var cards = context.Render<HealthCards>();
        Assert.Contains("None yet.", Card(cards, "Ledger audit").TextContent, StringComparison.Ordinal);
        await cards.InvokeAsync(() => Card(cards, "Ledger audit").QuerySelector("button")!.ClickAsync(new()));
        cards.WaitForAssertion(() => Assert.Contains("All invariants hold", Card(cards, "Ledger audit").TextContent, StringComparison.Ordinal));

        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Database.ExecuteSqlRawAsync("UPDATE ledger_books SET available = available + 1");
        }

        await cards.InvokeAsync(() => Card(cards, "Ledger audit").QuerySelector("button")!.ClickAsync(new()));
        cards.WaitForAssertion(() => Assert.Contains("Totals that are not the sum of their entries: 1", Card(cards, "Ledger audit").TextContent, StringComparison.Ordinal));
        Assert.Contains($"merchant {merchant}", Card(cards, "Ledger audit").TextContent, StringComparison.Ordinal);

        // What an audit found outlives the page, the process and the node.
        await using var elsewhere = Context(bench);
        var later = elsewhere.Render<HealthCards>();
        later.WaitForAssertion(() => Assert.Contains("The ledger is not sound", Card(later, "Ledger audit").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(25, "All invariants hold")]
    [InlineData(26, "the last audit is more than a day old")]
    public async Task An_audit_that_should_have_been_followed_by_another_says_so(int hoursAgo, string said)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            var then = bench.App.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-hoursAgo);
            db.Add(new LedgerAuditRun { Night = DateOnly.FromDateTime(then.UtcDateTime), StartedAt = then.AddMinutes(1), EndedAt = then.AddMinutes(2), Transfers = 3 });
            await db.SaveChangesAsync();
        }

        await using var context = Context(bench);
        var cards = context.Render<HealthCards>();
        cards.WaitForAssertion(() => Assert.Contains(said, Card(cards, "Ledger audit").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_processors_account_is_compared_with_what_merchants_are_told()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(bench);
        var cards = context.Render<HealthCards>();
        cards.WaitForAssertion(() => Assert.Contains("Statements show STAMPS; merchants are told STAMPS.", Card(cards, "Card processor").TextContent, StringComparison.Ordinal));

        await bench.AddFaultAsync(new Fault(FaultKind.DropBeforeActing, "GET", "/v1/account", Times: 0));
        var later = context.Render<HealthCards>();
        later.WaitForAssertion(
            () => Assert.Contains("Not reachable", Card(later, "Card processor").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("en-CA", CircuitStatus.Closed, "Canada Post", "Calls go through", null)]
    [InlineData("en-CA", CircuitStatus.Open, "Canada Post", "Calls held back after failures", "Failing: prices, tracking.")]
    [InlineData("fr-CA", CircuitStatus.Open, "Postes Canada", "Appels suspendus après des échecs", "En panne\u00a0: tarifs, suivi.")]
    [InlineData("fr-CA", CircuitStatus.Trying, "Postes Canada", "Nouvel essai en cours", "En panne\u00a0: tarifs, suivi.")]
    public async Task The_carriers_card_names_what_fails_and_until_when_calls_are_slowed_down(string culture, CircuitStatus circuit, string title, string state, string? failing)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var condition = new CarrierCondition(circuit, circuit == CircuitStatus.Closed ? null : bench.Time.GetUtcNow().AddMinutes(1), null)
        {
            Failing = failing is null ? [] : [CarrierProduct.Rating, CarrierProduct.Tracking],
        };
        await using var context = Context(bench, culture, new FixedHealth(condition));

        string text = Card(context.Render<HealthCards>(), title).TextContent;

        Assert.Contains(state, text, StringComparison.Ordinal);
        Assert.Equal(failing is not null, text.Contains(failing ?? "Failing", StringComparison.Ordinal));
        Assert.Equal(circuit != CircuitStatus.Closed, text.Contains(culture == "en-CA" ? "Slowed down by the carrier until" : "Ralenti par le transporteur jusqu’à", StringComparison.Ordinal));
    }

    private sealed class FixedHealth(CarrierCondition condition) : ICarrierHealth
    {
        public CarrierCondition Read() => condition;
    }

    private static AngleSharp.Dom.IElement Card(IRenderedComponent<HealthCards> cards, string title) =>
        cards.FindAll(".card").Single(card => card.QuerySelector("h3")!.TextContent == title);

    private static ComponentRoom Context(FundingBench bench, string culture = "en-CA", ICarrierHealth? carrier = null)
    {
        var context = new ComponentRoom(culture);
        context.Services.AddSingleton<TimeProvider>(bench.Time);
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<AdminQueries>(bench.App.Services));
        context.Services.AddScoped<SignedInActor>();
        context.Services.AddSingleton(TestRights.EveryRole);
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<RunNow>(bench.App.Services));
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<PlatformHealth>(bench.App.Services, carrier ?? bench.App.Services.GetRequiredService<ICarrierHealth>()));
        context.AddAuthorization().SetAuthorized("support@example.com").SetRoles(Roles.Support).SetClaims(new System.Security.Claims.Claim(System.Security.Claims.ClaimTypes.NameIdentifier, "support-1"));
        context.SetRendererInfo(new Microsoft.AspNetCore.Components.RendererInfo("Server", isInteractive: true));
        return context;
    }
}
