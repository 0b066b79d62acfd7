using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Refunds;

/// <summary>The dialogs, the banner and the choice of unused labels, over the real use cases and a real database.</summary>
public sealed class RefundComponentsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_void_is_stored_said_taken_back_and_stays_until_it_is_read()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await using var context = Context(world);
        var (dialog, result) = await OpenAsync(context, id, VoidWay.Now);
        Assert.Contains("Label for Sample Recipient, $19.16.", dialog.Markup);

        await PressAsync(dialog, "Void label");

        Assert.Contains("Your request is stored. Nothing was sent yet.", dialog.Find("[aria-live=assertive]").TextContent);
        Assert.Equal("Sent in 10 s", dialog.Find("[data-testid=take-back]").TextContent);
        dialog.WaitForAssertion(() => Assert.Equal("Sent at 11:00:10 unless you take it back.", dialog.Find("[data-testid=take-back-said]").TextContent));
        Assert.Equal("status", dialog.Find("[data-testid=take-back-said]").GetAttribute("role"));

        await PressAsync(dialog, "Take back");
        Assert.Contains("Taken back. The label stays as it was.", dialog.Markup);
        Assert.Equal(RefundState.Withdrawn, (await world.RequestAsync(id)).State);
        Assert.False(result.IsCompleted);
        await PressAsync(dialog, "Close");
        Assert.True(await result);
    }

    [Fact]
    public async Task When_the_ten_seconds_are_over_it_is_sent_and_the_credit_is_said()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await using var context = Context(world, "fr-CA");
        var (dialog, _) = await OpenAsync(context, id, VoidWay.Now);
        await PressAsync(dialog, "Annuler l’étiquette");

        world.Time.Advance(TimeSpan.FromSeconds(10));

        dialog.WaitForAssertion(() => Assert.Contains("19,16\u00a0$ sont de retour sur votre solde", dialog.Markup), TimeSpan.FromSeconds(10));
        Assert.Single(world.Carrier.Voided);
        Assert.Empty(dialog.FindAll("[data-testid=take-back]"));
    }

    /// <summary>The row behind the dialog would still offer to void what is stored already.</summary>
    [Fact]
    public async Task Left_by_Escape_after_the_request_is_stored_the_page_looks_again()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        await using var context = Context(world);
        var (dialog, result) = await OpenAsync(context, id, VoidWay.Later);
        await PressAsync(dialog, "Void as soon as allowed");
        Assert.Contains("Voids itself at 2026-11-02 10:00.", dialog.Markup);

        await EscapeAsync(dialog);

        Assert.True(await result);
        var (untouched, nothing) = await OpenAsync(context, id, VoidWay.Later);
        await EscapeAsync(untouched);
        Assert.False(await nothing);
    }

    [Fact]
    public async Task A_failure_on_our_side_is_said_with_its_reference_and_can_be_tried_again()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await using var context = Context(world);
        var (dialog, _) = await OpenAsync(context, id, VoidWay.Now);
        world.Seams.Reset(1);

        await PressAsync(dialog, "Void label");
        Assert.Contains($"Something went wrong on our side. Reference {id}.", dialog.Find("[aria-live=assertive]").TextContent);
        await PressAsync(dialog, "Void label");
        Assert.Contains("Your request is stored.", dialog.Markup);

        world.Seams.Reset(1);
        await PressAsync(dialog, "Take back");
        Assert.Contains("Try again while it is not sent.", dialog.Find("[aria-live=assertive]").TextContent);
        await PressAsync(dialog, "Take back");
        Assert.Contains("Taken back. The label stays as it was.", dialog.Markup);
    }

    [Fact]
    public async Task Many_at_once_are_named_by_what_can_be_done_and_taken_back_together()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var manifested = await world.BoughtAsync();
        await world.ManifestAsync(manifested);
        world.Time.Advance(TimeSpan.FromHours(2));
        var later = await world.BoughtAsync();
        await using var context = Context(world);
        var provider = context.Render<MudDialogProvider>();
        Task<bool> result = null!;
        await provider.InvokeAsync(() => { result = VoidManyDialog.ShowAsync(context.Services.GetRequiredService<IDialogService>(), [manifested, later]); });
        provider.WaitForAssertion(() => Assert.Equal(2, provider.FindAll(".many-rows li").Count));
        Assert.Equal(["Voided when their 60 minutes are over (1)", "Refund asked of Canada Post: manifested (1)"], provider.FindAll("h3").Select(title => title.TextContent));
        Assert.Contains("2 labels, $38.32 asked back.", provider.Markup);

        await PressAsync(provider, "Void labels");
        Assert.Contains("2 requests are stored.", provider.Markup);
        world.Seams.Reset(1);
        await PressAsync(provider, "Take all back");
        Assert.Contains("Something went wrong on our side.", provider.Markup);
        await PressAsync(provider, "Take all back");
        Assert.Contains("2 requests taken back.", provider.Markup);
        await EscapeAsync(provider);
        Assert.True(await result);
    }

    [Theory]
    [InlineData("en-CA", false, "A label was not used for 12 days.", "$19.16: Void by 2026-11-17 09:00")]
    [InlineData("fr-CA", false, "Une étiquette n’a pas servi depuis 12 jours.", "19,16\u00a0$\u00a0: Annulable jusqu’au 2026-11-17 09:00")]
    [InlineData("en-CA", true, "A label was not used for 12 days.", "$19.16: Refund can be asked for by 2026-11-17 09:00")]
    public async Task The_banner_names_a_label_that_the_carrier_has_not_seen_from_day_12_on(string culture, bool manifested, string title, string line)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        if (manifested)
        {
            await using var db = await world.Contexts.CreateDbContextAsync();
            await db.Labels.ExecuteUpdateAsync(set => set.SetProperty(label => label.ManifestedAt, label => label.PurchasedAt));
        }

        await using var context = Context(world, culture);
        world.Time.Advance(TimeSpan.FromDays(12) - TimeSpan.FromSeconds(1));
        Assert.Empty(context.Render<UnusedLabelsBanner>().FindAll("[data-testid=unused-labels]"));
        await NotSeenAsync(world, id);
        Assert.Empty(context.Render<UnusedLabelsBanner>().FindAll("[data-testid=unused-labels]"));
        world.Time.Advance(TimeSpan.FromSeconds(1));

        var banner = context.Render<UnusedLabelsBanner>();
        Assert.StartsWith(title, banner.Find("strong").TextContent);
        Assert.EndsWith(line, banner.Find("li").TextContent);
        Assert.Equal($"/labels/{id}", banner.Find("li a").GetAttribute("href"));
    }

    [Fact]
    public async Task The_choice_to_void_unused_labels_is_off_and_stored_at_once()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world);
        var card = context.Render<UnusedLabelsCard>();
        Assert.False(card.Find("input").HasAttribute("checked"));

        await card.Find("input").ChangeAsync(new() { Value = true });

        Assert.True(await new UnusedLabelSettings(world.Contexts).LoadAsync(world.Merchant, None));
        Assert.True(context.Render<UnusedLabelsCard>().Find("input").HasAttribute("checked"));
    }

    private static async Task NotSeenAsync(LabelWorld world, LabelId id)
    {
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        db.LabelTrackings.Add(new LabelTracking { MerchantId = world.Merchant, LabelId = id, Status = TrackingStatus.NotScanned, Since = world.Time.GetUtcNow(), AnsweredAt = world.Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    private static async Task<(IRenderedComponent<MudDialogProvider> Dialog, Task<bool> Result)> OpenAsync(ComponentRoom context, LabelId id, VoidWay way)
    {
        var provider = context.Render<MudDialogProvider>();
        Task<bool> result = null!;
        var dialogs = context.Services.GetRequiredService<IDialogService>();
        await provider.InvokeAsync(() => { result = VoidLabelDialog.ShowAsync(dialogs, id, "Sample Recipient", LabelWorld.Price, way, waitUntil: null); });
        provider.WaitForState(() => provider.FindAll("h2").Count > 0);
        return (provider, result);
    }

    private static Task PressAsync(IRenderedComponent<MudDialogProvider> dialog, string name) =>
        dialog.InvokeAsync(() => dialog.FindAll("button").Single(button => button.TextContent.Trim() == name).ClickAsync(new()));

    private static Task EscapeAsync(IRenderedComponent<MudDialogProvider> dialog) =>
        dialog.InvokeAsync(() => ((IMudDialogInstance)dialog.FindComponent<MudDialogContainer>().Instance).Cancel());

    private static ComponentRoom Context(LabelWorld world, string culture = "en-CA")
    {
        var context = new ComponentRoom(culture);
        context.Services.AddSingleton<TimeProvider>(world.Time);
        context.Services.AddSingleton<AuthenticationStateProvider>(new Someone(world.Merchant));
        context.Services.AddScoped<SignedIn>();
        context.Services.AddSingleton(TestRights.Every);
        context.Services.AddSingleton(world.Void);
        context.Services.AddSingleton(new VoidManyLabels(world.Contexts, world.Void, world.Time, NullLogger<VoidManyLabels>.Instance));
        context.Services.AddSingleton(new RefundQueries(world.Contexts, world.Time));
        context.Services.AddSingleton(new UnusedLabelSettings(world.Contexts));
        return context;
    }
}
