using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Tests.Browser;

/// <summary>One merchant's people buying at once, in two processes of the product on one PostgreSQL.</summary>
public sealed class FundingProcessesTests(Chromium chromium)
{
    private const int EachProcess = 10;
    private const int MostPerDay = 2;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Twenty_purchases_pressed_at_once_in_two_processes_buy_each_label_once_and_never_fund_over_the_cap()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        await using var first = await PublishedApp.StartAsync(database);
        await using var second = await PublishedApp.StartBesideAsync(first, database);
        await using var here = await chromium.VisitAsync(first);
        await using var there = await chromium.VisitAsync(second);
        var merchant = new Merchant(here);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(10m);
        await new Merchant(there).SignInAsync();
        await merchant.GetRatesAsync();
        var price = new Money((long)(await merchant.ChosenPriceAsync() * 100));
        var drafts = await CopyDraftAsync(database, here.Page.Url);

        // Every page stands there with its price and its button; then all are pressed.
        var pages = new List<IPage>();
        foreach (var (draft, visitor) in drafts.Select((draft, i) => (draft, i < EachProcess ? here : there)))
        {
            var page = await visitor.OpenTabAsync();
            await page.GotoAsync($"/labels/new/{draft}");
            await Assertions.Expect(page.GetByTestId("buy")).ToBeEnabledAsync();
            pages.Add(page);
        }

        await Task.WhenAll(pages.Select(page => page.Locator("main:not([inert])").WaitForAsync()));
        await Task.WhenAll(pages.Select(page => page.GetByTestId("buy").ClickAsync()));
        foreach (var page in pages)
        {
            // Bought, or short of funds and asked to add them by hand.
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Label bought", Exact = true }).Or(page.Locator("#add-funds-amount")))
                .ToBeVisibleAsync(new() { Timeout = 60_000 });
        }

        await using var db = await database.Contexts.CreateDbContextAsync();
        var owner = await db.Labels.Where(label => label.Id == drafts[0]).Select(label => label.MerchantId).SingleAsync();
        var bought = await db.Labels.Where(label => label.MerchantId == owner && label.State == LabelState.Purchased).Select(label => label.Id).ToListAsync();
        var automatic = await db.TopUps.Where(topUp => topUp.MerchantId == owner && topUp.Automatic).ToListAsync();
        Assert.InRange(automatic.Count, 1, MostPerDay);
        Assert.All(automatic, topUp => Assert.Equal(TopUpState.Succeeded, topUp.State));
        Assert.Equal(automatic.Count, automatic.Select(topUp => topUp.AutomaticSlot).Distinct().Count());
        Assert.True(bought.Count > 10 * 100 / price.Cents, "Auto-funding paid for nothing.");
        Assert.Contains(bought, label => drafts[..EachProcess].Contains(label));
        Assert.Contains(bought, label => drafts[EachProcess..].Contains(label));

        // What was funded paid for what was bought, each once, and nothing below zero.
        var balance = await database.Ledger.BalanceAsync(owner, None);
        Assert.Equal((new Money(10_00) + automatic.Sum(topUp => topUp.Amount) - new Money(price.Cents * bought.Count), Money.Zero, Money.Zero), (balance.Available, balance.Held, balance.Owed));
        Assert.False(balance.Available.IsNegative);
        Assert.Equal(bought.Count, await db.LedgerTransfers.CountAsync(transfer => transfer.MerchantId == owner && transfer.Kind == LedgerTransferKind.Capture));
        Assert.Equal(1 + automatic.Count, await db.LedgerTransfers.CountAsync(transfer => transfer.MerchantId == owner && transfer.Kind == LedgerTransferKind.Fund));
        here.AssertNoComplaints();
        there.AssertNoComplaints();
    }

    /// <summary>The draft of this page as often as pages are to stand there, and auto-funding switched on: below 5.00, two a day.</summary>
    private static async Task<LabelId[]> CopyDraftAsync(TestDatabase database, string url)
    {
        var rated = new LabelId(Guid.Parse(url.Split('/')[^1]));
        await using var db = await database.Contexts.CreateDbContextAsync();
        var copies = new List<LabelId>();
        for (int i = 0; i < 2 * EachProcess; i++)
        {
            var label = await db.Labels.AsNoTracking().SingleAsync(label => label.Id == rated);
            label.Id = new LabelId(Guid.CreateVersion7());
            db.Labels.Add(label);
            copies.Add(label.Id);
        }

        var owner = await db.Labels.Where(label => label.Id == rated).Select(label => label.MerchantId).SingleAsync();
        await db.AutoFunding.Where(settings => settings.MerchantId == owner).ExecuteDeleteAsync();
        db.AutoFunding.Add(new AutoFundingSettings { MerchantId = owner, Enabled = true, Threshold = new Money(5_00), Amount = new Money(100_00), MostPerDay = MostPerDay });
        await db.SaveChangesAsync();
        return [.. copies];
    }
}
