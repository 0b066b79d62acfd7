using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Manifests;

/// <summary>Closing the day over the real databases, with a carrier that does as told.</summary>
public sealed class CloseDayTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task Open_labels_are_transmitted_and_their_documents_stored(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var one = await world.Labels.BoughtAsync();
        var two = await world.Labels.BoughtAsync();

        var manifest = await world.CloseAsync();

        var view = await world.ReadAsync(manifest);
        Assert.Equal(ManifestState.Confirmed, view.State);
        Assert.Equal(new[] { one, two }.Order(new ById()), view.Labels.Select(line => line.Label).Order(new ById()));
        Assert.All(view.Labels, line => Assert.Equal(ManifestLabelState.Confirmed, line.State));
        Assert.True(Assert.Single(view.Papers).Stored);
        Assert.NotNull(await world.Queries.DocumentAsync(world.Labels.Merchant, manifest, 1, CancellationToken.None));
        Assert.Empty((await world.Queries.OpenAsync(world.Labels.Merchant, CancellationToken.None)).Labels);
        Assert.IsType<VoidOutcome.ClaimOpen>(await world.Labels.VoidAsync(one));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Manifests_of_one_moment_are_each_on_one_page_of_the_history(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var ids = Enumerable.Range(0, 2 * ManifestQueries.PageSize + 5).Select(_ => new ManifestId(Guid.CreateVersion7())).ToList();
        await using (var db = await world.Labels.Database.Contexts.CreateDbContextAsync())
        {
            // One earlier, 43 at one moment, one later.
            db.AddRange(ids.Select((id, index) => new Manifest
            {
                MerchantId = world.Labels.Merchant,
                Id = id,
                State = ManifestState.Confirmed,
                CarrierGroup = "D-20261102",
                ShippingPoint = "K1A0A9",
                RequestedAt = world.Labels.Time.GetUtcNow().AddMinutes(index == 0 ? -1 : index == ids.Count - 1 ? 1 : 0),
            }));
            await db.SaveChangesAsync();
        }

        var shown = new List<ManifestId>();
        string? from = null;
        do
        {
            var page = await world.Queries.PageAsync(world.Labels.Merchant, from, CancellationToken.None);
            shown.AddRange(page.Rows.Select(row => row.Id));
            from = page.Next;
            Assert.True(shown.Count <= ids.Count, "A page comes again.");
        }
        while (from is not null);

        Assert.Equal((ids[^1], ids[0]), (shown[0], shown[^1]));
        Assert.Equal(ids.ToHashSet(), shown.ToHashSet());
        Assert.Equal(ids.Count, shown.Count);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Pressed_many_times_at_once_it_is_transmitted_once(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        await world.Labels.BoughtAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => world.Close.RunAsync(world.Request(), CancellationToken.None))));
        await world.PassAsync(TimeSpan.FromSeconds(91), 3);

        Assert.Single(world.Labels.Carrier.Transmissions);
        Assert.Equal(ManifestState.Confirmed, Assert.Single((await world.PageAsync()).Rows).State);
        Assert.IsType<CloseDayOutcome.NothingOpen>(await world.Close.RunAsync(world.Request(), CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_may_not_buy_watches_a_manifest_without_moving_it_on(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        world.Labels.Carrier.OnTransmit.Enqueue(Misbehaviour.Unreachable);
        var manifest = await world.CloseAsync();
        world.Labels.Time.Advance(TimeSpan.FromSeconds(91));

        foreach (var rights in new[] { Rights.Looker, Rights.Member(MerchantRight.SeeBalance | MerchantRight.ManageTeam) })
        {
            await world.Close.WatchAsync(MerchantAccess.OfPerson(world.Labels.Merchant, rights, _ => Task.FromResult(rights)), manifest);
        }

        Assert.Empty(world.Labels.Carrier.Transmissions);
        Assert.NotEqual(ManifestState.Confirmed, (await world.ReadAsync(manifest)).State);
        await world.Close.WatchAsync(world.Labels.Merchant, manifest);
        Assert.Equal(ManifestState.Confirmed, (await world.ReadAsync(manifest)).State);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_label_with_a_void_asked_for_or_kept_out_stays_in_its_group(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var goes = await world.Labels.BoughtAsync();
        var kept = await world.Labels.BoughtAsync();
        var voiding = await world.Labels.BoughtAsync();
        Assert.IsType<VoidOutcome.Scheduled>(await world.Labels.Void.AsSoonAsAllowedAsync(world.Labels.Merchant, voiding, "user", Language.English, CancellationToken.None));
        Assert.Equal(1, (await world.Queries.OpenAsync(world.Labels.Merchant, CancellationToken.None)).VoidPending);

        var manifest = await world.CloseAsync([kept]);

        Assert.Equal(goes, Assert.Single((await world.ReadAsync(manifest)).Labels).Label);
        Assert.Equal(new[] { $"s-{kept}", $"s-{voiding}" }.Order(StringComparer.Ordinal), Assert.Single(world.Labels.Carrier.Transmissions).Excluded.Order(StringComparer.Ordinal));
        await world.Labels.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Equal(LabelState.Voided, (await world.Labels.RowAsync(voiding)).State);
        Assert.Equal(kept, Assert.Single((await world.Queries.OpenAsync(world.Labels.Merchant, CancellationToken.None)).Labels).Id);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_bought_after_closing_waits_in_another_group(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var before = await world.Labels.BoughtAsync();
        await world.CloseAsync();

        var after = await world.Labels.BoughtAsync();

        Assert.Equal((await world.Labels.RowAsync(before)).CarrierGroup + "-2", (await world.Labels.RowAsync(after)).CarrierGroup);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Refused_by_the_carrier_every_label_is_named_and_open_again(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var label = await world.Labels.BoughtAsync();
        world.Labels.Carrier.OnTransmit.Enqueue(Misbehaviour.Refuse);

        var view = await world.ReadAsync(await world.CloseAsync());

        Assert.Equal(ManifestState.Failed, view.State);
        Assert.Equal("9111", Assert.Single(view.Errors).Code);
        Assert.Equal(ManifestProblem.Refused, Assert.Single(view.Labels).Problem);
        Assert.Equal(label, Assert.Single((await world.Queries.OpenAsync(world.Labels.Merchant, CancellationToken.None)).Labels).Id);
        Assert.Equal(ManifestState.Confirmed, (await world.ReadAsync(await world.CloseAsync())).State);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_label_that_the_carrier_does_not_list_is_named_and_the_others_are_confirmed(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var listed = await world.Labels.BoughtAsync();
        var lost = await world.Labels.BoughtAsync();
        world.Labels.Carrier.Loses.Add($"s-{lost}");

        var view = await world.ReadAsync(await world.CloseAsync());

        Assert.Equal(ManifestState.PartlyFailed, view.State);
        Assert.Equal((ManifestLabelState.Failed, ManifestProblem.AlreadyTransmitted), Of(view, lost));
        Assert.Equal((ManifestLabelState.Confirmed, null), Of(view, listed));
        Assert.NotNull((await world.Labels.RowAsync(lost)).ManifestedAt);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, nameof(Misbehaviour.UnknownDone))]
    [InlineData(DatabaseProvider.Sqlite, nameof(Misbehaviour.UnknownUndone))]
    [InlineData(DatabaseProvider.Sqlite, nameof(Misbehaviour.Unreachable))]
    [InlineData(DatabaseProvider.Postgres, nameof(Misbehaviour.UnknownDone))]
    [InlineData(DatabaseProvider.Postgres, nameof(Misbehaviour.UnknownUndone))]
    public async Task Without_an_answer_it_looks_first_and_transmits_once(DatabaseProvider provider, string misbehaviour)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        await world.Labels.BoughtAsync();
        world.Labels.Carrier.OnTransmit.Enqueue(Enum.Parse<Misbehaviour>(misbehaviour));

        var manifest = await world.CloseAsync();
        await world.PassAsync(TimeSpan.FromSeconds(91), 3);

        Assert.Single(world.Labels.Carrier.Transmissions);
        var view = await world.ReadAsync(manifest);
        Assert.Equal(ManifestState.Confirmed, view.State);
        Assert.True(Assert.Single(view.Papers).Stored);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_manifest_that_is_not_ready_is_asked_for_again(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        var label = await world.Labels.BoughtAsync();
        world.Labels.Carrier.OnManifest.Enqueue(Misbehaviour.Refuse);
        world.Labels.Carrier.OnManifest.Enqueue(Misbehaviour.Refuse);

        var manifest = await world.CloseAsync();
        Assert.Equal(ManifestState.Transmitted, (await world.ReadAsync(manifest)).State);
        Assert.NotNull((await world.Labels.RowAsync(label)).ManifestedAt);
        await world.PassAsync(TimeSpan.FromSeconds(20), 3);

        Assert.Equal(ManifestState.Confirmed, (await world.ReadAsync(manifest)).State);
    }

    /// <summary>Whatever the step at which the process dies: the sweep goes on, the carrier gets it once, and the end is the same.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Killed_between_any_two_steps_it_is_transmitted_once(DatabaseProvider provider)
    {
        int seams;
        await using (var rehearsal = await ManifestWorld.StartAsync(provider))
        {
            await rehearsal.Labels.BoughtAsync();
            rehearsal.Labels.Seams.Reset(0);
            await rehearsal.CloseAsync();
            seams = rehearsal.Labels.Seams.Passed;
        }

        Assert.True(seams >= 10, $"Only {seams} seams.");
        for (int dieAt = 1; dieAt <= seams; dieAt++)
        {
            await using var world = await ManifestWorld.StartAsync(provider);
            var label = await world.Labels.BoughtAsync();
            world.Labels.Seams.Reset(dieAt);
            await Assert.ThrowsAsync<ProcessDied>(() => world.Close.RunAsync(world.Request(), CancellationToken.None));
            world.Labels.Seams.Reset(0);

            await world.PassAsync(TimeSpan.FromSeconds(91), 4);
            // Dead before anything was stored: pressed again.
            await world.Close.RunAsync(world.Request(), CancellationToken.None);

            Assert.Single(world.Labels.Carrier.Transmissions);
            var row = Assert.Single((await world.PageAsync()).Rows);
            Assert.True(row.State == ManifestState.Confirmed, $"Died at {dieAt} of {seams}: {row.State}");
            Assert.True(Assert.Single(row.Papers).Stored);
            Assert.NotNull((await world.Labels.RowAsync(label)).ManifestedAt);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task At_the_set_time_the_day_closes_by_itself_once(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        var settings = await world.Settings.SaveAsync(world.Labels.Merchant, true, 17 * 60, ClosingTime.Eastern, CancellationToken.None);
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 22, 0, 0, TimeSpan.Zero), settings.Next);

        world.Labels.Time.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await world.ClosingSweep.RunAsync(CancellationToken.None));
        world.Labels.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await world.ClosingSweep.RunAsync(CancellationToken.None));
        Assert.Equal(0, await world.ClosingSweep.RunAsync(CancellationToken.None));

        var row = Assert.Single((await world.PageAsync()).Rows);
        Assert.Equal((ManifestState.Confirmed, true), (row.State, row.ByItself));
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 22, 0, 0, TimeSpan.Zero), (await world.Settings.LoadAsync(world.Labels.Merchant, CancellationToken.None)).Next);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_day_closed_at_the_set_time_by_a_process_that_died_is_closed_by_the_next_one(DatabaseProvider provider)
    {
        await using var world = await ManifestWorld.StartAsync(provider);
        await world.Labels.BoughtAsync();
        await world.Settings.SaveAsync(world.Labels.Merchant, true, 17 * 60, ClosingTime.Eastern, CancellationToken.None);
        world.Labels.Time.Advance(TimeSpan.FromHours(8));
        world.Labels.Seams.Reset(3);
        await world.ClosingSweep.RunAsync(CancellationToken.None);
        world.Labels.Seams.Reset(0);

        await world.PassAsync(TimeSpan.FromSeconds(91), 4);

        Assert.Single(world.Labels.Carrier.Transmissions);
        Assert.Equal(ManifestState.Confirmed, Assert.Single((await world.PageAsync()).Rows).State);
    }

    private static (ManifestLabelState State, ManifestProblem? Problem) Of(ManifestView view, LabelId label)
    {
        var line = view.Labels.Single(row => row.Label == label);
        return (line.State, line.Problem);
    }

    private sealed class ById : IComparer<LabelId>
    {
        public int Compare(LabelId x, LabelId y) => string.CompareOrdinal(x.ToString(), y.ToString());
    }
}
