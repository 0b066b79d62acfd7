using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>Cards come on file through the hosted page and leave by hand.</summary>
public sealed class CardTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task The_card_typed_on_the_hosted_page_is_on_file_once_and_the_default(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.App.Database.AddMerchantAsync();

        string session = await TypeCardAsync(bench, merchant);
        var first = await FinishAsync(bench, merchant, session);
        var refreshed = await FinishAsync(bench, merchant, session);

        Assert.Equal("/set-up", Assert.IsType<FinishCardOutcome.Added>(first).ReturnPath);
        Assert.Equal(first, refreshed);
        var card = Assert.Single(await ListAsync(bench, merchant));
        Assert.Equal((new Card("visa", "4242", 12, 2034), true), (card.Card, card.IsDefault));
    }

    [Fact]
    public async Task A_page_left_unfinished_adds_nothing()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        await StartAsync(bench, merchant);

        Assert.IsType<FinishCardOutcome.NotFinished>(await FinishAsync(bench, merchant, await SessionAsync(bench, merchant)));
        Assert.Empty(await ListAsync(bench, merchant));
    }

    [Fact]
    public async Task A_return_from_an_older_page_is_refused()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        string older = await TypeCardAsync(bench, merchant);
        await StartAsync(bench, merchant);

        Assert.IsType<FinishCardOutcome.NotThisPage>(await FinishAsync(bench, merchant, older));
        Assert.Empty(await ListAsync(bench, merchant));
    }

    [Fact]
    public async Task A_return_from_another_merchants_page_is_refused()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var owner = await bench.App.Database.AddMerchantAsync();
        var other = await bench.App.Database.AddMerchantAsync("Birch Boxes");
        string session = await TypeCardAsync(bench, owner);
        await StartAsync(bench, other);
        Assert.IsType<FinishCardOutcome.NotThisPage>(await FinishAsync(bench, other, session));

        // Even stored as one's own: the processor says whose page it was.
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.SetUpDrafts.Where(d => d.MerchantId == other).ExecuteUpdateAsync(set => set.SetProperty(d => d.CardSetupSessionId, session));
        }

        Assert.IsType<FinishCardOutcome.NotThisPage>(await FinishAsync(bench, other, session));
        Assert.Empty(await ListAsync(bench, other));
    }

    [Fact]
    public async Task Pressed_twice_it_is_one_customer_and_one_page()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        var attempt = Guid.NewGuid();

        var urls = await Task.WhenAll(StartAsync(bench, merchant, attempt), StartAsync(bench, merchant, attempt));
        var again = await StartAsync(bench, merchant, attempt);

        Assert.All(urls.Where(url => url is not null), url => Assert.Equal(again, url));
    }

    [Fact]
    public async Task A_processor_without_an_answer_keeps_the_merchant_here()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        await bench.AddFaultAsync(new Fault(FaultKind.Status, "POST", "/v1/checkout/sessions"));

        Assert.Null(await StartAsync(bench, merchant));
        Assert.NotNull(await StartAsync(bench, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_replacement_takes_the_place_and_the_role_of_the_old_card(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var backup = await bench.AddCardAsync(merchant, "5555555555554444", isDefault: false);
        await bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, backup, CancellationToken.None));
        await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered, CancellationToken.None));
        var old = (await ListAsync(bench, merchant)).Single(card => card.IsDefault).Id;

        string session = await ReplaceAsync(bench, merchant, old);
        var first = Assert.IsType<FinishCardOutcome.Added>(await FinishAsync(bench, merchant, session));
        Assert.Equal(first, await FinishAsync(bench, merchant, session));

        var cards = await ListAsync(bench, merchant);
        Assert.Equal([(first.Card, true, false), (backup, false, true)], cards.Select(card => (card.Id, card.IsDefault, card.IsBackup)));
        Assert.NotNull(await DetachedAtAsync(bench, old));

        string another = await ReplaceAsync(bench, merchant, backup);
        var second = Assert.IsType<FinishCardOutcome.Added>(await FinishAsync(bench, merchant, another));
        Assert.Equal([(first.Card, true, false), (second.Card, false, true)], (await ListAsync(bench, merchant)).Select(card => (card.Id, card.IsDefault, card.IsBackup)));
    }

    [Fact]
    public async Task Another_merchants_card_is_not_replaced()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var owner = await bench.AddMerchantAsync();
        var other = await bench.AddMerchantAsync(name: "Birch Boxes");
        var card = Assert.Single(await ListAsync(bench, owner)).Id;

        Assert.Null(await bench.App.InScopeAsync<AddCard, StartCardOutcome?>(add =>
            add.StartReplacingAsync(other, card, Guid.NewGuid(), "https://shop.example/", "/balance", Language.English, CancellationToken.None)));
    }

    /// <summary>The card was saved at the processor, and its tab was closed there: nothing here ever heard of it.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_card_whose_way_back_was_not_taken_comes_on_file_when_its_merchant_does(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var first = Assert.Single(await ListAsync(bench, merchant)).Id;
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(await TakeUpAsync(bench, merchant));

        await ReplaceAsync(bench, merchant, first);

        Assert.True(await TakeUpAsync(bench, merchant));
        var card = Assert.Single(await ListAsync(bench, merchant));
        Assert.True(card.IsDefault);
        Assert.NotEqual(first, card.Id);

        // Once; and not again after it was removed.
        Assert.False(await TakeUpAsync(bench, merchant));
        await RemoveAsync(bench, merchant, card.Id);
        Assert.False(await TakeUpAsync(bench, merchant));
        Assert.Empty(await ListAsync(bench, merchant));
    }

    [Fact]
    public async Task A_page_that_was_left_without_a_card_adds_none_and_is_asked_about_for_a_day()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        string url = (await StartAsync(bench, merchant))!;
        Assert.False(await TakeUpAsync(bench, merchant));

        await FundingBench.TypeCardAsync(url, "5555555555554444");
        bench.Time.Advance(TimeSpan.FromHours(24));
        Assert.False(await TakeUpAsync(bench, merchant));
        Assert.Single(await ListAsync(bench, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_removed_default_leaves_its_place_to_the_next_card(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var second = await bench.AddCardAsync(merchant, "5555555555554444", isDefault: false);
        var first = (await ListAsync(bench, merchant)).Single(card => card.IsDefault).Id;

        Assert.IsType<RemoveCardOutcome.Removed>(await RemoveAsync(bench, merchant, first));

        Assert.Equal((second, true), (await ListAsync(bench, merchant)).Select(card => (card.Id, card.IsDefault)).Single());
        Assert.IsType<RemoveCardOutcome.Removed>(await RemoveAsync(bench, merchant, first));
    }

    /// <summary>The backup card had expired and became the default: auto-funding had a good card and charged none.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_removed_default_leaves_its_place_to_a_card_that_can_be_charged(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var first = Assert.Single(await ListAsync(bench, merchant)).Id;
        var expired = await bench.AddCardAsync(merchant, "5555555555554444", isDefault: false, expiryYear: 2020);
        var good = await bench.AddCardAsync(merchant, "4000001240000000", isDefault: false);
        Assert.True(await bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, expired, CancellationToken.None)));

        Assert.IsType<RemoveCardOutcome.Removed>(await RemoveAsync(bench, merchant, first));

        Assert.Equal([(good, true, false), (expired, false, true)], (await ListAsync(bench, merchant)).Select(card => (card.Id, card.IsDefault, card.IsBackup)));
    }

    [Fact]
    public async Task The_last_card_stays_while_auto_funding_is_on()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered, CancellationToken.None));
        var card = Assert.Single(await ListAsync(bench, merchant)).Id;

        Assert.IsType<RemoveCardOutcome.NeededByAutoFunding>(await RemoveAsync(bench, merchant, card));
        await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered with { Enabled = false }, CancellationToken.None));
        Assert.IsType<RemoveCardOutcome.Removed>(await RemoveAsync(bench, merchant, card));
    }

    /// <summary>Two tabs each remove one of two cards, and a third switches auto-funding on: whoever comes last is refused.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Auto_funding_never_stays_on_without_a_card_whoever_is_faster(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        for (int round = 0; round < 10; round++)
        {
            var merchant = await bench.AddMerchantAsync(name: $"Merchant {round}");
            await bench.AddCardAsync(merchant, "5555555555554444", isDefault: false);
            var cards = await ListAsync(bench, merchant);
            await Task.WhenAll(
                Task.Run(() => RemoveAsync(bench, merchant, cards[0].Id)),
                Task.Run(() => RemoveAsync(bench, merchant, cards[1].Id)),
                Task.Run(() => bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered, CancellationToken.None))));

            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var left = await db.Cards.Where(c => c.MerchantId == merchant && c.RemovedAt == null).ToListAsync();
            Assert.Equal(left.Count > 0 ? 1 : 0, left.Count(card => card.IsDefault));
            Assert.True(left.Count > 0 || !await db.AutoFunding.AnyAsync(a => a.MerchantId == merchant && a.Enabled), "Auto-funding is on without a card.");
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_card_removed_at_the_moment_it_is_chosen_has_no_role(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        for (int round = 0; round < 10; round++)
        {
            var merchant = await bench.AddMerchantAsync(name: $"Merchant {round}");
            var second = await bench.AddCardAsync(merchant, "5555555555554444", isDefault: false);
            var third = await bench.AddCardAsync(merchant, "4000001240000000", isDefault: false);
            await Task.WhenAll(
                Task.Run(() => RemoveAsync(bench, merchant, second)),
                Task.Run(() => bench.App.InScopeAsync<SetDefaultCard, bool>(set => set.RunAsync(merchant, second, CancellationToken.None))),
                Task.Run(() => bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, second, CancellationToken.None))),
                Task.Run(() => bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(merchant, third, CancellationToken.None))));

            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var cards = await db.Cards.Where(c => c.MerchantId == merchant).ToListAsync();
            Assert.All(cards.Where(card => card.RemovedAt is not null), card => Assert.False(card.IsDefault || card.IsBackup));
            Assert.Single(cards, card => card.IsDefault);
            Assert.InRange(cards.Count(card => card.IsBackup), 0, 1);
        }
    }

    [Fact]
    public async Task Another_merchants_card_is_not_found()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var owner = await bench.AddMerchantAsync();
        var other = await bench.AddMerchantAsync(name: "Birch Boxes");
        var card = Assert.Single(await ListAsync(bench, owner)).Id;

        Assert.IsType<RemoveCardOutcome.NotFound>(await RemoveAsync(bench, other, card));
        Assert.False(await bench.App.InScopeAsync<SetDefaultCard, bool>(set => set.RunAsync(other, card, CancellationToken.None)));
        Assert.False(await bench.App.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(other, card, CancellationToken.None)));
        Assert.Single(await ListAsync(bench, owner));
    }

    [Fact]
    public async Task The_processor_is_told_again_until_it_forgets_a_removed_card()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var card = Assert.Single(await ListAsync(bench, merchant)).Id;
        await bench.AddFaultAsync(new Fault(FaultKind.DropBeforeActing, "POST", "/detach"));

        Assert.IsType<RemoveCardOutcome.Removed>(await RemoveAsync(bench, merchant, card));
        Assert.Null(await DetachedAtAsync(bench, card));
        await bench.App.InScopeAsync<RemovedCardSweep, int>(sweep => sweep.RunAsync(CancellationToken.None));

        Assert.NotNull(await DetachedAtAsync(bench, card));
    }

    [Theory]
    [InlineData(FaultKind.StatusAfterActing, 500, true)]
    [InlineData(FaultKind.DropAfterActing, 0, true)]
    [InlineData(FaultKind.Status, 500, false)]
    [InlineData(FaultKind.Status, 401, false)]
    public async Task An_error_of_the_processor_does_not_keep_a_removed_card_there_for_a_day(FaultKind kind, int status, bool forgotten)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var card = Assert.Single(await ListAsync(bench, merchant)).Id;
        await bench.AddFaultAsync(new Fault(kind, "POST", "/detach", Status: status));

        Assert.IsType<RemoveCardOutcome.Removed>(await RemoveAsync(bench, merchant, card));
        Assert.Equal(forgotten, await DetachedAtAsync(bench, card) is not null);

        bench.Time.Advance(TimeSpan.FromMinutes(5));
        await bench.App.InScopeAsync<RemovedCardSweep, int>(sweep => sweep.RunAsync(CancellationToken.None));
        Assert.NotNull(await DetachedAtAsync(bench, card));
    }

    [Theory]
    [InlineData(FaultKind.StatusAfterActing, 500, true)]
    [InlineData(FaultKind.DropAfterActing, 0, true)]
    [InlineData(FaultKind.Status, 500, false)]
    public async Task An_error_of_the_processor_does_not_lock_a_merchant_out_of_cards_for_a_day(FaultKind kind, int status, bool atOnce)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        await bench.AddFaultAsync(new Fault(kind, "POST", "/v1/customers", Status: status));

        Assert.Equal(atOnce, await StartAsync(bench, merchant) is not null);
        Assert.NotNull(await StartAsync(bench, merchant));
        Assert.Single(await CustomersAsync(bench, merchant));
    }

    [Fact]
    public async Task A_customer_whose_making_was_not_answered_is_found_later_and_not_made_again()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        await bench.AddFaultAsync(new Fault(FaultKind.StatusAfterActing, "POST", "/v1/customers", Status: 500));
        await bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/customers", Skip: 1, Status: 500));

        Assert.Null(await StartAsync(bench, merchant));
        Assert.NotNull(await StartAsync(bench, merchant));
        Assert.Single(await CustomersAsync(bench, merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_card_warns_30_and_7_days_before_its_last_day(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        foreach (var (at, expected) in new[]
        {
            ("2034-11-30T23:59:59-05:00", CardExpiry.Good),
            ("2034-12-01T00:00:00-05:00", CardExpiry.Soon),
            ("2034-12-23T23:59:59-05:00", CardExpiry.Soon),
            ("2034-12-24T00:00:00-05:00", CardExpiry.VerySoon),
            ("2034-12-31T23:59:59-05:00", CardExpiry.VerySoon),
            ("2035-01-01T00:00:00-05:00", CardExpiry.Expired),
        })
        {
            bench.Time.SetUtcNow(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal((at, expected), (at, Assert.Single(await ListAsync(bench, merchant)).Expiry));
        }
    }

    private static async Task<IReadOnlyList<string>> CustomersAsync(FundingBench bench, MerchantId merchant) =>
        [.. (await bench.App.ReadStripeAsync("/v1/customers?limit=100"))["data"]!.AsArray()
            .Where(customer => customer!["metadata"]!["merchant_id"]?.GetValue<string>() == merchant.ToString())
            .Select(customer => customer!["id"]!.GetValue<string>())];

    private static async Task<string> TypeCardAsync(FundingBench bench, MerchantId merchant)
    {
        string url = await StartAsync(bench, merchant) ?? throw new InvalidOperationException("No page.");
        await FundingBench.TypeCardAsync(url);
        return await SessionAsync(bench, merchant);
    }

    private static async Task<string?> StartAsync(FundingBench bench, MerchantId merchant, Guid? attempt = null) =>
        await bench.App.InScopeAsync<AddCard, StartCardOutcome>(add =>
            add.StartAsync(merchant, attempt ?? Guid.NewGuid(), "https://shop.example/", "/set-up", Language.English, CancellationToken.None)) is StartCardOutcome.Open(var url)
                ? url
                : null;

    private static async Task<string> ReplaceAsync(FundingBench bench, MerchantId merchant, CardId old)
    {
        var outcome = await bench.App.InScopeAsync<AddCard, StartCardOutcome?>(add =>
            add.StartReplacingAsync(merchant, old, Guid.NewGuid(), "https://shop.example/", "/balance", Language.English, CancellationToken.None));
        await FundingBench.TypeCardAsync(Assert.IsType<StartCardOutcome.Open>(outcome).Url);
        return await SessionAsync(bench, merchant);
    }

    private static Task<FinishCardOutcome> FinishAsync(FundingBench bench, MerchantId merchant, string session) =>
        bench.App.InScopeAsync<AddCard, FinishCardOutcome>(add => add.FinishAsync(merchant, session, CancellationToken.None));

    private static Task<bool> TakeUpAsync(FundingBench bench, MerchantId merchant) =>
        bench.App.InScopeAsync<AddCard, bool>(add => add.TakeUpAsync(merchant, CancellationToken.None));

    private static async Task<string> SessionAsync(FundingBench bench, MerchantId merchant) =>
        (await bench.App.InScopeAsync<AddCard, string?>(add => add.OpenPageAsync(merchant, CancellationToken.None)))!;

    private static Task<IReadOnlyList<CardView>> ListAsync(FundingBench bench, MerchantId merchant) =>
        bench.App.InScopeAsync<CardQueries, IReadOnlyList<CardView>>(cards => cards.ListAsync(merchant, CancellationToken.None));

    private static Task<RemoveCardOutcome> RemoveAsync(FundingBench bench, MerchantId merchant, CardId card) =>
        bench.App.InScopeAsync<RemoveCard, RemoveCardOutcome>(remove => remove.RunAsync(merchant, card, CancellationToken.None));

    private static async Task<DateTimeOffset?> DetachedAtAsync(FundingBench bench, CardId card)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        return await db.Cards.Where(c => c.Id == card).Select(c => c.DetachedAt).SingleAsync();
    }
}
