using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Home;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Refunds;

/// <summary>Voids over the real databases and the real ledger.</summary>
public sealed class VoidLabelTests
{
    private static readonly Balance Whole = new(new Money(100_00), Money.Zero, Money.Zero);

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "0.00:59:59", "NotYet")]
    [InlineData(DatabaseProvider.Sqlite, "0.01:00:00", "Credited")]
    [InlineData(DatabaseProvider.Sqlite, "15.00:00:00", "Credited")]
    [InlineData(DatabaseProvider.Sqlite, "15.00:00:01", "TooLate")]
    [InlineData(DatabaseProvider.Postgres, "0.00:59:59", "NotYet")]
    [InlineData(DatabaseProvider.Postgres, "0.01:00:00", "Credited")]
    [InlineData(DatabaseProvider.Postgres, "15.00:00:00", "Credited")]
    [InlineData(DatabaseProvider.Postgres, "15.00:00:01", "TooLate")]
    public async Task The_windows_to_the_second(DatabaseProvider provider, string after, string expected)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture));

        var outcome = await world.VoidAsync(id);

        Assert.Equal(expected, outcome.GetType().Name);
        Assert.Equal(expected == "Credited", world.Carrier.Voided.Count == 1);
        Assert.Equal(expected == "Credited" ? Whole : Whole with { Available = new Money(80_84) }, await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Voided_many_times_at_once_it_is_credited_once(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => world.VoidAsync(id))));

        Assert.All(outcomes, outcome => Assert.True(outcome is VoidOutcome.Credited or VoidOutcome.AlreadyDone, outcome.ToString()));
        Assert.Equal(Whole, await world.BalanceAsync());
        Assert.IsType<VoidOutcome.AlreadyDone>(await world.VoidAsync(id));
        Assert.Equal(LabelStatus.Voided, (await world.Queries.ReadAsync(world.Merchant, id, CancellationToken.None))!.Status);
        Assert.Equal(Whole, await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_difference_comes_back_too(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        world.Carrier.FinalPrice = new Price(new Money(21_00), [new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(21_00))]);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(new VoidOutcome.Credited(new Money(21_00)), await world.VoidAsync(id));
        Assert.Equal(Whole, await world.BalanceAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_answer_that_confirms_nothing_is_not_success(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Carrier.OnVoid.Enqueue(Misbehaviour.UnknownDone);
        world.Carrier.OnVoid.Enqueue(Misbehaviour.Unreachable);

        Assert.IsType<VoidOutcome.StillAsking>(await world.VoidAsync(id));
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        await world.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        await world.PassAsync(TimeSpan.FromSeconds(31));

        Assert.Equal(Whole, await world.BalanceAsync());
        Assert.Single(world.Carrier.Voided);
    }

    /// <summary>The platform's credentials were exchanged for another account's, which knows none of our shipments.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_shipment_unknown_to_the_carrier_that_nobody_voided_is_not_credited_and_support_sees_it(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Carrier.IsAnotherAccount = true;

        Assert.IsType<VoidOutcome.StillAsking>(await world.VoidAsync(id));
        // A lost answer in between proves nothing: the account still is another's.
        world.Carrier.OnVoid.Enqueue(Misbehaviour.UnknownUndone);
        await world.PassAsync(TimeSpan.FromSeconds(31), times: 4);

        Assert.Equal((RefundState.Requested, (VoidDoubt?)VoidDoubt.NotKnown), await StandingAsync(world, id));
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        var open = Assert.Single(await new AdminQueries(world.Contexts, [], [], [new OpenFlow(OpenKind.Refund, RefundsRoom.OpenAsync)], world.Time).OpenItemsAsync(TestRights.Desk, null, null, CancellationToken.None));
        Assert.Equal((OpenKind.Refund, "NotKnown"), (open.Kind, open.Row.State));

        world.Carrier.IsAnotherAccount = false;
        await world.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(Whole, await world.BalanceAsync());
        Assert.Single(world.Carrier.Voided);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Gone_after_a_lost_answer_is_ours_and_after_a_call_that_never_arrived_it_is_not(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var (lost, never) = (await world.BoughtAsync(), await world.BoughtAsync());
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Carrier.OnVoid.Enqueue(Misbehaviour.UnknownDone);
        Assert.IsType<VoidOutcome.StillAsking>(await world.VoidAsync(lost));
        world.Carrier.OnVoid.Enqueue(Misbehaviour.Unreachable);
        Assert.IsType<VoidOutcome.StillAsking>(await world.VoidAsync(never));
        world.Carrier.Voided.Add($"s-{never}");

        await world.PassAsync(TimeSpan.FromSeconds(31), times: 3);

        Assert.Equal((RefundState.Credited, null), await StandingAsync(world, lost));
        Assert.Equal((RefundState.Requested, (VoidDoubt?)VoidDoubt.NotKnown), await StandingAsync(world, never));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_scheduled_void_of_a_parcel_scanned_meanwhile_ends_unsent_and_says_why(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, id, "user", Language.English, CancellationToken.None);
        await world.ManifestAsync(id);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            db.LabelTrackings.Add(new LabelTracking { MerchantId = world.Merchant, LabelId = id, Status = TrackingStatus.InTransit, Since = world.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        await world.PassAsync(TimeSpan.FromMinutes(60));

        var request = await world.RequestAsync(id);
        Assert.Equal((RefundState.NotSent, NotSentReason.Used), (request.State, request.NotSentReason));
        Assert.Empty(world.Carrier.Voided);
        var page = (await world.Queries.ReadAsync(world.Merchant, id, CancellationToken.None))!;
        Assert.Equal([LabelEventKind.VoidRequested, LabelEventKind.NotSentUsed], page.Timeline.TakeLast(2).Select(moment => moment.Kind));
        Assert.DoesNotContain(page.Timeline, moment => moment.Kind == LabelEventKind.VoidWithdrawn);
        Assert.IsType<VoidOutcome.Used>(await world.Void.SendAsync(world.Merchant, id, CancellationToken.None));
        Assert.IsType<VoidOutcome.Used>(await world.VoidAsync(id));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_void_taken_back_leaves_the_label_among_the_windows_about_to_close(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, id, "user", Language.English, CancellationToken.None);
        world.Time.Advance(TimeSpan.FromMinutes(5));
        var home = new HomeQueries(world.Contexts, world.Time);
        Assert.True(await world.Void.WithdrawAsync(world.Merchant, id, CancellationToken.None));

        world.Time.Advance(TimeSpan.FromDays(14));

        Assert.Equal(id, Assert.Single((await home.LoadAsync(world.Merchant, world.Time.GetUtcNow(), CancellationToken.None)).Closing).Id);
        await world.Void.RunAsync(world.Merchant, id, "user", Language.English, CancellationToken.None);
        Assert.Empty((await home.LoadAsync(world.Merchant, world.Time.GetUtcNow(), CancellationToken.None)).Closing);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Refused_by_the_carrier_nothing_is_credited_and_it_can_be_asked_again(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Carrier.OnVoid.Enqueue(Misbehaviour.Refuse);

        var refused = Assert.IsType<VoidOutcome.Refused>(await world.VoidAsync(id));
        Assert.Equal("9111", Assert.Single(refused.Errors).Code);
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        Assert.Equal("9111", Assert.Single((await world.Queries.ReadAsync(world.Merchant, id, CancellationToken.None))!.RefundErrors).Code);

        Assert.IsType<VoidOutcome.Credited>(await world.VoidAsync(id));
        Assert.Equal(Whole, await world.BalanceAsync());
    }

    /// <summary>Whoever presses sees the refusal; whoever scheduled a void has gone, and would take the money for returned.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_refusal_that_nobody_sees_is_told_once(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var (scheduled, unsent) = (await world.BoughtAsync(), await world.BoughtAsync());
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, scheduled, "user", Language.English, CancellationToken.None);
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, unsent, "user", Language.English, CancellationToken.None);
        await world.ManifestAsync(unsent);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            db.LabelTrackings.Add(new LabelTracking { MerchantId = world.Merchant, LabelId = unsent, Status = TrackingStatus.InTransit, Since = world.Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        world.Carrier.OnVoid.Enqueue(Misbehaviour.Refuse);
        await world.PassAsync(TimeSpan.FromMinutes(60), times: 2);

        Assert.Equal([RefundState.Refused, RefundState.NotSent], [(await world.RequestAsync(scheduled)).State, (await world.RequestAsync(unsent)).State]);
        Assert.Equal((2, 0), (await RefundClaimTests.TellAsync(world), await RefundClaimTests.TellAsync(world)));

        world.Carrier.OnVoid.Enqueue(Misbehaviour.Refuse);
        Assert.IsType<VoidOutcome.Refused>(await world.VoidAsync(scheduled));
        Assert.Equal(0, await RefundClaimTests.TellAsync(world));
    }

    /// <summary>Whether it was bought is not known yet: voiding it could void a label that was never paid, or pay for none.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Never_while_the_purchase_is_unknown(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        world.Carrier.OnCreate.Enqueue(Misbehaviour.UnknownDone);
        await world.BuyAsync(id);
        world.Time.Advance(TimeSpan.FromHours(2));

        Assert.IsType<VoidOutcome.NothingToVoid>(await world.VoidAsync(id));
        Assert.Empty(world.Carrier.Voided);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task As_soon_as_allowed_runs_by_itself_when_the_wait_is_over(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        var allowed = world.Time.GetUtcNow() + TimeSpan.FromMinutes(60);

        Assert.Equal(new VoidOutcome.Scheduled(allowed), await world.Void.AsSoonAsAllowedAsync(world.Merchant, id, "user", Language.English, CancellationToken.None));
        Assert.Equal(new VoidOutcome.Scheduled(allowed), await world.Void.AsSoonAsAllowedAsync(world.Merchant, id, "user", Language.English, CancellationToken.None));
        await world.PassAsync(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        Assert.Empty(world.Carrier.Voided);
        await world.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(Whole, await world.BalanceAsync());
        Assert.Single(world.Carrier.Voided);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_scheduled_void_can_be_taken_back_and_asked_for_again(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.BoughtAsync();
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, id, "user", Language.English, CancellationToken.None);

        Assert.True(await world.Void.WithdrawAsync(world.Merchant, id, CancellationToken.None));
        Assert.False(await world.Void.WithdrawAsync(world.Merchant, id, CancellationToken.None));
        await world.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Empty(world.Carrier.Voided);

        Assert.IsType<VoidOutcome.Credited>(await world.VoidAsync(id));
    }

    /// <summary>The process dies at each place between two steps in turn; pressed again or swept, the price comes back once.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Dying_anywhere_gives_the_price_back_once(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var rehearsal = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Seams.Reset(0);
        await world.VoidAsync(rehearsal);
        int seams = world.Seams.Passed;
        Assert.True(seams >= 6, $"{seams} places to die");

        for (int dieAt = 1; dieAt <= seams; dieAt++)
        {
            var id = await world.BoughtAsync();
            world.Time.Advance(TimeSpan.FromHours(2));
            world.Seams.Reset(dieAt);
            await Assert.ThrowsAsync<ProcessDied>(() => world.VoidAsync(id));
            world.Seams.Reset(0);

            await world.PassAsync(TimeSpan.FromSeconds(31), times: 2);
            var label = await world.RowAsync(id);
            // Died before the request was stored: nothing was asked, the label stands.
            if (label.State == LabelState.Purchased)
            {
                Assert.Equal(1, dieAt);
                Assert.IsType<VoidOutcome.Credited>(await world.VoidAsync(id));
            }

            Assert.Equal(LabelState.Voided, (await world.RowAsync(id)).State);
            Assert.Equal(Whole, await world.BalanceAsync());
            await using var db = await world.Database.Contexts.CreateDbContextAsync();
            Assert.Equal(RefundState.Credited, (await db.RefundRequests.SingleAsync(request => request.LabelId == id)).State);
        }
    }

    private static async Task<(RefundState State, VoidDoubt? Doubt)> StandingAsync(LabelWorld world, LabelId id)
    {
        var request = await world.RequestAsync(id);
        return (request.State, request.Doubt);
    }
}
