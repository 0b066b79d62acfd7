using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Manifests;

/// <summary>A manifest's page and the card of the set time, over a real database.</summary>
public sealed class ManifestComponentsTests : ComponentRoom
{
    [Theory]
    [InlineData("en-CA", "Partly failed", "Not taken along", "Canada Post had it as transmitted before. It cannot be voided; no manifest lists it.", "On manifest P1")]
    [InlineData("fr-CA", "Échec partiel", "Non inscrite", "Postes Canada la tenait déjà pour transmise. Elle ne peut être annulée; aucun manifeste ne l’inscrit.", "Au manifeste P1")]
    public async Task A_label_that_was_not_taken_along_is_named_with_its_reason_and_the_others_with_their_manifest(
        string culture, string state, string failed, string reason, string confirmed)
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        var listed = await world.Labels.BoughtAsync();
        var lost = await world.Labels.BoughtAsync();
        world.Labels.Carrier.Loses.Add($"s-{lost}");
        Speak(culture);

        var page = Open(world, await world.CloseAsync());

        Assert.Equal(state, page.Find(".head .status-chip").TextContent.Trim());
        var lines = page.FindAll("[data-testid=manifest-label]");
        Assert.Equal(2, lines.Count);

        // What failed stands first.
        Assert.Equal($"/labels/{lost}", lines[0].QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal(failed, lines[0].QuerySelector(".failed")!.TextContent);
        Assert.Contains(reason, lines[0].TextContent);
        Assert.Contains(culture == "fr-CA" ? "Colis accéléré" : "Expedited Parcel", lines[0].TextContent);
        Assert.Equal("/help/manifest-problems", lines[0].QuerySelector(".help-link")!.GetAttribute("href"));
        Assert.Equal($"/labels/{listed}", lines[1].QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal(confirmed, lines[1].QuerySelector(".result")!.TextContent.Trim());
        Assert.Null(lines[1].QuerySelector(".help-link"));
        Assert.Single(page.FindAll("[data-testid=manifest-document]"));
    }

    [Fact]
    public async Task Refused_as_a_whole_the_carriers_words_stand_above_and_each_label_is_open_again()
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        await world.Labels.BoughtAsync();
        await world.Labels.BoughtAsync();
        world.Labels.Carrier.OnTransmit.Enqueue(Misbehaviour.Refuse);

        var page = Open(world, await world.CloseAsync());

        Assert.Contains("Not this parcel. (9111)", page.Find(".note-error").TextContent);
        Assert.Equal(2, page.FindAll(".failed").Count);
        Assert.All(page.FindAll("[data-testid=manifest-label]"), line => Assert.Contains("The label is open again.", line.TextContent));
        Assert.Empty(page.FindAll("[data-testid=manifest-document]"));
    }

    [Theory]
    [InlineData("en-CA", "You close the day by hand.", "Next on 2026-11-02 17:30")]
    [InlineData("fr-CA", "Vous fermez la journée vous-même.", "La prochaine fois le 2026-11-02 17:30")]
    public async Task The_set_time_is_kept_in_its_zone_and_the_next_closing_is_said_in_the_readers(string culture, string before, string after)
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        Speak(culture);
        var card = Settings(world);
        Assert.Equal(before, card.Find("[data-testid=next-closing]").TextContent);
        Assert.True(card.Find("input[type=time]").HasAttribute("disabled"));

        await card.Find("input[type=checkbox]").ChangeAsync(new() { Value = true });
        await card.Find("input[type=time]").ChangeAsync(new() { Value = "14:30:00" });
        await card.Find("select").ChangeAsync(new() { Value = "America/Vancouver" });
        await card.Find("button").ClickAsync(new());

        card.WaitForAssertion(() => Assert.Equal(after, card.Find("[data-testid=next-closing]").TextContent));
        Assert.Equal(
            new ClosingView(true, (14 * 60) + 30, "America/Vancouver", new DateTimeOffset(2026, 11, 2, 22, 30, 0, TimeSpan.Zero)),
            await world.Settings.LoadAsync(world.Labels.Merchant, CancellationToken.None));
    }

    [Fact]
    public async Task Without_a_time_nothing_is_saved_and_it_is_said()
    {
        await using var world = await ManifestWorld.StartAsync(DatabaseProvider.Sqlite);
        var card = Settings(world);

        await card.Find("input[type=checkbox]").ChangeAsync(new() { Value = true });
        await card.Find("input[type=time]").ChangeAsync(new() { Value = "" });
        await card.Find("button").ClickAsync(new());

        card.WaitForAssertion(() => Assert.Contains("Enter a time of day, e.g. 17:00.", card.Find("[role=alert]").TextContent));
        Assert.Equal("true", card.Find("input[type=time]").GetAttribute("aria-invalid"));
        Assert.False((await world.Settings.LoadAsync(world.Labels.Merchant, CancellationToken.None)).Automatically);
    }

    private IRenderedComponent<ManifestPage> Open(ManifestWorld world, ManifestId manifest)
    {
        Sign(world);
        var page = Render<ManifestPage>(parameters => parameters.Add(p => p.Id, manifest.Value));
        page.WaitForState(() => page.FindAll("[data-testid=manifest-label]").Count > 0);
        return page;
    }

    private IRenderedComponent<ClosingCard> Settings(ManifestWorld world)
    {
        Sign(world);
        var card = Render<ClosingCard>();
        card.WaitForState(() => card.FindAll("input[type=time]").Count == 1);
        return card;
    }

    private void Sign(ManifestWorld world)
    {
        Services.AddSingleton<AuthenticationStateProvider>(new Someone(world.Labels.Merchant));
        Services.AddScoped<SignedIn>();
        Services.AddSingleton(TestRights.Every);
        Services.AddSingleton(new WhoToAsk(world.Labels.Contexts));
        Services.AddSingleton(world.Queries);
        Services.AddSingleton(world.Close);
        Services.AddSingleton(world.Settings);
    }
}
