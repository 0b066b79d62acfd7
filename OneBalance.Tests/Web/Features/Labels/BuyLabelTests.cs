using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>Buying over the real databases and the real ledger.</summary>
public sealed class BuyLabelTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task The_balance_moves_by_exactly_the_total_and_the_document_is_kept(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);

        var id = await world.BoughtAsync();

        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
        var label = await world.Queries.ReadAsync(world.Merchant, id, CancellationToken.None);
        Assert.Equal("7023210039414604", label!.TrackingNumber);
        Assert.Equal(LabelWorld.Price, label.Paid);
        Assert.Equal([LabelEventKind.Requested, LabelEventKind.Bought], label.Timeline.Select(moment => moment.Kind));
        var document = await world.Queries.DocumentAsync(world.Merchant, id, CancellationToken.None);
        Assert.Equal("%PDF-1.7 sample"u8.ToArray(), document!.Content);
        Assert.Null((await world.RowAsync(id)).NextRunAt);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Bought_many_times_at_once_it_is_one_label(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.BuyAsync(id))));
        await world.PassAsync(TimeSpan.FromSeconds(31));

        Assert.All(outcomes, outcome => Assert.True(outcome is BuyOutcome.Bought or BuyOutcome.StillAsking, outcome.ToString()));
        Assert.Contains(outcomes, outcome => outcome is BuyOutcome.Bought);
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Single(world.Carrier.Shipped);
        Assert.Equal(1, world.Carrier.Creates);
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_labels_racing_for_the_last_funds_are_one_label(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 20_00);
        var first = await world.RatedAsync();
        var second = await world.RatedAsync();

        var outcomes = await Task.WhenAll(Task.Run(() => world.BuyAsync(first)), Task.Run(() => world.BuyAsync(second)));

        Assert.Single(outcomes, outcome => outcome is BuyOutcome.Bought);
        var refused = Assert.IsType<BuyOutcome.InsufficientFunds>(Assert.Single(outcomes, outcome => outcome is not BuyOutcome.Bought));
        Assert.Equal(LabelWorld.Price, refused.Needed);
        Assert.Equal(new Balance(new Money(84), Money.Zero, Money.Zero), await world.BalanceAsync());
        Assert.Single(world.Carrier.Shipped);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Short_of_funds_it_stays_a_draft_and_is_bought_once_they_are_there(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 10_00);
        var id = await world.RatedAsync();

        var refused = Assert.IsType<BuyOutcome.InsufficientFunds>(await world.BuyAsync(id));
        Assert.Equal(new Money(9_16), refused.Missing);
        Assert.Equal(LabelState.Draft, (await world.RowAsync(id)).State);
        Assert.Equal(0, world.Carrier.Creates);

        await world.FundAsync(9_16);
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(Balance.Empty, await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Without_set_up_nothing_is_bought(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.ExecuteUpdateAsync(row => row.SetProperty(merchant => merchant.SetUpFinishedAt, (DateTimeOffset?)null));
        }

        Assert.IsType<BuyOutcome.SetUpNeeded>(await world.BuyAsync(id));
        Assert.Equal("Sample Recipient", (await world.RowAsync(id)).To.Name);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_price_bought_is_the_price_seen(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();

        var other = new BuyRequest(world.Merchant, id, "DOM.EP", new Money(1), "user", Language.English);
        Assert.IsType<BuyOutcome.PriceMustBeAskedAgain>(await world.Buy.RunAsync(other, CancellationToken.None));

        await world.Save.RunAsync(world.Merchant, id, LabelWorld.Draft with { Parcel = new Parcel(5_000, 300, 200, 100) }, CancellationToken.None);
        Assert.IsType<BuyOutcome.PriceMustBeAskedAgain>(await world.BuyAsync(id));

        var second = await world.RatedAsync();
        world.Time.Advance(TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(1));
        Assert.IsType<BuyOutcome.PriceMustBeAskedAgain>(await world.BuyAsync(second));
        Assert.Empty(world.Carrier.Shipped);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_incomplete_draft_is_not_sent(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync(LabelWorld.Draft with { To = LabelWorld.Draft.To with { Name = "" } });

        var outcome = Assert.IsType<BuyOutcome.Incomplete>(await world.BuyAsync(id));

        Assert.Equal([new AddressFinding(AddressField.Name, AddressProblem.Missing)], outcome.Findings.To);
        Assert.Equal(0, world.Carrier.Creates);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Refused_by_the_carrier_the_hold_is_released_and_a_new_draft_has_everything(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.Refuse);

        var declined = Assert.IsType<BuyOutcome.Declined>(await world.BuyAsync(id));

        Assert.Equal(DeclineReason.CarrierRefused, declined.Reason);
        Assert.Equal("9111", Assert.Single(declined.Errors).Code);
        Assert.Equal(new Balance(new Money(100_00), Money.Zero, Money.Zero), await world.BalanceAsync());

        var successors = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.Start.AgainAsync(world.Merchant, id, CancellationToken.None)));
        var successor = Assert.Single(successors.Distinct())!.Value;
        var form = await world.Queries.FormAsync(world.Merchant, successor, CancellationToken.None);
        Assert.Equal(LabelWorld.Draft.To, form!.Draft.To);
        Assert.Equal("9111", Assert.Single(form.Setback!.Errors).Code);
        Assert.IsType<RatesOutcome.Quoted>(await world.Rates.RunAsync(world.Merchant, successor, Language.English, CancellationToken.None));
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(successor));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_final_price_above_the_hold_is_debited_as_a_difference(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        world.Carrier.FinalPrice = new Price(new Money(21_00), [new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(21_00))]);

        var id = await world.BoughtAsync();

        Assert.Equal(new Money(79_00), (await world.BalanceAsync()).Available);
        var label = await world.RowAsync(id);
        Assert.Equal(new Money(21_00), label.Paid);
        Assert.Equal(LabelWorld.Price, label.Captured);
        Assert.Equal(new Money(1_84), (await world.Queries.ReadAsync(world.Merchant, id, CancellationToken.None))!.Difference);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_final_price_below_the_hold_releases_the_rest(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        world.Carrier.FinalPrice = new Price(new Money(15_00), [new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(15_00))]);

        await world.BoughtAsync();

        Assert.Equal(new Balance(new Money(85_00), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Without_an_answer_the_same_order_is_sent_again_while_the_buyer_waits(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);

        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        Assert.Equal(new Balance(new Money(80_84), LabelWorld.Price, Money.Zero), await world.BalanceAsync());
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.Buy.WatchAsync(world.Merchant, id);

        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Single(world.Carrier.Shipped);
        Assert.Equal(2, world.Carrier.Creates);
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Later_it_is_only_searched_for_and_found(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);
        world.Carrier.OnFind.Enqueue(Misbehaviour.Unreachable);

        await world.BuyAsync(id);
        await world.PassAsync(TimeSpan.FromMinutes(3), times: 2);

        Assert.Equal(LabelState.Purchased, (await world.RowAsync(id)).State);
        Assert.Equal(1, world.Carrier.Creates);
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Absent_twice_ten_minutes_apart_it_was_never_bought(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownUndone);

        await world.BuyAsync(id);
        await world.PassAsync(TimeSpan.FromMinutes(3));
        await world.PassAsync(TimeSpan.FromMinutes(9.9));
        Assert.Equal(LabelState.Unknown, (await world.RowAsync(id)).State);
        Assert.Equal(LabelWorld.Price, (await world.BalanceAsync()).Held);

        await world.PassAsync(TimeSpan.FromMinutes(0.1));
        var declined = Assert.IsType<BuyOutcome.Declined>(await world.BuyAsync(id));
        Assert.Equal(DeclineReason.NeverArrived, declined.Reason);
        Assert.Equal(new Balance(new Money(100_00), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    /// <summary>The first order may have arrived: what the second one is answered says nothing of the first.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_refusal_after_an_unanswered_order_proves_nothing(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);
        world.Carrier.OnCreate.Enqueue(Misbehaviour.Refuse);

        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        await world.PassAsync(TimeSpan.FromMinutes(3));

        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_price_that_could_not_be_read_is_read_later(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.PricesUnread = 1;

        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        Assert.Equal(LabelWorld.Price, (await world.BalanceAsync()).Held);

        await world.PassAsync(TimeSpan.FromSeconds(31));
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_document_that_is_not_ready_follows_by_itself(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnFile.Enqueue(Misbehaviour.Unreachable);
        world.Carrier.OnFile.Enqueue(Misbehaviour.Refuse);

        Assert.Equal(new BuyOutcome.Bought(false), await world.BuyAsync(id));
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        await world.PassAsync(TimeSpan.FromSeconds(31), times: 2);

        Assert.NotNull(await world.Queries.DocumentAsync(world.Merchant, id, CancellationToken.None));
        Assert.Null((await world.RowAsync(id)).NextRunAt);
    }

    /// <summary>
    /// The process dies at each place between two steps in turn, comes back at once or an hour later, and the sweep runs:
    /// each label is bought once and paid once, or not bought and nothing is held.
    /// </summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, 31)]
    [InlineData(DatabaseProvider.Postgres, 31)]
    [InlineData(DatabaseProvider.Sqlite, 3_600)]
    [InlineData(DatabaseProvider.Postgres, 3_600)]
    public async Task Dying_anywhere_leaves_one_label_paid_once_or_none(DatabaseProvider provider, int secondsUntilRestart)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 1_000_00);
        var rehearsal = await world.RatedAsync();
        world.Seams.Reset(0);
        await world.BuyAsync(rehearsal);
        int seams = world.Seams.Passed;
        Assert.True(seams >= 10, $"{seams} places to die");
        int bought = 1;

        for (int dieAt = 1; dieAt <= seams; dieAt++)
        {
            var id = await world.RatedAsync();
            world.Seams.Reset(dieAt);
            await Assert.ThrowsAsync<ProcessDied>(() => world.BuyAsync(id));
            world.Seams.Reset(0);

            await world.PassAsync(TimeSpan.FromSeconds(secondsUntilRestart), times: 4);

            var label = await world.RowAsync(id);
            Assert.True(label.NextRunAt is null, $"died at {dieAt}: {label.State} is still due");
            bool isBought = label.State == LabelState.Purchased;
            Assert.True(isBought || label.State is LabelState.Draft or LabelState.Declined, $"died at {dieAt}: {label.State}");
            Assert.True(isBought == world.Carrier.Shipped.Contains(id), $"died at {dieAt}: {label.State}, shipped: {!isBought}");
            Assert.Equal(isBought, label.DocumentStoredAt is not null);
            bought += isBought ? 1 : 0;
            Assert.Equal(new Balance(new Money(1_000_00 - bought * LabelWorld.Price.Cents), Money.Zero, Money.Zero), await world.BalanceAsync());
        }

        Assert.True(bought > seams / 2, $"{bought} of {seams} were bought");
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Another_merchants_label_is_not_found_anywhere(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var bought = await world.BoughtAsync();
        var draft = await world.RatedAsync();
        var stranger = await world.Database.AddMerchantAsync("Another Business", setUp: true);
        var before = await world.BalanceAsync();

        foreach (var id in new[] { bought, draft })
        {
            Assert.IsType<BuyOutcome.NotFound>(await world.Buy.RunAsync(new BuyRequest(stranger, id, "DOM.EP", LabelWorld.Price, "user", Language.English), CancellationToken.None));
            Assert.Equal(SaveDraftOutcome.NotFound, await world.Save.RunAsync(stranger, id, LabelWorld.Draft, CancellationToken.None));
            Assert.False(await world.Save.DiscardAsync(stranger, id, CancellationToken.None));
            Assert.IsType<RatesOutcome.NotFound>(await world.Rates.RunAsync(stranger, id, Language.English, CancellationToken.None));
            Assert.Null(await world.Start.AgainAsync(stranger, id, CancellationToken.None));
            Assert.Null(await world.Queries.FormAsync(stranger, id, CancellationToken.None));
            Assert.Null(await world.Queries.ReadAsync(stranger, id, CancellationToken.None));
            Assert.Null(await world.Queries.DocumentAsync(stranger, id, CancellationToken.None));
            Assert.IsType<OneBalance.Web.Features.Refunds.VoidOutcome.NotFound>(await world.Void.RunAsync(stranger, id, "user", Language.English, CancellationToken.None));
            Assert.False(await world.Void.WithdrawAsync(stranger, id, CancellationToken.None));
            await world.Buy.WatchAsync(stranger, id);
        }

        Assert.Empty((await world.Queries.PageAsync(stranger, new LabelFilter(), CancellationToken.None)).Rows);
        Assert.Empty(await world.Queries.DraftsAsync(stranger, CancellationToken.None));
        Assert.Equal(before, await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_draft_is_saved_as_typed_and_a_bought_label_is_not_touched(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var half = LabelWorld.Draft with { To = LabelWorld.Draft.To with { City = "", PostalCode = "V6Z" }, Signature = true, Coverage = new Money(250_00), Units = Units.Imperial };
        var id = await world.Start.RunAsync(world.Merchant, CancellationToken.None);
        await world.Save.RunAsync(world.Merchant, id, half, CancellationToken.None);

        var draft = (await world.Queries.FormAsync(world.Merchant, id, CancellationToken.None))!.Draft;
        Assert.Equal(half with { Customs = draft.Customs }, draft);
        Assert.IsType<RatesOutcome.Incomplete>(await world.Rates.RunAsync(world.Merchant, id, Language.English, CancellationToken.None));

        var bought = await world.BoughtAsync();
        Assert.Equal(SaveDraftOutcome.NoLongerADraft, await world.Save.RunAsync(world.Merchant, bought, half, CancellationToken.None));
        Assert.IsType<RatesOutcome.NoLongerADraft>(await world.Rates.RunAsync(world.Merchant, bought, Language.English, CancellationToken.None));
        Assert.False(await world.Save.DiscardAsync(world.Merchant, bought, CancellationToken.None));
    }

    /// <summary>Thirty labels, some made in the very same moment: every one once, newest first.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Pages_of_the_list_meet_without_gap_or_overlap(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 1_000_00);
        for (int i = 0; i < 30; i++)
        {
            await world.BoughtAsync();
            if (i % 7 == 0)
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        var first = await world.Queries.PageAsync(world.Merchant, new LabelFilter(), CancellationToken.None);
        var second = await world.Queries.PageAsync(world.Merchant, new LabelFilter(From: first.Next), CancellationToken.None);

        Assert.Equal(25, first.Rows.Count);
        Assert.Equal(5, second.Rows.Count);
        Assert.Null(second.Next);
        Assert.Equal(30, first.Rows.Concat(second.Rows).Select(row => row.Id).Distinct().Count());
        Assert.Equal(first.Rows.Concat(second.Rows).Select(row => row.CreatedAt).OrderDescending(), first.Rows.Concat(second.Rows).Select(row => row.CreatedAt));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "recipient", 1)]
    [InlineData(DatabaseProvider.Postgres, "RECIPIENT", 1)]
    [InlineData(DatabaseProvider.Sqlite, "7023 2100 3941 4604", 1)]
    [InlineData(DatabaseProvider.Postgres, "order 1", 1)]
    [InlineData(DatabaseProvider.Sqlite, "v6z 2j7", 1)]
    [InlineData(DatabaseProvider.Postgres, "nobody", 0)]
    public async Task The_list_is_searched_as_people_type(DatabaseProvider provider, string sought, int found)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.BoughtAsync();

        Assert.Equal(found, (await world.Queries.PageAsync(world.Merchant, new LabelFilter(Search: sought), CancellationToken.None)).Rows.Count);
        Assert.Empty((await world.Queries.PageAsync(world.Merchant, new LabelFilter(LabelShow.Voided, sought), CancellationToken.None)).Rows);
    }
}
