using System.Diagnostics;
using OneBalance.Core;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

public sealed class CanadaPostClientTests
{
    [Fact]
    public async Task A_domestic_parcel_is_quoted_by_every_service_with_the_counter_price_above_ours()
    {
        await using var bench = await CarrierBench.StartAsync();

        var rates = (await bench.Get<ICarrier>().GetRatesAsync(
            new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, []), Language.English, default)).Confirmed();

        Assert.Equal(["DOM.RP", "DOM.EP", "DOM.XP", "DOM.PC"], rates.Select(rate => rate.ServiceCode));
        Assert.All(rates, rate =>
        {
            Assert.True(rate.Price.AddsUp);
            Assert.True(rate.CounterPrice!.AddsUp);
            Assert.True(rate.Saving!.Value.Amount.IsPositive);
            Assert.NotNull(rate.TransitDays);
            Assert.NotNull(rate.ExpectedDelivery);
        });
    }

    [Fact]
    public async Task A_label_is_bought_found_again_printed_and_voided()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg);

        var bought = (await carrier.CreateShipmentAsync(order, Language.English, default)).Confirmed();
        var found = (await carrier.FindShipmentAsync(Orders.Search(order.Label), Language.English, default)).Confirmed();
        var file = (await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default)).Confirmed();
        var again = (await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default)).Confirmed();
        Assert.False((await carrier.VoidShipmentAsync(bought.ShipmentId, Language.English, default)).Confirmed().Gone);
        Assert.True((await carrier.VoidShipmentAsync(bought.ShipmentId, Language.English, default)).Confirmed().Gone);
        var afterVoid = (await carrier.FindShipmentAsync(Orders.Search(order.Label), Language.English, default)).Confirmed();

        Assert.Equal(16, bought.TrackingNumber!.Value.Value.Length);
        Assert.True(bought.Price!.AddsUp);
        Assert.False(bought.Transmitted);
        Assert.Equivalent(bought, found);
        Assert.Equal("application/pdf", file.MediaType);
        Assert.Equal(file.Content, again.Content);
        Assert.Null(afterVoid);
    }

    [Fact]
    public async Task Planned_outages_are_read_with_their_times_and_none_is_none()
    {
        await using var bench = await CarrierBench.StartAsync();
        var outages = bench.Get<ICarrierOutages>();
        Assert.Empty((await outages.ReadAsync(Language.French, default)).Confirmed());
        await bench.SwitchAsync(new { outage = "Maintenance on Saturday." });

        var outage = Assert.Single((await outages.ReadAsync(Language.English, default)).Confirmed());

        Assert.Equal("Maintenance on Saturday.", outage.Text);
        Assert.Equal(TimeSpan.Zero, outage.From!.Value.Offset);
        Assert.Equal(TimeSpan.FromHours(7), outage.To - outage.From);
    }

    [Fact]
    public async Task Services_are_asked_about_under_our_contract()
    {
        await using var bench = await CarrierBench.StartAsync();
        var api = bench.Get<CanadaPostApi>();

        (await api.DiscoverServicesAsync("US", Language.English, default)).Confirmed();
        (await api.DiscoverServicesAsync(null, Language.English, default)).Confirmed();
        (await api.GetServiceAsync("USA.XP", "US", Language.English, default)).Confirmed();

        Assert.Equal(
            ["services?country=US&contract=0040662505", "services?contract=0040662505", "services/USA.XP?country=US&contract=0040662505"],
            Asked(bench, "/rating/v1/"));
    }

    [Fact]
    public async Task A_customer_without_a_contract_names_none()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => (options.ContractId, options.MethodOfPayment) = ("", "CreditCard"));

        (await bench.Get<CanadaPostApi>().DiscoverServicesAsync(null, Language.English, default)).Confirmed();

        Assert.Equal(["services"], Asked(bench, "/rating/v1/"));
    }

    [Fact]
    public async Task Parcels_are_found_by_a_reference_their_destination_and_us_as_their_shipper()
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.TransmitShipment = true);
        var api = bench.Get<CanadaPostApi>();
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var near = (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg), Language.English, default)).Confirmed();
        var far = (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Winnipeg with { PostalCode = "R3W2B2" }), Language.English, default)).Confirmed();

        var one = (await api.GetTrackingSummaryByReferenceAsync("OB-0001", today.AddDays(-2), today.AddDays(1), "R3W1A1", Language.English, default)).Confirmed();
        var both = (await api.GetTrackingSummaryByReferenceAsync("OB-0001", today.AddDays(-2), today.AddDays(1), null, Language.English, default)).Confirmed();
        var raw = new RawCarrier(bench, OneBalance.Web.Emulators.CanadaPost.EmulatedAccount.Platform);
        string days = $"mailing-date-from={today.AddDays(-2):yyyy-MM-dd}&mailing-date-to={today.AddDays(1):yyyy-MM-dd}";
        var (_, others) = await raw.SendAsync(HttpMethod.Get, $"/tracking/v1/refs/summaries?reference-number=OB-0001&customer-number=1234567&{days}");

        Assert.Equal([near.TrackingNumber!.Value.Value], one.Select(item => item.Pin));
        Assert.Equal(new[] { near.TrackingNumber.Value.Value, far.TrackingNumber!.Value.Value }.Order(), both.Select(item => item.Pin!).Order());
        Assert.Contains("customer-number=0007023210", bench.Wire.Turns[^1].Address.Query);
        Assert.Empty(others!.AsArray());
    }

    [Theory]
    [InlineData("DOM.EP")]
    [InlineData("DOM.PC")]
    public async Task The_printed_label_measures_four_by_six_inches_and_its_barcode_reads_as_the_tracking_number(string service)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var bought = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg, service), Language.English, default)).Confirmed();
        var file = (await carrier.GetDocumentAsync(bought.LabelLink, "application/pdf", default)).Confirmed();

        using var paper = new PrintedPdf(file.Content);

        Assert.Equal("288 x 432 pts", paper.PageSize());
        Assert.Equal([$"CODE-128:{bought.TrackingNumber}"], paper.Barcodes());
        string text = paper.Text();
        Assert.Contains("R3W 1A1", text);
        Assert.Contains("Pat Example", text);
        Assert.Contains("FOR TESTING PURPOSES ONLY / À DES FINS D'ESSAI SEULEMENT", text);
        Assert.Contains("MANIFEST REQ / MANIFESTE REQ", text);
        Assert.Contains("0.400 KG", text);
        Assert.True(file.Content.Length < 100_000, $"The label has {file.Content.Length} bytes.");
    }

    [Theory]
    [InlineData("USA.TP")]
    [InlineData("USA.EP")]
    [InlineData("USA.XP")]
    [InlineData("USA.SP.AIR")]
    public async Task A_parcel_to_the_United_States_is_bought_with_the_accounts_duty_key(string service)
    {
        await using var bench = await CarrierBench.StartAsync();

        var bought = (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.NewYork, service, Orders.Books()), Language.English, default)).Confirmed();

        Assert.Equal(service == "USA.SP.AIR", bought.TrackingNumber is null);
        Assert.Equal(0, bought.Price!.Taxes.Cents);
    }

    [Theory]
    [InlineData("INT.TP")]
    [InlineData("INT.XP")]
    [InlineData("INT.IP.SURF")]
    public async Task A_parcel_abroad_is_bought(string service)
    {
        await using var bench = await CarrierBench.StartAsync();

        var bought = (await bench.Get<ICarrier>().CreateShipmentAsync(Orders.To(Orders.Tokyo, service, Orders.Books()), Language.French, default)).Confirmed();

        Assert.NotNull(bought.TrackingNumber);
    }

    private static IEnumerable<string> Asked(CarrierBench bench, string product) => bench.Wire.Turns
        .Select(turn => turn.Address.PathAndQuery)
        .Where(path => path.Contains(product, StringComparison.Ordinal))
        .Select(path => path[(path.IndexOf(product, StringComparison.Ordinal) + product.Length)..]);
}

/// <summary>A PDF looked at with the machine's own tools.</summary>
internal sealed class PrintedPdf : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("paper-").FullName;

    public PrintedPdf(byte[] content) => File.WriteAllBytes(Path.Combine(_folder, "a.pdf"), content);

    public string PageSize() => Run("pdfinfo", "a.pdf").Split('\n').Single(line => line.StartsWith("Page size:", StringComparison.Ordinal))["Page size:".Length..].Trim();

    public string Text() => Run("pdftotext", "-layout a.pdf -");

    public IReadOnlyList<string> Barcodes()
    {
        Run("pdftoppm", "-r 300 -png a.pdf page");
        return [.. Directory.GetFiles(_folder, "page*.png").Order().SelectMany(file => Run("zbarimg", $"-q {file}").Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed: {process.StandardError.ReadToEnd()}");
    }
}
