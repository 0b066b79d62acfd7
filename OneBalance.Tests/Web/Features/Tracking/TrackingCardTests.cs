using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Manifests;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Tracking;

namespace OneBalance.Tests.Web.Features.Tracking;

/// <summary>What a label's page says of where the parcel is.</summary>
public sealed class TrackingCardTests : ComponentRoom
{
    private static readonly TrackingEvent Accepted = new("1302", new DateOnly(2026, 11, 2), new TimeOnly(17, 5), "EST", "Item accepted", "OTTAWA", "ON");
    private static readonly TrackingEvent Held = new("0160", new DateOnly(2026, 11, 3), null, "", "Held by customs", "", "");
    private static readonly TrackingEvent Delivered = new("1421", new DateOnly(2026, 11, 4), new TimeOnly(9, 31), "PST", "Delivered", "VANCOUVER", "BC");

    [Fact]
    public async Task The_timeline_shows_the_newest_first_with_the_places_own_time()
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        var card = Show(world, await FollowedAsync(world, TrackingStatus.Delivered, Language.English, Delivered, Held, Accepted));

        Assert.Equal("Delivered", card.Find(".tracking-head").TextContent.Trim());
        Assert.Equal(
            ["Delivered|2026-11-04 09:31 PST · VANCOUVER, BC", "Held by customs|2026-11-03", "Item accepted|2026-11-02 17:05 EST · OTTAWA, ON"],
            Events(card));
        Assert.All(card.FindAll("li > span:first-child"), words => Assert.Null(words.GetAttribute("lang")));
        Assert.Contains("Canada Post was last asked 2026-11-02 09:00. It is not asked any more.", card.Find(".fine.mt-3").TextContent);
        Assert.Empty(card.FindAll(".help-link"));
    }

    [Fact]
    public async Task On_its_way_the_expected_day_is_said_and_what_needs_attention_has_help()
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        var card = Show(world, await FollowedAsync(world, TrackingStatus.Exception, Language.English, Held, Accepted));

        Assert.Contains("Needs attention", card.Find(".tracking-head").TextContent);
        Assert.Contains("2026-11-06", card.Find(".tracking-head").TextContent);
        Assert.Equal("/help/tracking", card.Find(".help-link").GetAttribute("href"));
        Assert.DoesNotContain("any more", card.Markup);
    }

    [Fact]
    public async Task Words_known_in_the_other_language_alone_are_marked_as_such()
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        Speak("fr-CA");
        var card = Show(world, await FollowedAsync(world, TrackingStatus.InTransit, Language.English, Accepted));

        Assert.Contains("En route", card.Find(".tracking-head").TextContent);
        Assert.Equal("en-CA", card.Find("li > span").GetAttribute("lang"));
        Assert.Equal("Item accepted", card.Find("li > span").TextContent);
    }

    /// <summary>The carrier takes a parcel whose label was never on a manifest.</summary>
    [Fact]
    public async Task Mailed_without_a_manifest_what_the_carrier_saw_is_shown_on_the_page_and_found_in_the_list()
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        var label = await FollowedAsync(world, TrackingStatus.InTransit, Language.English, Accepted);
        world.Labels.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Labels.BoughtAsync();

        var card = Show(world, label, manifested: false);

        card.WaitForAssertion(() => Assert.Equal(["Item accepted|2026-11-02 17:05 EST · OTTAWA, ON"], Events(card)));
        Assert.Contains("In transit", card.Find(".tracking-head").TextContent);
        var found = await world.Labels.Queries.PageAsync(world.Labels.Merchant, new LabelFilter(LabelShow.InTransit, null), CancellationToken.None);
        Assert.Equal((label, TrackingStatus.InTransit), (Assert.Single(found.Rows).Id, found.Rows[0].Tracking));
        var all = await world.Labels.Queries.PageAsync(world.Labels.Merchant, new LabelFilter(LabelShow.All, null), CancellationToken.None);
        Assert.Equal([null, TrackingStatus.InTransit], all.Rows.Select(row => row.Tracking));
    }

    [Theory]
    [InlineData("en-CA", true, true, "Canada Post has not scanned the parcel yet.", true)]
    [InlineData("en-CA", true, false, "Canada Post follows the parcel once the label is on a manifest.", false)]
    [InlineData("en-CA", false, true, "This service has no tracking: Canada Post cannot say where the parcel is.", false)]
    [InlineData("fr-CA", false, true, "Ce service est sans repérage\u00a0: Postes Canada ne peut pas dire où est le colis.", false)]
    public async Task Without_events_it_says_why(string culture, bool tracked, bool manifested, string sentence, bool help)
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        Speak(culture);
        var card = Show(world, new LabelId(Guid.CreateVersion7()), tracked, manifested);

        Assert.Contains(card.FindAll("p"), said => said.TextContent.Trim() == sentence);
        Assert.Equal(help, card.FindAll(".help-link").Count == 1);
        Assert.Empty(card.FindAll("ol"));
    }

    private static IEnumerable<string> Events(IRenderedComponent<TrackingCard> card) =>
        card.FindAll("[data-testid=tracking-events] li").Select(line => string.Join('|', line.QuerySelectorAll("span").Select(part => string.Join(' ', part.TextContent.Split(' ', StringSplitOptions.RemoveEmptyEntries)))));

    /// <summary>A manifested label of which these events are known, newest first.</summary>
    private static async Task<LabelId> FollowedAsync(ManifestWorld world, TrackingStatus status, Language language, params IReadOnlyList<TrackingEvent> events)
    {
        var label = await world.Labels.BoughtAsync();
        await using var db = await world.Labels.Database.Contexts.CreateDbContextAsync();
        db.Add(new LabelTracking
        {
            MerchantId = world.Labels.Merchant,
            LabelId = label,
            Status = status,
            Since = world.Labels.Time.GetUtcNow(),
            AskIn = language,
            LastAskedAt = world.Labels.Time.GetUtcNow(),
            NextAskAt = status == TrackingStatus.Delivered ? null : world.Labels.Time.GetUtcNow().AddHours(3),
            ExpectedDelivery = new DateOnly(2026, 11, 6),
            EventsJson = StoredEvents.Write(StoredEvents.Merge([], events, language)),
        });
        await db.SaveChangesAsync();
        return label;
    }

    private IRenderedComponent<TrackingCard> Show(ManifestWorld world, LabelId label, bool tracked = true, bool manifested = true)
    {
        Services.AddSingleton<AuthenticationStateProvider>(new Someone(world.Labels.Merchant));
        Services.AddScoped<SignedIn>();
        Services.AddSingleton(TestRights.Every);
        Services.AddSingleton(new TrackingQueries(world.Labels.Contexts, world.Labels.Time));
        var card = Render<TrackingCard>(parameters => parameters.Add(c => c.Label, label).Add(c => c.Tracked, tracked).Add(c => c.Manifested, manifested));
        card.WaitForState(() => !tracked || !manifested || card.FindAll("ol, .help-link").Count > 0);
        return card;
    }
}
