using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Components.Layout;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Home;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Home;

/// <summary>Home and the balance chip, on a real ledger that moves while they are looked at.</summary>
public sealed class HomeTests : IAsyncLifetime
{
    private readonly ComponentRoom _context = new();
    private FundingBench _bench = null!;
    private AsyncServiceScope _product;
    private MerchantId _merchant;
    private Rights _rights = Rights.Owner;

    public async ValueTask InitializeAsync()
    {
        _bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        _merchant = await _bench.AddMerchantAsync();
        _product = _bench.App.Services.CreateAsyncScope();
        _context.Services.AddSingleton<TimeProvider>(_bench.Time);
        _context.Services.AddScoped<SignedIn>();
        _context.Services.AddSingleton<ReadRights>((_, _, _) => Task.FromResult(_rights));
        _context.Services.AddFallbackServiceProvider(_product.ServiceProvider);
        var authorization = _context.AddAuthorization();
        authorization.SetAuthorized("owner@example.com");
        authorization.SetClaims(new Claim(MerchantClaims.MerchantId, _merchant.ToString()), new Claim(ClaimTypes.NameIdentifier, "user-1"));
        _context.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _product.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Theory]
    [InlineData("en-CA", "Balance: $50.00 available", "Balance: $30.00 available, $20.00 held", "Held $20.00")]
    [InlineData("fr-CA", "50,00\u00a0$", "30,00\u00a0$", "20,00\u00a0$")]
    public async Task The_chip_follows_the_ledger_and_tells_what_is_held(string culture, string before, string after, string note)
    {
        ComponentRoom.Speak(culture);
        await _bench.SubmitAsync(new Credit(_merchant, "credit/1", new Money(50_00)));
        var chip = _context.Render<BalanceChip>();
        chip.WaitForAssertion(() => Assert.Contains(before, chip.Find("a .visually-hidden").TextContent));

        await _bench.SubmitAsync(new Reserve(_merchant, "hold", new Money(20_00)));

        chip.WaitForAssertion(() => Assert.Contains(after, chip.Find("a .visually-hidden").TextContent), TimeSpan.FromSeconds(2));
        Assert.Contains(note, chip.Find(".balance-chip-note").TextContent);
        Assert.Equal("balance", chip.Find("a").GetAttribute("href"));
    }

    [Fact]
    public async Task The_chip_says_what_is_owed_before_anything_else()
    {
        await _bench.SubmitAsync(new Dispute(_merchant, "transaction/txn_1/dispute", new Money(12_34)));

        var chip = _context.Render<BalanceChip>();

        chip.WaitForAssertion(() => Assert.Equal("Balance: $0.00 available, $12.34 owed", chip.Find("a .visually-hidden").TextContent));
        Assert.Contains("balance-chip-owed", chip.Find(".balance-chip-note").ClassList);
    }

    [Fact]
    public async Task Who_may_not_see_the_balance_has_no_chip_also_when_the_right_went_while_looking()
    {
        await _bench.SubmitAsync(new Credit(_merchant, "credit/1", new Money(50_00)));
        var chip = _context.Render<BalanceChip>();
        chip.WaitForAssertion(() => Assert.NotEmpty(chip.FindAll("a")));

        _rights = Rights.Nobody;
        await _bench.SubmitAsync(new Credit(_merchant, "credit/2", new Money(1_00)));

        chip.WaitForAssertion(() => Assert.Empty(chip.FindAll("a")), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("en-CA", "Set up carriers to create your first label", "Set up carriers")]
    [InlineData("fr-CA", "première étiquette", "Configurer les transporteurs")]
    public async Task Until_carriers_are_set_up_home_says_the_next_step(string culture, string sentence, string name)
    {
        ComponentRoom.Speak(culture);
        await using (var db = await _bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.Where(m => m.Id == _merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
        }

        var home = _context.Render<MerchantHome>();

        home.WaitForAssertion(() => Assert.Contains(sentence, home.Find("#set-up-title").TextContent));
        Assert.Equal(name, home.Find(".set-up a[href='set-up']").TextContent.Trim());
        Assert.Empty(home.FindAll(".page-heading-actions a"));
        Assert.Single(home.FindAll(".set-up-steps [aria-current=step]"));
    }

    [Fact]
    public async Task Home_shows_the_balance_and_what_moved_it_and_follows_both()
    {
        await _bench.SubmitAsync(new Credit(_merchant, "credit/1", new Money(50_00)));
        var home = _context.Render<MerchantHome>();
        home.WaitForAssertion(() => Assert.Equal("$50.00", home.FindAll(".figure")[0].TextContent));
        Assert.Equal("labels/new", home.Find(".page-heading-actions a").GetAttribute("href"));
        Assert.Equal("0", home.FindAll(".figure")[1].TextContent);
        Assert.Contains("No label was bought today", home.Markup);

        await _bench.SubmitAsync(new Credit(_merchant, "credit/2", new Money(7_00)));

        home.WaitForAssertion(() => Assert.Equal("$57.00", home.FindAll(".figure")[0].TextContent), TimeSpan.FromSeconds(2));
        home.WaitForAssertion(() => Assert.Contains("+$7.00", home.Find("section[aria-labelledby=activity-title] .amount").TextContent));
    }
}
