using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Tests.Web.Features.Manifests;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Tracking;

namespace OneBalance.Tests.Web.Features.Tracking;

/// <summary>Following parcels over the real databases, with a carrier that does as told.</summary>
public sealed class TrackLabelsTests
{
    private static readonly TrackingEvent Accepted = new("1302", new DateOnly(2026, 11, 2), new TimeOnly(17, 5), "EST", "Item accepted", "OTTAWA", "ON");
    private static readonly TrackingEvent Delivered = new("1421", new DateOnly(2026, 11, 4), new TimeOnly(9, 31), "PST", "Delivered", "VANCOUVER", "BC");

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_manifested_label_is_followed_until_it_is_delivered(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var label = await world.Labels.BoughtAsync();
        var open = await world.Labels.BoughtAsync();
        await world.CloseAsync([open]);
        var track = Track(world);

        Assert.Equal(0, await track.RunAsync(CancellationToken.None));
        Assert.Equal([label], await ShownAsync(world, LabelShow.NotScanned));
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        world.Labels.Carrier.Events.Add(Accepted);
        Assert.Equal(1, await track.RunAsync(CancellationToken.None));
        Assert.Equal([label], await ShownAsync(world, LabelShow.InTransit));
        Assert.Equal(0, await track.RunAsync(CancellationToken.None));

        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        world.Labels.Carrier.Events.Insert(0, Delivered);
        Assert.Equal(1, await track.RunAsync(CancellationToken.None));
        Assert.Equal([label], await ShownAsync(world, LabelShow.Delivered));
        Assert.Empty(await ShownAsync(world, LabelShow.NotScanned));
        var view = (await Queries(world).ReadAsync(world.Labels.Merchant, label, Language.English, CancellationToken.None))!;
        Assert.Equal((TrackingStatus.Delivered, true), (view.Status, view.Ended));
        Assert.Equal(["Delivered (English)", "Item accepted (English)"], view.Events.Select(happened => happened.Words));
        Assert.Equal("VANCOUVER, BC", view.Events[0].Place);

        world.Labels.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(0, await track.RunAsync(CancellationToken.None));
        Assert.Equal(2, world.Labels.Carrier.Tracked);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task All_nodes_together_ask_no_more_often_than_the_carrier_allows_and_never_twice_at_once(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        for (int i = 0; i < 5; i++)
        {
            await world.Labels.BoughtAsync();
        }

        await world.CloseAsync();
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromHours(3));

        int[] asked = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Track(world, callsAMinute: 3).RunAsync(CancellationToken.None))));
        Assert.Equal((3, 3), (asked.Sum(), world.Labels.Carrier.Tracked));

        world.Labels.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, await Track(world, callsAMinute: 3).RunAsync(CancellationToken.None));
        world.Labels.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Track(world, callsAMinute: 3).RunAsync(CancellationToken.None));
        await using var db = await world.Labels.Database.Contexts.CreateDbContextAsync();
        Assert.Equal(5, await db.LabelTrackings.CountAsync(row => row.LastAskedAt != null));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task No_minute_anywhere_holds_more_calls_than_allowed(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        await world.CloseAsync();
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 4; i++)
        {
            await world.Labels.BoughtAsync();
        }

        await world.CloseAsync();
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromHours(3) - TimeSpan.FromSeconds(59));

        // One call, and the others fall due 59 seconds later: together they must not exceed the limit.
        Assert.Equal(1, await Track(world, callsAMinute: 3).RunAsync(CancellationToken.None));
        world.Labels.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, await Track(world, callsAMinute: 3).RunAsync(CancellationToken.None));
        world.Labels.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await Track(world, callsAMinute: 3).RunAsync(CancellationToken.None));
        world.Labels.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, await Track(world, callsAMinute: 3).RunAsync(CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Throttled_the_round_ends_and_nobody_counts_as_asked_until_the_carrier_listens_again(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        for (int i = 0; i < 3; i++)
        {
            await world.Labels.BoughtAsync();
        }

        await world.CloseAsync();
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        world.Labels.Carrier.OnTrack.Enqueue(Misbehaviour.Throttle);

        Assert.Equal(0, await Track(world).RunAsync(CancellationToken.None));
        await using (var db = await world.Labels.Database.Contexts.CreateDbContextAsync())
        {
            Assert.Equal(0, await db.LabelTrackings.CountAsync(row => row.LastAskedAt != null));
        }

        world.Labels.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, await Track(world).RunAsync(CancellationToken.None));
        world.Labels.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, await Track(world).RunAsync(CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_node_that_died_while_asking_is_succeeded_after_its_claim(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        await world.CloseAsync();
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        // Before and after the claim's save, then the call.
        world.Labels.Seams.Reset(3);
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Seams.Reset(0);
        Assert.Equal(0, await Track(world).RunAsync(CancellationToken.None));

        world.Labels.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, await Track(world).RunAsync(CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Without_an_answer_what_is_known_stays_and_it_is_asked_again_later(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var label = await world.Labels.BoughtAsync();
        await world.CloseAsync();
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Carrier.Events.Add(Accepted);
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Carrier.OnTrack.Enqueue(Misbehaviour.Unreachable);
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        await Track(world).RunAsync(CancellationToken.None);

        Assert.Equal([label], await ShownAsync(world, LabelShow.InTransit));
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, await Track(world).RunAsync(CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Read_in_the_other_language_the_carrier_is_asked_for_its_words_in_it(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var label = await world.Labels.BoughtAsync();
        await world.CloseAsync();
        world.Labels.Carrier.Events.Add(Delivered);
        await Track(world).RunAsync(CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromHours(3));
        await Track(world).RunAsync(CancellationToken.None);

        var first = (await Queries(world).ReadAsync(world.Labels.Merchant, label, Language.French, CancellationToken.None))!;
        Assert.Equal(("Delivered (English)", Language.English), (first.Events[0].Words, first.Events[0].Language));
        Assert.Equal(1, await Track(world).RunAsync(CancellationToken.None));
        var second = (await Queries(world).ReadAsync(world.Labels.Merchant, label, Language.French, CancellationToken.None))!;
        Assert.Equal(("Delivered (French)", Language.French), (second.Events[0].Words, second.Events[0].Language));
        var english = (await Queries(world).ReadAsync(world.Labels.Merchant, label, Language.English, CancellationToken.None))!;
        Assert.Equal("Delivered (English)", english.Events[0].Words);
    }

    private static TrackLabels Track(ManifestWorld world, int callsAMinute = 15) => new(
        world.Labels.Contexts,
        world.Labels.Carrier,
        Options.Create(new TrackingOptions { CallsAMinute = callsAMinute }),
        world.Labels.Time,
        NullLogger<TrackLabels>.Instance);

    private static TrackingQueries Queries(ManifestWorld world) => new(world.Labels.Contexts, world.Labels.Time);

    private static async Task<IReadOnlyList<LabelId>> ShownAsync(ManifestWorld world, LabelShow show) =>
        [.. (await world.Labels.Queries.PageAsync(world.Labels.Merchant, new LabelFilter(show), CancellationToken.None)).Rows.Select(row => row.Id)];
}
