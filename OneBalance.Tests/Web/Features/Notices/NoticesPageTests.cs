using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Notices;

namespace OneBalance.Tests.Web.Features.Notices;

/// <summary>The page over the real use case and database.</summary>
public sealed class NoticesPageTests
{
    [Theory]
    [InlineData("en-CA", "Low balance", "Save", "12.50", "Always sent")]
    [InlineData("fr-CA", "Solde bas", "Enregistrer", "12,50", "Toujours envoyés")]
    public async Task What_is_chosen_is_stored_for_this_user(string culture, string lowBalance, string save, string limit, string always)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        string user = await NoticeTests.AddUserAsync(bench, merchant, "anna@example.com");
        await using var context = Context(bench, merchant, user, culture);
        var page = context.Render<NoticesPage>();
        Assert.Contains(lowBalance, page.Markup);
        Assert.Contains(always, page.Markup);
        Assert.Equal(4, page.FindAll("input[type=checkbox]").Count);

        // All kinds that cannot be switched off, none by its key.
        string[] sent = [.. page.FindAll("section[aria-labelledby=required-title] li").Select(item => item.TextContent)];
        Assert.Equal(Enum.GetValues<NoticeKind>().Count(kind => !NoticeRules.IsOptional(kind)), sent.Length);
        Assert.All(sent, text => Assert.DoesNotContain("Kind.", text, StringComparison.Ordinal));
        Assert.All(sent, text => Assert.DoesNotContain("Help.", text, StringComparison.Ordinal));

        await page.FindAll("input[type=checkbox]")[0].ChangeAsync(new() { Value = false });
        await page.Find("#low-balance-limit").ChangeAsync(new() { Value = limit });
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == save).ClickAsync(new()));

        Assert.Equal(
            new NoticeChoices(FundingFailed: false, CardExpiring: true, LowBalance: true, new Money(12_50)),
            await bench.App.InScopeAsync<NoticeSettings, NoticeChoices>(settings => settings.LoadAsync(merchant, user, CancellationToken.None)));
    }

    [Theory]
    [InlineData("0.99", "Enter an amount from $1.00 to $500.00.")]
    [InlineData("much", "Enter an amount, for example $25.00.")]
    public async Task A_wrong_limit_is_said_and_kept(string limit, string said)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        string user = await NoticeTests.AddUserAsync(bench, merchant, "anna@example.com");
        await using var context = Context(bench, merchant, user, "en-CA");
        var page = context.Render<NoticesPage>();

        await page.Find("#low-balance-limit").ChangeAsync(new() { Value = limit });
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Save").ClickAsync(new()));

        Assert.Contains(said, page.Markup);
        Assert.Equal(limit, page.Find("#low-balance-limit").GetAttribute("value"));
        Assert.Equal(NoticeChoices.Default, await bench.App.InScopeAsync<NoticeSettings, NoticeChoices>(settings => settings.LoadAsync(merchant, user, CancellationToken.None)));
    }

    private static ComponentRoom Context(FundingBench bench, MerchantId merchant, string user, string culture)
    {
        var context = new ComponentRoom(culture);
        context.Services.AddScoped(_ => bench.App.Services.CreateScope().ServiceProvider.GetRequiredService<NoticeSettings>());
        context.Services.AddScoped(_ => new SignedIn(new Somebody(merchant, user), TestRights.Every));
        context.Render<MudPopoverProvider>();
        return context;
    }

    private sealed class Somebody(MerchantId merchant, string user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(MerchantClaims.MerchantId, $"{merchant.Value}"), new Claim(ClaimTypes.NameIdentifier, user), new Claim(ClaimTypes.Email, "anna@example.com")], "test"))));
    }
}
