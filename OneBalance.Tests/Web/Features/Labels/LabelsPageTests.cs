using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Printing;
using OneBalance.Web.Features.Settings;
using OneBalance.Web.Features.Tracking;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>The grid of labels over a real database: what each state shows, the countdown, filters, choosing, and nothing at all.</summary>
public sealed class LabelsPageTests
{
    [Fact]
    public async Task Without_labels_one_sentence_and_one_action()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world);

        var page = Open(context);

        Assert.Contains("You have no labels yet.", page.Markup);
        Assert.Equal("/labels/new", page.Find(".empty-state a").GetAttribute("href"));
    }

    [Theory]
    [InlineData("en-CA", "Set up carriers", "Set up carriers to create your first label.")]
    [InlineData("fr-CA", "Configurer les transporteurs", "Configurez les transporteurs pour créer votre première étiquette.")]
    public async Task Until_carriers_are_set_up_the_way_there_is_the_first_thing(string culture, string name, string sentence)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
        }

        await using var context = Context(world, culture);

        var page = Open(context);

        var heading = page.Find(".page-heading-actions a");
        Assert.Equal((name, "/set-up?returnPath=/labels"), (heading.TextContent.Trim(), heading.GetAttribute("href")));
        Assert.Contains(sentence, page.Find(".empty-state").TextContent);
        Assert.Equal("/set-up?returnPath=/labels", page.Find(".empty-state a").GetAttribute("href"));
    }

    /// <summary>Whoever left a request to run by itself finds in the list that it brought nothing, beside a label that stands as before.</summary>
    [Theory]
    [InlineData("en-CA", RefundState.Refused, RefundKind.Void, "Void refused")]
    [InlineData("fr-CA", RefundState.Refused, RefundKind.Claim, "Remboursement non accepté")]
    [InlineData("en-CA", RefundState.Rejected, RefundKind.Claim, "Refund rejected")]
    [InlineData("fr-CA", RefundState.NotSent, RefundKind.Void, "Demande non envoyée")]
    [InlineData("en-CA", RefundState.Withdrawn, RefundKind.Void, null)]
    public async Task A_void_or_refund_that_brought_nothing_back_is_seen_in_the_list(string culture, RefundState state, RefundKind kind, string? said)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        var now = world.Time.GetUtcNow();
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            db.Add(new RefundRequest { MerchantId = world.Merchant, LabelId = id, Kind = kind, State = state, Amount = new Money(19_16), RequestedBy = "user", RequestedAt = now, UpdatedAt = now });
            await db.SaveChangesAsync();
        }

        await using var context = Context(world, culture);
        var page = Open(context);

        string[] chips = [.. page.FindAll("td.states .status-chip").Select(chip => chip.TextContent.Trim())];
        Assert.Equal(said is null ? 1 : 2, chips.Length);
        Assert.Equal(said, chips.Skip(1).SingleOrDefault());
        Assert.Equal(said is null, (await world.Queries.ReadAsync(world.Merchant, id, CancellationToken.None))!.Ended is null);
    }

    [Fact]
    public async Task Once_carriers_are_set_up_the_labels_page_does_not_ask_for_it()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world);

        Assert.DoesNotContain("/set-up", Open(context).Markup);
    }

    [Fact]
    public async Task A_label_counts_as_created_when_the_carrier_confirmed_it()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.RatedAsync();
        world.Time.Advance(TimeSpan.FromMinutes(25));
        await world.BuyAsync(id);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await using var context = Context(world);

        var page = Open(context);

        // Begun at 9:00 Eastern, bought at 9:25: the refund clock and the column agree.
        Assert.Equal("2026-11-02 09:25", page.Find("td.when").TextContent);
        Assert.Equal("Void in 59:59", page.Find(".refund-clock-wait").TextContent);
        Assert.Equal("1 label on this page", page.FindAll("[role=status]")[0].TextContent);
    }

    [Theory]
    [InlineData(null, null, "Bought")]
    [InlineData(LabelState.Unknown, null, "Settling")]
    [InlineData(LabelState.Declined, null, "Not bought")]
    [InlineData(LabelState.Voided, null, "Voided")]
    [InlineData(null, TrackingStatus.NotScanned, "Bought Not yet scanned")]
    [InlineData(null, TrackingStatus.InTransit, "Bought In transit")]
    [InlineData(null, TrackingStatus.Delivered, "Bought Delivered")]
    [InlineData(null, TrackingStatus.Exception, "Bought Needs attention")]
    public async Task Each_state_is_a_word(LabelState? state, TrackingStatus? tracking, string expected)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        await SetAsync(world, id, state, tracking);
        await using var context = Context(world);

        var page = Open(context);

        Assert.Equal(expected, string.Join(' ', page.FindAll("td.states .status-chip").Select(chip => chip.TextContent.Trim())));
        Assert.Equal(tracking == TrackingStatus.NotScanned, page.Markup.Contains("Refund can be asked for by", StringComparison.Ordinal));
        Assert.Equal(tracking is not (null or TrackingStatus.NotScanned), page.Markup.Contains("Scanned by Canada Post: not refundable", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("delivered", 1, "1 label on this page")]
    [InlineData("intransit", 1, "1 label on this page")]
    [InlineData("exception", 0, "0 labels on this page")]
    [InlineData("notscanned", 0, "0 labels on this page")]
    [InlineData("bought", 2, "2 labels on this page")]
    public async Task Filters_are_in_the_address(string show, int rows, string said)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await SetAsync(world, await world.BoughtAsync(), null, TrackingStatus.Delivered);
        await SetAsync(world, await world.BoughtAsync(), null, TrackingStatus.OutForDelivery);
        await using var context = Context(world);

        var page = Open(context, $"/labels?show={show}");

        Assert.Equal(rows, page.FindAll("[data-testid=label-row]").Count);
        Assert.Equal(said, page.FindAll("[role=status]")[0].TextContent);
        Assert.Equal(rows == 0, page.Markup.Contains("No label matches.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_are_chosen_one_by_one_or_the_whole_page()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await world.BoughtAsync();
        await world.BoughtAsync();
        await using var context = Context(world, "fr-CA");
        var page = Open(context);
        Assert.DoesNotContain("Imprimer la sélection", page.Markup);

        page.FindAll("input.select")[0].Change(true);
        Assert.Contains("1 choisie", page.Find(".selection-actions").TextContent);
        page.Find(".selection label input").Change(true);
        Assert.Contains("2 choisies", page.Find(".selection-actions").TextContent);
        Assert.Contains("Imprimer la sélection", page.Find(".selection-actions").TextContent);
        page.Find(".selection label input").Change(false);
        Assert.DoesNotContain("Imprimer la sélection", page.Markup);
    }

    /// <summary>Its document may never come; its price still can.</summary>
    [Fact]
    public async Task A_label_without_its_document_can_be_chosen_to_be_voided_while_it_can_be()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        world.Carrier.OnFile.Enqueue(Misbehaviour.Unreachable);
        await world.BoughtAsync();
        await using var context = Context(world);
        Assert.Empty(Open(context).FindAll("a[href$='label.pdf']"));
        Assert.Single(Open(context).FindAll("input.select"));

        world.Time.Advance(TimeSpan.FromDays(16));

        Assert.Empty(Open(context).FindAll("input.select"));
    }

    [Theory]
    [InlineData("en-CA", "Void scheduled", "Voiding", "Voided", "Refund asked for", "Refunded")]
    [InlineData("fr-CA", "Annulation prévue", "Annulation en cours", "Annulée", "Remboursement demandé", "Remboursée")]
    public async Task Each_stage_of_a_void_and_of_a_refund_is_a_word(string culture, params string[] words)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        foreach (var (state, kind, request) in new[]
        {
            (LabelState.Purchased, RefundKind.Void, RefundState.Scheduled),
            (LabelState.Purchased, RefundKind.Void, RefundState.Requested),
            (LabelState.Voided, RefundKind.Void, RefundState.Credited),
            (LabelState.Purchased, RefundKind.Claim, RefundState.ClaimOpen),
            (LabelState.Voided, RefundKind.Claim, RefundState.Credited),
        })
        {
            await AskedAsync(world, await world.BoughtAsync(), state, kind, request);
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await using var context = Context(world, culture);

        var page = Open(context);

        // The newest first.
        Assert.Equal(words.Reverse(), page.FindAll("td.states").Select(cell => cell.QuerySelector(".status-chip")!.TextContent.Trim()));
    }

    [Theory]
    [InlineData("en-CA", "Void as soon as allowed, label for Sample Recipient", "Void label for Sample Recipient", "Ask for a refund, label for Sample Recipient", "Print the label for Sample Recipient")]
    [InlineData("fr-CA", "Annuler dès que permis l’étiquette pour Sample Recipient", "Annuler l’étiquette pour Sample Recipient", "Demander un remboursement, étiquette pour Sample Recipient", "Imprimer l’étiquette pour Sample Recipient")]
    public async Task What_can_be_done_follows_the_hour_and_the_manifest(string culture, string before, string after, string manifested, string print)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        await using var context = Context(world, culture);

        Assert.Equal([print, before], Actions(Open(context)));

        world.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal([print, after], Actions(Open(context)));

        await world.ManifestAsync(id);
        Assert.Equal([print, manifested], Actions(Open(context)));
    }

    [Theory]
    [InlineData("en-CA", "Drafts to continue", "Throw away the draft for Sample Recipient")]
    [InlineData("fr-CA", "Brouillons à poursuivre", "Supprimer le brouillon pour Sample Recipient")]
    public async Task Drafts_are_continued_or_thrown_away(string culture, string heading, string discard)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var draft = await world.RatedAsync();
        await using var context = Context(world, culture);
        var page = Open(context);
        Assert.Equal(heading, page.Find("#drafts-title").TextContent);
        Assert.Equal($"/labels/new/{draft}", page.Find(".drafts a").GetAttribute("href"));
        Assert.Equal("Sample Recipient, Vancouver", page.Find(".drafts a").TextContent);

        await page.Find($"button[aria-label='{discard}']").ClickAsync(new());

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".drafts")));
    }

    [Fact]
    public async Task A_search_goes_into_the_address_and_keeps_the_filter()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await world.BoughtAsync();
        await using var context = Context(world);
        var page = Open(context, "/labels?show=bought");
        Assert.Equal("bought", page.Find("select").GetAttribute("value"), ignoreCase: true);

        await page.Find("input[type=search]").ChangeAsync(new() { Value = " Sample & Co " });
        await page.Find("form").SubmitAsync();

        Assert.EndsWith("/labels?show=bought&q=Sample%20%26%20Co", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en-CA", "Older", "Newest")]
    [InlineData("fr-CA", "Plus anciennes", "Les plus récentes")]
    public async Task A_long_list_is_turned_page_by_page(string culture, string older, string newest)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite, fundsInCents: 1_000_00);
        for (int label = 0; label <= LabelQueries.PageSize; label++)
        {
            await world.BoughtAsync();
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await using var context = Context(world, culture);
        var first = Open(context);
        Assert.Equal(LabelQueries.PageSize, first.FindAll("[data-testid=label-row]").Count);
        var next = first.FindAll(".pager a").Single();
        Assert.Equal(older, next.TextContent.Trim());

        var second = Open(context, next.GetAttribute("href")!);

        Assert.Single(second.FindAll("[data-testid=label-row]"));
        Assert.Equal((newest, "/labels"), (second.FindAll(".pager a").Single().TextContent.Trim(), second.FindAll(".pager a").Single().GetAttribute("href")));
    }

    [Theory]
    [InlineData("en-CA", "Expedited Parcel")]
    [InlineData("fr-CA", "Colis accéléré")]
    public async Task A_label_bought_in_English_names_its_service_in_the_readers_language(string culture, string service)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await world.BoughtAsync();
        await using var context = Context(world, culture);

        Assert.Equal(service, Open(context).Find("[data-testid=label-row] td:nth-child(4) span").TextContent);
    }

    /// <summary>For how much it is covered is asked in a claim; the price line says only what that cost.</summary>
    [Theory]
    [InlineData("en-CA", "$250.00", "Deliver to post office (0349)", "Your reference")]
    [InlineData("fr-CA", "250,00\u00A0$", "Livrer au bureau de poste (0349)", "Votre référence")]
    public async Task A_bought_label_says_for_how_much_it_is_covered_and_what_was_wished(string culture, string coverage, string handover, string reference)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.RatedAsync(LabelWorld.Draft with
        {
            To = LabelWorld.Draft.To with { Phone = "604-555-0134" },
            Coverage = new Money(250_00),
            Delivery = new DeliveryWishes(ProofOfAge.None, Handover.PostOffice, "0349", "someone@example.com"),
        });
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
        await using var context = Context(world, culture);
        context.Services.AddSingleton<PlaceNames>();
        context.Services.AddSingleton(new UnitSettings(world.Contexts));
        context.Services.AddSingleton(new TrackingQueries(world.Contexts, world.Time));

        var page = context.Render<LabelDetailsPage>(parameters => parameters.Add(details => details.Id, id.Value));

        page.WaitForAssertion(() => Assert.Equal((coverage, handover), (page.Find("[data-testid=coverage]").TextContent, page.Find("[data-testid=handover]").TextContent)));
        Assert.Equal((reference, "Order 1"), (page.Find("[data-testid=reference]").PreviousElementSibling!.TextContent, page.Find("[data-testid=reference]").TextContent));
    }

    /// <summary>Newest first as the list shows them, oldest first, or one after another as they were ticked.</summary>
    [Theory]
    [InlineData("en-CA", "Print selected", "As listed: the newest first")]
    [InlineData("fr-CA", "Imprimer la sélection", "Celui de la liste\u00A0: les plus récentes d’abord")]
    public async Task Chosen_labels_are_printed_in_the_order_the_merchant_chooses(string culture, string print, string first)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var bought = new List<LabelId>();
        for (int label = 0; label < 3; label++)
        {
            bought.Add(await world.BoughtAsync());
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await using var context = Context(world, culture);
        var dialogs = context.Render<MudDialogProvider>();
        var page = Open(context);
        foreach (int row in new[] { 1, 2, 0 })
        {
            await page.FindAll("input.select")[row].ChangeAsync(new() { Value = true });
        }

        await page.FindAll(".selection-actions button").Single(button => button.TextContent.Trim() == print).ClickAsync(new());

        dialogs.WaitForAssertion(() => Assert.Equal(first, dialogs.Find("[data-testid=print-order] option").TextContent));
        Assert.Equal([bought[2], bought[1], bought[0]], await PrintedAsync(dialogs, world));

        await dialogs.Find("[data-testid=print-order]").ChangeAsync(new() { Value = nameof(PrintSequence.AsTicked) });
        Assert.Equal([bought[1], bought[0], bought[2]], await PrintedAsync(dialogs, world));

        await dialogs.Find("[data-testid=print-order]").ChangeAsync(new() { Value = nameof(PrintSequence.OldestFirst) });
        Assert.Equal(bought, await PrintedAsync(dialogs, world));
    }

    /// <summary>The order of the job whose file the dialog shows.</summary>
    private static async Task<IEnumerable<LabelId>> PrintedAsync(IRenderedComponent<MudDialogProvider> dialogs, LabelWorld world)
    {
        var job = new PrintJobId(Guid.Parse(dialogs.Find("iframe").GetAttribute("src")!.Split('/')[3]));
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        return JsonSerializer.Deserialize<List<Guid>>((await db.PrintJobs.SingleAsync(row => row.Id == job)).LabelsJson)!.Select(label => new LabelId(label));
    }

    private static IEnumerable<string?> Actions(IRenderedComponent<LabelsPage> page) =>
        page.FindAll(".row-actions button").Select(button => button.GetAttribute("aria-label"));

    private static async Task AskedAsync(LabelWorld world, LabelId id, LabelState state, RefundKind kind, RefundState request)
    {
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        var label = await db.Labels.SingleAsync(row => row.Id == id);
        label.State = state;
        db.RefundRequests.Add(new RefundRequest
        {
            MerchantId = world.Merchant,
            LabelId = id,
            Kind = kind,
            State = request,
            NotBefore = world.Time.GetUtcNow().AddHours(1),
            RequestedBy = "user",
            RequestedAt = world.Time.GetUtcNow(),
            UpdatedAt = world.Time.GetUtcNow(),
        });
        await db.SaveChangesAsync();
    }

    private static async Task SetAsync(LabelWorld world, LabelId id, LabelState? state, TrackingStatus? tracking)
    {
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        var label = await db.Labels.SingleAsync(row => row.Id == id);
        label.State = state ?? label.State;
        if (tracking is { } status)
        {
            label.ManifestedAt = world.Time.GetUtcNow();
            db.LabelTrackings.Add(new LabelTracking { MerchantId = world.Merchant, LabelId = id, Status = status, Since = world.Time.GetUtcNow() });
        }

        await db.SaveChangesAsync();
    }

    private static IRenderedComponent<LabelsPage> Open(ComponentRoom context, string address = "/labels")
    {
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = context.Render<LabelsPage>();
        page.WaitForState(() => page.FindAll("[data-testid=label-row], .empty-state").Count > 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private static ComponentRoom Context(LabelWorld world, string culture = "en-CA")
    {
        var context = new ComponentRoom(culture);
        context.Services.AddSingleton<TimeProvider>(world.Time);
        context.Services.AddSingleton<AuthenticationStateProvider>(new Someone(world.Merchant));
        context.Services.AddScoped<SignedIn>();
        context.Services.AddSingleton(TestRights.Every);
        context.Services.AddScoped<NavState>();
        context.Services.AddSingleton(world.Contexts);
        context.Services.AddSingleton(world.Queries);
        context.Services.AddSingleton(world.Save);
        context.Services.AddSingleton(world.Start);
        context.Services.AddSingleton(world.Void);
        context.Services.AddSingleton(new PrintLabels(world.Contexts, world.Time));
        return context;
    }
}
