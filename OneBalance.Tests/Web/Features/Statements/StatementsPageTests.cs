using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Statements;

namespace OneBalance.Tests.Web.Features.Statements;

/// <summary>The page over the real queries, ledger and database; the clock says November 2, 2026.</summary>
public sealed class StatementsPageTests
{
    [Theory]
    [InlineData("en-CA", "Opening balance", "$80.84", "-$19.16", "Spend by service", "GST (5%)", "Tax invoice INV-")]
    [InlineData("fr-CA", "Solde d’ouverture", "80,84\u00a0$", "-19,16\u00a0$", "Dépenses par service", "TPS (5\u00a0%)", "Facture INV-")]
    public async Task The_present_month_reads_in_the_readers_language(string culture, params string[] words)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await world.BoughtAsync();
        await using var context = Context(world, culture);

        var page = context.Render<StatementsPage>();

        string text = WebText(page.Markup).Replace('\u2212', '-');
        Assert.All(words, word => Assert.Contains(word, text));
        Assert.Contains("2026-11-30", text);
        var chart = page.Find("figure svg[role=img]");
        Assert.NotEmpty(chart.GetAttribute("aria-label")!);
        Assert.Equal(2, page.FindAll("figure table tbody tr").Count);
    }

    [Fact]
    public async Task Files_are_of_the_period_shown_and_in_the_readers_language()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world, "fr-CA");
        context.Services.GetRequiredService<NavigationManager>().NavigateTo("/statements?from=2026-10-01&to=2026-10-31");

        var page = context.Render<StatementsPage>();

        Assert.Equal(
            ["pdf?from=2026-10-01&to=2026-10-31&lang=fr", "pdf?from=2026-10-01&to=2026-10-31&lang=en", "csv?from=2026-10-01&to=2026-10-31&lang=fr", "xlsx?from=2026-10-01&to=2026-10-31&lang=fr"],
            page.FindAll("a[href^='/statements/statement.']").Select(link => link.GetAttribute("href")!["/statements/statement.".Length..]));
    }

    [Theory]
    [InlineData("2026-11-30", "2026-11-01", "The last day is before the first.")]
    [InlineData("2025-11-01", "2026-11-02", "A statement covers at most 366 days.")]
    [InlineData("", "2026-11-01", "Choose both days.")]
    public async Task A_period_that_cannot_be_shown_is_said_and_kept(string from, string to, string said)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world, "en-CA");
        var page = context.Render<StatementsPage>();

        await page.Find("#statement-from").ChangeAsync(new() { Value = from });
        await page.Find("#statement-to").ChangeAsync(new() { Value = to });
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Show statement").ClickAsync(new()));

        Assert.Contains(said, page.Find("#statement-problem").TextContent);
        Assert.Equal("true", page.Find("#statement-from").GetAttribute("aria-invalid"));
        Assert.Equal((from, to), (page.Find("#statement-from").GetAttribute("value") ?? "", page.Find("#statement-to").GetAttribute("value")));
    }

    [Theory]
    [InlineData("en-CA", "A statement covers at most 366 days.")]
    [InlineData("fr-CA", "Un relevé couvre au plus 366 jours.")]
    public async Task A_period_of_366_days_is_shown_and_one_of_367_is_refused_with_the_bound(string culture, string said)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world, culture);
        var navigation = context.Services.GetRequiredService<NavigationManager>();
        var page = context.Render<StatementsPage>();

        await ChooseAsync("2025-11-01", "2026-11-01");
        Assert.EndsWith("/statements?from=2025-11-01&to=2026-11-01", navigation.Uri, StringComparison.Ordinal);
        await ChooseAsync("2025-11-01", "2026-11-02");
        Assert.EndsWith("/statements?from=2025-11-01&to=2026-11-01", navigation.Uri, StringComparison.Ordinal);
        Assert.Contains(said, page.Find("#statement-problem").TextContent);

        // Typed into the address it is no period either: the present month is shown, and that it is.
        await page.InvokeAsync(() => navigation.NavigateTo("/statements?from=2025-11-01&to=2026-11-02"));
        Assert.NotEmpty(page.Find("#statement-problem").TextContent);

        async Task ChooseAsync(string from, string to)
        {
            await page.Find("#statement-from").ChangeAsync(new() { Value = from });
            await page.Find("#statement-to").ChangeAsync(new() { Value = to });
            await page.InvokeAsync(() => page.Find("#statement-to").Closest("section")!.QuerySelectorAll("button").Last().ClickAsync(new()));
        }
    }

    [Fact]
    public async Task A_chosen_period_goes_into_the_address()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world, "en-CA");
        var page = context.Render<StatementsPage>();

        await page.Find("#statement-from").ChangeAsync(new() { Value = "2026-10-05" });
        await page.Find("#statement-to").ChangeAsync(new() { Value = "2026-10-06" });
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Show statement").ClickAsync(new()));

        Assert.EndsWith("/statements?from=2026-10-05&to=2026-10-06", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private static string WebText(string markup) => System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(markup, "<[^>]+>", ""));

    private static ComponentRoom Context(LabelWorld world, string culture)
    {
        var desk = new StatementDesk(world.Database);
        var context = new ComponentRoom(culture);
        context.Services.AddScoped<StatementWords>();
        context.Services.AddScoped(_ => desk.Statements);
        context.Services.AddScoped(_ => new SignedIn(new Somebody(world.Merchant), TestRights.Every));
        context.Services.AddSingleton(new WhoToAsk(world.Contexts));
        return context;
    }

    private sealed class Somebody(MerchantId merchant) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(MerchantClaims.MerchantId, $"{merchant.Value}"), new Claim(ClaimTypes.NameIdentifier, "user")], "test"))));
    }
}
