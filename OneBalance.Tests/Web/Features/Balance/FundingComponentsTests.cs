using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Disputes;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>What the funding pages and forms say, on a real database behind them.</summary>
public sealed class FundingComponentsTests : IAsyncLifetime
{
    private readonly ComponentRoom _context = new();
    private FundingBench _bench = null!;
    private MerchantId _merchant;
    private Rights _rights = Rights.Owner;

    public async ValueTask InitializeAsync()
    {
        _bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        _merchant = await _bench.AddMerchantAsync();
        var product = _bench.App.Services;
        _context.Services.AddSingleton<TimeProvider>(_bench.Time);
        _context.Services.AddScoped<FundingWords>();
        _context.Services.AddScoped<DisputeWords>();
        _context.Services.AddScoped<SignedIn>();
        _context.Services.AddScoped<SignedInActor>();
        _context.Services.AddSingleton(TestRights.EveryRole);
        _context.Services.AddSingleton<ReadRights>((_, _, _) => Task.FromResult(_rights));
        _context.Services.AddSingleton(product.GetRequiredService<BalanceQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<AutoFundingQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<SaveAutoFunding>());
        _context.Services.AddSingleton(product.GetRequiredService<FundPurchase>());
        _context.Services.AddSingleton(product.GetRequiredService<DebtQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<CardQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<AddCard>());
        _context.Services.AddSingleton(product.GetRequiredService<SetDefaultCard>());
        _context.Services.AddSingleton(product.GetRequiredService<SetBackupCard>());
        _context.Services.AddSingleton(product.GetRequiredService<RemoveCard>());
        _context.Services.AddSingleton(product.GetRequiredService<BalanceWatch>());
        _context.Services.AddSingleton(product.GetRequiredService<ReconciliationQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<ReconcileProcessor>());
        _context.Services.AddSingleton(product.GetRequiredService<ClearDifference>());
        var authorization = _context.AddAuthorization();
        authorization.SetAuthorized("owner@example.com");
        authorization.SetRoles(Roles.Support);
        authorization.SetClaims(new Claim(MerchantClaims.MerchantId, _merchant.ToString()), new Claim(ClaimTypes.NameIdentifier, "support-1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task The_form_offers_what_the_spending_suggests_and_stores_it()
    {
        await _bench.SubmitAsync(new Credit(_merchant, "credit/1", new Money(900_00)));
        await _bench.SubmitAsync(new Reserve(_merchant, "spend", new Money(40_00)));
        await _bench.SubmitAsync(new Capture(_merchant, "spend/capture", "spend", new Money(40_00)));
        var form = _context.Render<AutoFundingForm>(parameters => parameters.Add(f => f.Plan, AutoFundingPlan.Offered));
        form.WaitForAssertion(() => Assert.Contains("You spent $40.00 on labels in the last 30 days.", form.Markup));

        await form.InvokeAsync(() => form.FindAll("button").Single(b => b.TextContent.Contains("Use this suggestion", StringComparison.Ordinal)).ClickAsync(new()));

        Assert.Equal("$40.00 is added when less than $40.00 is available, at most 3 times a day.", form.Find("[data-testid=auto-preview]").TextContent.Trim());
        await form.InvokeAsync(() => form.FindAll("button").Single(b => b.TextContent.Contains("Turn on auto-funding", StringComparison.Ordinal)).ClickAsync(new()));
        await using var db = await _bench.App.Contexts.CreateDbContextAsync();
        var stored = await db.AutoFunding.SingleAsync(a => a.MerchantId == _merchant);
        Assert.Equal((true, new Money(40_00), new Money(40_00)), (stored.Enabled, stored.Threshold, stored.Amount));
    }

    [Fact]
    public async Task Filling_up_to_less_than_the_threshold_is_explained_at_the_amount()
    {
        var plan = new AutoFundingPlan(true, new Money(50_00), new Money(40_00), 3, AutoFundingMode.UpTo);
        var form = _context.Render<AutoFundingForm>(parameters => parameters.Add(f => f.Plan, plan));

        Assert.Equal("The balance is filled up to $40.00 when less than $50.00 is available, at most 3 times a day.", form.Find("[data-testid=auto-preview]").TextContent.Trim());
        await form.InvokeAsync(() => form.FindAll("button").Single(b => b.TextContent.Contains("Turn on auto-funding", StringComparison.Ordinal)).ClickAsync(new()));

        form.WaitForAssertion(() => Assert.Contains("Enter more than the threshold", form.Markup));
        Assert.Equal("40.00", form.Find("#auto-amount").GetAttribute("value"));
    }

    [Theory]
    [InlineData("en-CA", "auto-funding adds $100.00 first")]
    [InlineData("fr-CA", "l’approvisionnement automatique ajoute d’abord 100,00\u00a0$")]
    public async Task Before_buying_the_page_says_what_is_added_first(string culture, string expected)
    {
        ComponentRoom.Speak(culture);
        await _bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(_merchant, AutoFundingPlan.Offered, CancellationToken.None));

        var note = _context.Render<PurchaseFundingNote>(parameters => parameters.Add(n => n.Price, new Money(60_00)));
        note.WaitForAssertion(() => Assert.Contains(expected, note.Markup));

        note.Render(parameters => parameters.Add(n => n.Price, new Money(160_00)));
        note.WaitForAssertion(() => Assert.Contains(culture == "en-CA" ? "$60.00 would still be missing" : "il manquerait encore 60,00\u00a0$", note.Markup));
    }

    /// <summary>It said that funds are added, and none were: nobody was told that no card could be charged.</summary>
    [Theory]
    [InlineData("en-CA", "No card can be charged without asking you")]
    [InlineData("fr-CA", "Aucune carte ne peut être débitée sans vous le demander")]
    public async Task Auto_funding_that_has_no_card_to_charge_says_so(string culture, string expected)
    {
        ComponentRoom.Speak(culture);
        await _bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(_merchant, AutoFundingPlan.Offered, CancellationToken.None));
        var card = await RenderAsync();
        Assert.Empty(card.FindAll("[data-testid=auto-no-card]"));

        _bench.Time.SetUtcNow(new DateTimeOffset(2035, 1, 1, 5, 0, 0, TimeSpan.Zero));

        Assert.Contains(expected, (await RenderAsync()).Find("[data-testid=auto-no-card]").TextContent);

        async Task<IRenderedComponent<AutoFundingCard>> RenderAsync()
        {
            var view = await _bench.App.InScopeAsync<BalanceQueries, AutoFundingView?>(queries => queries.AutoFundingAsync(_merchant, CancellationToken.None));
            return _context.Render<AutoFundingCard>(parameters => parameters.Add(c => c.View, view));
        }
    }

    [Fact]
    public async Task The_last_card_that_auto_funding_needs_stays_and_the_reason_is_said_and_explained()
    {
        await _bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(_merchant, AutoFundingPlan.Offered, CancellationToken.None));
        var cards = _context.Render<CardsOnFile>();
        cards.WaitForAssertion(() => Assert.Contains("ending in 4242", cards.Markup));

        await cards.InvokeAsync(() => PressRemove().ClickAsync(new()));
        await cards.InvokeAsync(() => PressRemove().ClickAsync(new()));

        cards.WaitForAssertion(() => Assert.Contains("This is the last card, and auto-funding is on.", cards.Find("[role=status]").TextContent));
        Assert.Equal("/help/auto-funding", cards.Find("[role=status] a").GetAttribute("href"));
        Assert.Contains("ending in 4242", cards.Find(".card-list").TextContent);

        AngleSharp.Dom.IElement PressRemove() => cards.FindAll("button").Single(button => button.TextContent.Trim() == "Remove");
    }

    /// <summary>Cards are shown, disabled, to those who may not manage them: nothing is taken up for them.</summary>
    [Theory]
    [InlineData(true, "The card was added.")]
    [InlineData(false, null)]
    public async Task A_card_saved_at_the_processor_is_taken_up_for_whoever_manages_cards(bool manages, string? said)
    {
        _rights = manages ? Rights.Owner : Rights.Looker;
        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        var opened = await _bench.App.InScopeAsync<AddCard, StartCardOutcome>(add =>
            add.StartAsync(_merchant, Guid.NewGuid(), "https://shop.example/", "/balance", Language.English, CancellationToken.None));
        await FundingBench.TypeCardAsync(Assert.IsType<StartCardOutcome.Open>(opened).Url, "5555555555554444");

        var cards = _context.Render<CardsOnFile>();

        cards.WaitForAssertion(() => Assert.Equal(manages ? 2 : 1, cards.FindAll(".card-list li").Count));
        Assert.Equal(said, cards.FindAll("[role=status] .mud-alert-message").SingleOrDefault()?.TextContent.Trim());
        Assert.False(_context.Renderer.UnhandledException.IsCompleted);
    }

    /// <summary>It asked for the page to be loaded again, and loaded again it said the same, whatever the processor answered by then.</summary>
    [Fact]
    public async Task A_return_that_the_processor_did_not_answer_is_made_up_for_when_the_page_is_loaded_again()
    {
        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        var opened = await _bench.App.InScopeAsync<AddCard, StartCardOutcome>(add =>
            add.StartAsync(_merchant, Guid.NewGuid(), "https://shop.example/", "/balance", Language.English, CancellationToken.None));
        await FundingBench.TypeCardAsync(Assert.IsType<StartCardOutcome.Open>(opened).Url, "5555555555554444");
        await _bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/checkout/sessions", Status: 500));
        var first = _context.Render<CardsOnFile>(parameters => parameters.Add(c => c.Returned, "later"));
        first.WaitForAssertion(() => Assert.Contains("Reload this page in a moment.", first.Find("[role=status]").TextContent));
        Assert.Single(first.FindAll(".card-list li"));

        var again = _context.Render<CardsOnFile>(parameters => parameters.Add(c => c.Returned, "later"));

        again.WaitForAssertion(() => Assert.Contains("The card was added.", again.Find("[role=status]").TextContent));
        again.WaitForAssertion(() => Assert.Equal(2, again.FindAll(".card-list li").Count));
    }

    [Fact]
    public async Task A_comparison_that_broke_off_is_not_put_down_to_the_processor()
    {
        await using (var db = await _bench.App.Contexts.CreateDbContextAsync())
        {
            var now = _bench.Time.GetUtcNow();
            db.ReconciliationRuns.Add(new ReconciliationRun { Id = Guid.NewGuid(), RequestedBy = "schedule", Since = now, StartedAt = now, EndedAt = now, Problem = "it broke off" });
            await db.SaveChangesAsync();
        }

        var page = _context.Render<ReconciliationPage>();

        page.WaitForAssertion(() => Assert.Contains("the comparison broke off before its end", page.Markup));
        Assert.DoesNotContain("did not answer", page.Markup);
    }

    [Fact]
    public async Task A_debt_is_told_with_what_to_do_and_goes_when_it_is_paid()
    {
        await _bench.SubmitAsync(new Dispute(_merchant, "transaction/txn_1/dispute", new Money(12_34)));
        var notice = _context.Render<DebtNotice>();
        notice.WaitForAssertion(() => Assert.Contains("You owe $12.34, so buying labels is stopped.", notice.Find("[role=alert]").TextContent));

        await _bench.SubmitAsync(new Fund(_merchant, LedgerKeys.Fund("pi_1"), new Money(20_00)));

        notice.WaitForAssertion(() => Assert.Empty(notice.FindAll("[data-testid=debt]")));
    }

    [Fact]
    public async Task A_difference_is_put_aside_only_with_a_reason_and_what_was_typed_stays()
    {
        await _bench.SubmitAsync(new Fund(_merchant, LedgerKeys.Fund("pi_of_nobody"), new Money(12_34)));
        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        var page = _context.Render<ReconciliationPage>();
        await page.InvokeAsync(() => Press(page, "Reconcile now"));
        page.WaitForAssertion(() => Assert.Contains("Not at the processor", page.Find("[data-testid=difference]").TextContent));
        Assert.Contains("for 5 min", page.Find("[data-testid=difference]").TextContent);
        Assert.Equal($"/admin/accounts/{_merchant}", page.Find("[data-testid=difference] a").GetAttribute("href"));

        await page.InvokeAsync(() => Press(page, "Put aside"));
        await page.InvokeAsync(() => page.Find("textarea").Input("short"));
        await page.InvokeAsync(() => Press(page, "Put aside for this reason"));
        page.WaitForAssertion(() => Assert.Contains("Give a reason of 10 to 500 characters.", page.Markup));
        Assert.Equal("short", page.Find("textarea").GetAttribute("value"));

        await page.InvokeAsync(() => page.Find("textarea").Input("Booked by hand in the first week."));
        await page.InvokeAsync(() => Press(page, "Put aside for this reason"));
        page.WaitForAssertion(() => Assert.Contains("payment/pi_of_nobody/fund was put aside.", page.Find("[role=status]").TextContent));
        Assert.Contains("Processor and ledger agree.", page.Markup);

        await page.InvokeAsync(() => page.Find("#difference-state").Change("aside"));
        await page.InvokeAsync(() => page.Find("form[role=search]").SubmitAsync());
        page.WaitForAssertion(() => Assert.Contains("Booked by hand in the first week.", page.Find("[data-testid=cleared]").TextContent));
        Assert.Contains("support-1", page.Find("[data-testid=cleared]").TextContent);
    }

    [Fact]
    public async Task Differences_are_filtered_by_the_address_and_continued_on_the_next_page()
    {
        var now = _bench.Time.GetUtcNow();
        await using (var db = await _bench.App.Contexts.CreateDbContextAsync())
        {
            for (int i = 0; i <= ReconciliationQueries.PageSize; i++)
            {
                db.ReconciliationDifferences.Add(new ReconciliationDifference
                {
                    Id = Guid.NewGuid(),
                    Kind = ReconciliationDifferenceKind.NotInLedger,
                    Subject = $"transaction/txn_{i:00}",
                    TransactionId = $"txn_{i:00}",
                    What = "refund",
                    Theirs = new Money(-5_00),
                    OccurredAt = now.AddDays(-8).AddMinutes(i),
                    FirstSeenAt = now,
                });
            }

            await db.SaveChangesAsync();
        }

        var navigation = _context.Services.GetRequiredService<NavigationManager>();
        var page = _context.Render<ReconciliationPage>();
        await page.InvokeAsync(() => page.Find("#difference-days").Change("7"));
        await page.InvokeAsync(() => page.Find("form[role=search]").SubmitAsync());
        Assert.EndsWith("?days=7", navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(ReconciliationQueries.PageSize, page.FindAll("[data-testid=difference]").Count));

        string next = page.FindAll("a").Single(link => link.TextContent == "Next page, newer").GetAttribute("href")!;
        await page.InvokeAsync(() => navigation.NavigateTo(next));
        page.WaitForAssertion(() => Assert.Contains("txn_25", Assert.Single(page.FindAll("[data-testid=difference]")).TextContent));
        Assert.Equal("7", page.Find("#difference-days").GetAttribute("value"));
        Assert.DoesNotContain(page.FindAll("a"), link => link.TextContent.StartsWith("Next page", StringComparison.Ordinal));

        // A new search begins on its first page.
        await page.InvokeAsync(() => page.Find("#difference-reference").Change("txn_of_nobody"));
        await page.InvokeAsync(() => page.Find("form[role=search]").SubmitAsync());
        Assert.DoesNotContain("after=", navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("No difference fits.", page.Markup));
    }

    private static Task Press(IRenderedComponent<ReconciliationPage> page, string name) =>
        page.FindAll("button").Single(button => button.TextContent.Trim() == name).ClickAsync(new());
}
