using System.Diagnostics;
using OneBalance.Core;
using OneBalance.Web.Features.Carriers;

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
