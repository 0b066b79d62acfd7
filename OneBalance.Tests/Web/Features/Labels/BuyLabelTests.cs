using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>Buying over the real databases and the real ledger.</summary>
public sealed class BuyLabelTests
{
    private static readonly LabelDraft ToNewYork = LabelWorld.Draft with
    {
        To = new Address("Sample Recipient", "", "350 5th Ave", "", "New York", "NY", "10118", "US", "212-555-0142"),
        Customs = LabelWorld.Draft.Customs with { Items = [new CustomsItem(2, "Wool socks", 300, new Money(24_50), "611594", "CA", "ON")] },
    };

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
        var document = await world.Queries.DocumentAsync(world.Merchant, id, LabelDocumentKind.Label, CancellationToken.None);
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
    public async Task Without_an_answer_the_order_is_asked_for_and_sent_again_while_the_buyer_waits(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownUndone);

        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        Assert.Equal(new Balance(new Money(80_84), LabelWorld.Price, Money.Zero), await world.BalanceAsync());
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.Buy.WatchAsync(world.Merchant, id);

        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Single(world.Carrier.Shipped);
        Assert.Equal(2, world.Carrier.Creates);
        Assert.Equal(1, world.Carrier.Finds);
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_may_not_buy_watches_a_purchase_without_moving_it_on(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownUndone);
        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        world.Time.Advance(TimeSpan.FromSeconds(5));
        var (before, creates, finds) = (await world.RowAsync(id), world.Carrier.Creates, world.Carrier.Finds);

        foreach (var rights in new[] { Rights.Looker, Rights.Member(MerchantRight.SeeBalance | MerchantRight.ManageBilling) })
        {
            await world.Buy.WatchAsync(MerchantAccess.OfPerson(world.Merchant, rights, _ => Task.FromResult(rights)), id);
        }

        var after = await world.RowAsync(id);
        Assert.Equal((before.State, before.Version, creates, finds), (after.State, after.Version, world.Carrier.Creates, world.Carrier.Finds));
        await world.Buy.WatchAsync(world.Merchant, id);
        Assert.Equal(LabelState.Purchased, (await world.RowAsync(id)).State);
    }

    /// <summary>Asking comes before sending again: what arrived is not sent twice, not even under the same reference.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task An_order_that_arrived_without_an_answer_is_found_and_not_sent_again(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);

        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));

        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(1, world.Carrier.Creates);
    }

    /// <summary>Nobody knows whether the first order arrived, and the carrier cannot be asked: then nothing is sent.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task As_long_as_the_carrier_cannot_be_asked_nothing_is_sent_again(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);
        world.Carrier.OnFind.Enqueue(Misbehaviour.Unreachable);
        world.Carrier.OnFind.Enqueue(Misbehaviour.UnknownUndone);

        for (int i = 0; i < 3; i++)
        {
            Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        }

        Assert.Equal(1, world.Carrier.Creates);
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(1, world.Carrier.Creates);
    }

    /// <summary>The carrier's window is a minute and the buyer waits two: the label is bought in the next window, by itself.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Throttled_the_purchase_waits_as_long_as_the_carrier_said_and_goes_on_by_itself(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.Throttle);

        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));

        Assert.Equal(LabelWorld.Price, (await world.BalanceAsync()).Held);
        var form = await world.Queries.FormAsync(world.Merchant, id, CancellationToken.None);
        Assert.Equal(world.Time.GetUtcNow().AddSeconds(60), form!.BusyUntil);

        await world.PassAsync(TimeSpan.FromSeconds(59));
        Assert.IsType<BuyOutcome.StillAsking>(await world.BuyAsync(id));
        Assert.Equal(1, world.Carrier.Creates);
        Assert.Equal(0, world.Carrier.Finds);

        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(2, world.Carrier.Creates);
        Assert.Equal(1, world.Carrier.Finds);
        Assert.Equal(new Balance(new Money(80_84), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    /// <summary>A throttled order certainly did not arrive: the refusal of the next one is conclusive.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_refusal_after_a_throttled_order_declines(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.Throttle);
        world.Carrier.OnCreate.Enqueue(Misbehaviour.Refuse);

        await world.BuyAsync(id);
        await world.PassAsync(TimeSpan.FromSeconds(60));

        var declined = Assert.IsType<BuyOutcome.Declined>(await world.BuyAsync(id));
        Assert.Equal(DeclineReason.CarrierRefused, declined.Reason);
        Assert.Equal(new Balance(new Money(100_00), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    /// <summary>Beyond the buyer's patience nothing is sent any more: the carrier is asked twice, ten minutes apart, and the hold given back.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Throttled_beyond_the_buyers_patience_it_is_settled_in_the_background(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        for (int i = 0; i < 10; i++)
        {
            world.Carrier.OnCreate.Enqueue(Misbehaviour.Throttle);
        }

        await world.BuyAsync(id);
        await world.PassAsync(TimeSpan.FromSeconds(61), times: 3);
        Assert.Equal(2, world.Carrier.Creates);
        Assert.Equal(LabelWorld.Price, (await world.BalanceAsync()).Held);

        await world.PassAsync(TimeSpan.FromMinutes(10));
        var declined = Assert.IsType<BuyOutcome.Declined>(await world.BuyAsync(id));
        Assert.Equal(DeclineReason.NeverArrived, declined.Reason);
        Assert.Equal(2, world.Carrier.Creates);
        Assert.Empty(world.Carrier.Shipped);
        Assert.Equal(new Balance(new Money(100_00), Money.Zero, Money.Zero), await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_throttled_search_is_left_for_later(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);
        world.Carrier.OnFind.Enqueue(Misbehaviour.Throttle);

        await world.BuyAsync(id);
        await world.BuyAsync(id);
        await world.BuyAsync(id);
        Assert.Equal(1, world.Carrier.Finds);

        await world.PassAsync(TimeSpan.FromSeconds(60));
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        Assert.Equal(1, world.Carrier.Creates);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_throttled_document_follows_a_minute_later(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnFile.Enqueue(Misbehaviour.Throttle);

        Assert.Equal(new BuyOutcome.Bought(false), await world.BuyAsync(id));
        await world.PassAsync(TimeSpan.FromSeconds(59));
        Assert.Null(await world.Queries.DocumentAsync(world.Merchant, id, LabelDocumentKind.Label, CancellationToken.None));

        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.NotNull(await world.Queries.DocumentAsync(world.Merchant, id, LabelDocumentKind.Label, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_throttled_void_is_asked_again_when_the_carrier_said(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Carrier.OnVoid.Enqueue(Misbehaviour.Throttle);

        Assert.IsType<VoidOutcome.StillAsking>(await world.VoidAsync(id));
        await world.PassAsync(TimeSpan.FromSeconds(59));
        Assert.Empty(world.Carrier.Voided);

        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Single(world.Carrier.Voided);
        Assert.Equal(new Money(100_00), (await world.BalanceAsync()).Available);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, Misbehaviour.Throttle, 60)]
    [InlineData(DatabaseProvider.Postgres, Misbehaviour.Throttle, 60)]
    [InlineData(DatabaseProvider.Sqlite, Misbehaviour.Unreachable, null)]
    [InlineData(DatabaseProvider.Sqlite, Misbehaviour.UnknownUndone, null)]
    internal async Task Rates_that_do_not_come_say_when_to_ask_again_and_keep_the_last_ones(DatabaseProvider provider, Misbehaviour misbehaviour, int? seconds)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnRates.Enqueue(misbehaviour);

        var outcome = await world.Rates.RunAsync(world.Merchant, id, Language.English, CancellationToken.None);

        Assert.Equal(new RatesOutcome.Unreachable(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null), outcome);
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
    }

    /// <summary>The refusal comes before the hold: no money moves, and what was typed stays.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_us_parcel_without_prepaid_duties_is_refused_before_money_moves(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        world.Carrier.Terms = new CarrierTerms(UsDutiesPrepaid: false, Voidable: true);
        var id = await world.RatedAsync(ToNewYork);

        var refused = Assert.IsType<BuyOutcome.Incomplete>(await world.BuyAsync(id));

        Assert.Equal([new CustomsFinding(null, CustomsField.UsDeclarationId, CustomsProblem.Missing)], refused.Findings.Customs);
        Assert.Equal(new Balance(new Money(100_00), Money.Zero, Money.Zero), await world.BalanceAsync());
        Assert.Equal(LabelState.Draft, (await world.RowAsync(id)).State);
        Assert.Equal(0, world.Carrier.Creates);

        await world.Save.RunAsync(world.Merchant, id, ToNewYork with { Customs = ToNewYork.Customs with { UsDeclarationId = "a1b2c3d4e5f6g" } }, CancellationToken.None);
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_wished_of_the_delivery_is_kept_and_ordered(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var draft = LabelWorld.Draft with
        {
            To = LabelWorld.Draft.To with { Phone = "604-555-0100" },
            Coverage = new Money(250_00),
            Delivery = new DeliveryWishes(ProofOfAge.TwentyOne, Handover.PostOffice, "0000311545", "recipient@example.com"),
        };
        var id = await world.RatedAsync(draft);

        Assert.Equal(draft.Delivery, (await world.Queries.FormAsync(world.Merchant, id, CancellationToken.None))!.Draft.Delivery);
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));

        var order = world.Carrier.LastOrder!;
        Assert.Equal(
            [new ShipmentOption("SO"), new ShipmentOption("COV", new Money(250_00)), new ShipmentOption("PA21"), new ShipmentOption("D2PO", null, "0000311545")],
            order.Options);
        Assert.Equal("recipient@example.com", order.RecipientEmail);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Goods_of_a_bought_label_are_offered_again_until_they_are_removed(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var draft = await world.RatedAsync(ToNewYork);
        Assert.Empty(await world.Remembered.ListAsync(world.Merchant, CancellationToken.None));

        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(draft));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var dearer = ToNewYork.Customs.Items[0] with { Description = "WOOL socks", UnitValue = new Money(30_00) };
        await world.BuyAsync(await world.RatedAsync(ToNewYork with { Customs = ToNewYork.Customs with { Items = [dearer, dearer with { Description = "Mittens" }] } }));

        var goods = await world.Remembered.ListAsync(world.Merchant, CancellationToken.None);
        Assert.Equal(["Mittens", "WOOL socks"], goods.Select(item => item.Description));
        Assert.Equal(dearer with { Quantity = 1, HsCode = "6115.94" }, goods[1]);

        var stranger = await world.Database.AddMerchantAsync("Another Business", setUp: true);
        Assert.Empty(await world.Remembered.ListAsync(stranger, CancellationToken.None));
        Assert.False(await world.Remembered.ForgetAsync(stranger, "Mittens", CancellationToken.None));
        Assert.True(await world.Remembered.ForgetAsync(world.Merchant, "mittens", CancellationToken.None));
        Assert.Equal(["WOOL socks"], (await world.Remembered.ListAsync(world.Merchant, CancellationToken.None)).Select(item => item.Description));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_same_goods_remembered_at_the_same_moment_are_one(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.Goods.RunAsync(world.Merchant, ToNewYork.Customs.Items, CancellationToken.None))));

        Assert.Single(await world.Remembered.ListAsync(world.Merchant, CancellationToken.None));
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
        world.Carrier.OnFind.Enqueue(Misbehaviour.Lag);
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

        Assert.NotNull(await world.Queries.DocumentAsync(world.Merchant, id, LabelDocumentKind.Label, CancellationToken.None));
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
            Assert.Null(await world.Queries.DocumentAsync(stranger, id, LabelDocumentKind.Label, CancellationToken.None));
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
