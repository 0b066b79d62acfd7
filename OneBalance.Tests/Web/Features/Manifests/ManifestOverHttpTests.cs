using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Printing;
using OneBalance.Web.Features.Tracking;

namespace OneBalance.Tests.Web.Features.Manifests;

/// <summary>The whole product: the carrier's real client against the emulated service, over HTTP, with its faults and a second node.</summary>
public sealed class ManifestOverHttpTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task Domestic_and_foreign_labels_come_on_manifests_of_their_own_and_are_followed(DatabaseProvider provider)
    {
        await using var shop = await Shop.OpenAsync(provider);
        var home = await shop.BuyAsync(LabelWorld.Draft);
        var abroad = await shop.BuyAsync(ToFrance());

        var manifest = await shop.CloseAsync();
        Assert.Equal(ManifestState.Transmitted, (await shop.ReadAsync(manifest)).State);
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        await shop.Get<CloseDay>().WatchAsync(shop.Merchant, manifest);

        var view = await shop.ReadAsync(manifest);
        Assert.Equal(ManifestState.Confirmed, view.State);
        Assert.Equal([Region.Domestic, Region.International], view.Papers.Select(paper => paper.Region!.Value).Order());
        foreach (var paper in view.Papers)
        {
            var document = await shop.Get<ManifestQueries>().DocumentAsync(shop.Merchant, manifest, paper.Number, CancellationToken.None);
            Assert.Equal("%PDF-"u8.ToArray(), document!.Content[..5]);
        }

        Assert.Equal(
            new[] { home, abroad }.OrderBy(label => label.ToString(), StringComparer.Ordinal),
            view.Labels.Select(line => line.Label).OrderBy(label => label.ToString(), StringComparer.Ordinal));
        await shop.Get<TrackLabels>().RunAsync(CancellationToken.None);
        shop.Time.Advance(TimeSpan.FromHours(13));
        await shop.Get<TrackLabels>().RunAsync(CancellationToken.None);
        var tracking = (await shop.Get<TrackingQueries>().ReadAsync(shop.Merchant, home, Language.English, CancellationToken.None))!;
        Assert.Equal(TrackingStatus.InTransit, tracking.Status);
        Assert.Equal("Item processed", tracking.Events[0].Words);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.DropAfterActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.StatusAfterActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.DropBeforeActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.MalformedBody)]
    [InlineData(DatabaseProvider.Postgres, FaultKind.DropAfterActing)]
    public async Task Whatever_becomes_of_the_answer_another_node_finishes_and_it_is_transmitted_once(DatabaseProvider provider, FaultKind fault)
    {
        await using var shop = await Shop.OpenAsync(provider);
        await shop.BuyAsync(LabelWorld.Draft);
        await shop.BuyAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(fault, "POST", "/manifests"));
        var manifest = await shop.CloseAsync();
        Assert.Equal(ManifestState.Transmitting, (await shop.ReadAsync(manifest)).State);

        await using var other = await shop.App.StartNodeAsync();
        for (int i = 0; i < 4; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(91));
            await other.Services.GetRequiredService<ManifestSweep>().RunAsync(CancellationToken.None);
        }

        var view = await shop.ReadAsync(manifest);
        Assert.Equal(ManifestState.Confirmed, view.State);
        Assert.True(Assert.Single(view.Papers).Stored);
        Assert.All(view.Labels, line => Assert.Equal(ManifestLabelState.Confirmed, line.State));
    }

    [Fact]
    public async Task A_document_that_is_not_ready_comes_later()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        await shop.BuyAsync(LabelWorld.Draft);
        await shop.SwitchAsync(new { documentNotReady = 3 });

        var manifest = await shop.CloseAsync();
        for (int i = 0; i < 6 && (await shop.ReadAsync(manifest)).UnderWay; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(30));
            await shop.Get<CloseDay>().WatchAsync(shop.Merchant, manifest);
        }

        Assert.Equal(ManifestState.Confirmed, (await shop.ReadAsync(manifest)).State);
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_paid_names_its_labels_and_can_be_asked_for_again()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        await shop.BuyAsync(LabelWorld.Draft);
        await shop.SwitchAsync(new { manifestPaymentFails = true });

        var manifest = await shop.CloseAsync();
        shop.Time.Advance(TimeSpan.FromHours(24));
        await shop.Get<ManifestSweep>().RunAsync(CancellationToken.None);

        var view = await shop.ReadAsync(manifest);
        Assert.Equal((ManifestState.Failed, true), (view.State, view.CanAskAgain));
        Assert.Equal(ManifestProblem.NotConfirmed, Assert.Single(view.Labels).Problem);
        Assert.Equal("1653", Assert.Single(view.Errors).Code);
        Assert.True(await shop.Get<CloseDay>().AskAgainAsync(shop.Merchant, manifest, CancellationToken.None));
        Assert.Equal(ManifestState.Transmitted, (await shop.ReadAsync(manifest)).State);
        Assert.Empty((await shop.Get<ManifestQueries>().OpenAsync(shop.Merchant, CancellationToken.None)).Labels);
    }

    [Theory]
    [InlineData(LabelFormat.ThermalPdf, "application/pdf")]
    [InlineData(LabelFormat.LetterPdf, "application/pdf")]
    [InlineData(LabelFormat.ThermalZpl, "application/zpl")]
    public async Task Labels_are_bought_and_stored_in_the_format_of_the_settings(LabelFormat format, string mediaType)
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        await shop.Get<PrintSettings>().SaveAsync(shop.Merchant, format, CancellationToken.None);

        var label = await shop.BuyAsync(ToFrance());

        await using var db = await shop.App.Contexts.CreateDbContextAsync();
        var row = await db.Labels.AsNoTracking().SingleAsync(stored => stored.Id == label);
        Assert.Equal(format, row.Format);
        var documents = await db.LabelDocuments.AsNoTracking().Where(document => document.LabelId == label).ToListAsync();
        var drawn = documents.Single(document => document.Kind == OneBalance.Web.Data.Model.LabelDocumentKind.Label);
        Assert.Equal(mediaType, drawn.MediaType);
        if (format != LabelFormat.ThermalZpl)
        {
            using var pdf = UglyToad.PdfPig.PdfDocument.Open(drawn.Content);
            Assert.Equal(format == LabelFormat.ThermalPdf ? (288, 432) : (792, 612), (pdf.GetPage(1).Width, pdf.GetPage(1).Height));
        }

        // Goods sold abroad in a parcel carry an invoice; packets do not.
        Assert.Equal(row.InvoiceLink is not null, documents.Exists(document => document.Kind == OneBalance.Web.Data.Model.LabelDocumentKind.CommercialInvoice));
    }

    private static LabelDraft ToFrance() => LabelWorld.Draft with
    {
        To = new Address("Sample Recipient", "", "5 avenue Anatole", "", "Paris", "", "75007", "FR", "+33 1 55 55 55 55"),
        Customs = new Customs(ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense, [new CustomsItem(2, "Wool socks", 300, new Money(24_50), "6115.94", "CA", "ON")], ""),
    };

    /// <summary>The product with one merchant who is set up and has 500.00.</summary>
    private sealed class Shop(TestApp app, FakeTimeProvider time, MerchantId merchant) : IAsyncDisposable
    {
        public TestApp App => app;

        public FakeTimeProvider Time => time;

        public MerchantId Merchant => merchant;

        public static async Task<Shop> OpenAsync(DatabaseProvider provider)
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 14, 0, 0, TimeSpan.Zero));
            var app = await TestApp.StartAsync(provider, time, new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false", ["CanadaPost:DocumentAttempts"] = "1" });
            var merchant = await app.Database.AddMerchantAsync(setUp: true);
            Assert.IsType<LedgerReply.Accepted>(await app.Services.GetRequiredService<LedgerBook>().SubmitAsync(
                new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(500_00)), CancellationToken.None));
            return new Shop(app, time, merchant);
        }

        public T Get<T>()
            where T : notnull => app.Services.GetRequiredService<T>();

        public async Task<LabelId> BuyAsync(LabelDraft draft)
        {
            var id = await Get<StartLabel>().RunAsync(merchant, CancellationToken.None);
            await Get<SaveLabelDraft>().RunAsync(merchant, id, draft, CancellationToken.None);
            var quoted = Assert.IsType<RatesOutcome.Quoted>(await Get<GetRates>().RunAsync(merchant, id, Language.English, CancellationToken.None));
            var rate = quoted.Rates.First(rate => !rate.ServiceCode.Contains(".SP.", StringComparison.Ordinal));
            Assert.IsType<BuyOutcome.Bought>(await Get<BuyLabel>().RunAsync(
                new BuyRequest(merchant, id, rate.ServiceCode, rate.Price.Total, "user", Language.English), CancellationToken.None));
            return id;
        }

        public async Task<ManifestId> CloseAsync() => Assert.Single(Assert.IsType<CloseDayOutcome.Begun>(
            await Get<CloseDay>().RunAsync(new CloseDayRequest(merchant, [], "user", Language.English), CancellationToken.None)).Manifests);

        public async Task<ManifestView> ReadAsync(ManifestId manifest) => (await Get<ManifestQueries>().ReadAsync(merchant, manifest, CancellationToken.None))!;

        public async Task SwitchAsync(object changes)
        {
            using var answer = await app.CanadaPostControl.PutAsJsonAsync("/_control/switches", changes);
            answer.EnsureSuccessStatusCode();
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
