using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Tests.Web.Features.ServiceNotices;

/// <summary>What support writes, and what merchants read of it.</summary>
public sealed class NoticePagesTests
{
    [Fact]
    public async Task Support_writes_a_notice_sees_it_in_both_languages_and_publishes_it()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world);
        var page = context.Render<ServiceNoticeEditPage>();
        page.Find("#english-title").Change("Storm in British Columbia");
        page.Find("#english-text").Change("Parcels are delayed.");
        await ClickAsync(page, "Publish");
        page.WaitForAssertion(() => Assert.Contains("Give a title in both languages.", page.Find("[data-testid=notice-problems]").TextContent, StringComparison.Ordinal));

        page.Find("#french-title").Change("Tempête en Colombie-Britannique");
        page.Find("#french-text").Change("Les colis sont retardés.");
        page.FindAll("input[type=radio]")[2].Change("on");
        Tick(page, "Stop purchases");
        Tick(page, "British Columbia");
        Tick(page, "Xpresspost");
        page.Find("#from").Change("2026-11-02T09:00");
        page.Find("#to").Change("2026-11-03T09:00");
        page.Find("#reason").Change("Announced by the carrier");

        var cards = page.FindAll("[data-testid=service-notice]");
        Assert.Equal(["en-CA", "fr-CA"], cards.Select(card => card.GetAttribute("lang")));
        Assert.Contains("Places: British Columbia. Services: Xpresspost. Until 2026-11-03 09:00.", cards[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Labels that it concerns cannot be bought now.", cards[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Lieux\u00a0: Colombie-Britannique. Services\u00a0: Xpresspost. Jusqu’au 2026-11-03 09:00.", cards[1].TextContent, StringComparison.Ordinal);

        await ClickAsync(page, "Publish");

        page.WaitForAssertion(() => Assert.EndsWith("/admin/service-notices", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var stored = Assert.Single(await context.Services.GetRequiredService<ServiceNoticeQueries>().AllAsync(TestRights.Desk, CancellationToken.None)).Notice;
        Assert.Equal(["CA-BC"], stored.Terms.Places);
        Assert.Equal(["DOM.XP"], stored.Terms.Services);
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 14, 0, 0, TimeSpan.Zero), stored.Terms.From);

        var banner = context.Render<NoticeBanner>(parameters => parameters.Add(b => b.Parcel, new NoticeParcel("ON", "CA", "BC", null)));
        Assert.Contains("Storm in British Columbia", banner.Find("[data-testid=service-notice]").TextContent, StringComparison.Ordinal);
        banner.Render(parameters => parameters.Add(b => b.Parcel, new NoticeParcel("ON", "CA", "QC", null)));
        Assert.Empty(banner.FindAll("[data-testid=service-notice]"));
    }

    [Fact]
    public async Task What_the_carrier_announces_stands_beside_the_notices_and_becomes_one()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await using var context = Context(world);
        context.SetRendererInfo(new RendererInfo("Server", isInteractive: true));

        var list = context.Render<ServiceNoticesPage>();
        list.WaitForAssertion(() => Assert.Contains("Scheduled maintenance", list.Find("[data-testid=outage]").TextContent, StringComparison.Ordinal));
        string link = list.Find("[data-testid=outage] a").GetAttribute("href")!;
        context.Services.GetRequiredService<NavigationManager>().NavigateTo(link);
        var page = context.Render<ServiceNoticeEditPage>();

        Assert.Equal("Scheduled maintenance", page.Find("#english-text").GetAttribute("value"));
        Assert.Equal("Entretien prévu", page.Find("#french-text").GetAttribute("value"));
        Assert.Equal(("2026-11-07T21:00", "2026-11-08T04:00"), (page.Find("#from").GetAttribute("value"), page.Find("#to").GetAttribute("value")));
    }

    private static void Tick(IRenderedComponent<ServiceNoticeEditPage> page, string label) =>
        page.FindAll("label.tick").First(one => one.TextContent.StartsWith(label, StringComparison.Ordinal)).QuerySelector("input")!.Change(true);

    private static Task ClickAsync(IRenderedComponent<ServiceNoticeEditPage> page, string button) =>
        page.InvokeAsync(() => page.FindAll("button").First(one => one.TextContent.Trim() == button).ClickAsync(new()));

    private static ComponentRoom Context(LabelWorld world)
    {
        var context = new ComponentRoom();
        context.Services.AddSingleton(world.Contexts);
        context.Services.AddSingleton<TimeProvider>(world.Time);
        context.Services.AddScoped<PlaceNames>();
        context.Services.AddScoped<NoticePhrases>();
        context.Services.AddScoped<SignedInActor>();
        context.Services.AddSingleton(TestRights.EveryRole);
        context.Services.AddSingleton<AuditTrail>();
        context.Services.AddSingleton<ServiceNoticeQueries>();
        context.Services.AddSingleton<SaveServiceNotice>();
        context.Services.AddSingleton<WithdrawServiceNotice>();
        context.Services.AddSingleton<ICarrierOutages, Announcing>();
        context.AddAuthorization().SetAuthorized("support@example.com").SetRoles(Roles.Support).SetClaims(new Claim(ClaimTypes.NameIdentifier, "support-1"));
        return context;
    }

    private sealed class Announcing : ICarrierOutages
    {
        public Task<CarrierReply<IReadOnlyList<CarrierOutage>>> ReadAsync(Language language, CancellationToken ct) =>
            Task.FromResult<CarrierReply<IReadOnlyList<CarrierOutage>>>(new CarrierReply<IReadOnlyList<CarrierOutage>>.Confirmed(
            [
                new CarrierOutage(
                    language == Language.French ? "Entretien prévu" : "Scheduled maintenance",
                    new DateTimeOffset(2026, 11, 8, 2, 0, 0, TimeSpan.Zero),
                    new DateTimeOffset(2026, 11, 8, 9, 0, 0, TimeSpan.Zero)),
            ]));
    }
}
