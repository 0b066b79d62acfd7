using System.Diagnostics;
using OneBalance.Core;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using ShipmentOption = OneBalance.Web.Features.Carriers.ShipmentOption;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>Documents other than the 4x6 PDF: what they measure and say, and that a scanner reads them.</summary>
public sealed class DocumentTests
{
    private const Language En = Language.English;

    [Fact]
    public async Task A_letter_size_label_lies_across_and_its_barcode_reads_as_the_tracking_number()
    {
        await using var bench = await CarrierBench.StartAsync();
        var shipment = await CreateAsync(bench, request => Printed(request, "8.5x11", "PDF"));

        using var paper = new PrintedPdf(await FileAsync(bench, shipment, "label", "application/pdf"));

        Assert.Equal("792 x 612 pts (letter)", paper.PageSize());
        Assert.Equal([$"CODE-128:{shipment.TrackingPin}"], paper.Barcodes());
        Assert.Contains("CUT HERE / DÉCOUPER ICI", paper.Text());
    }

    /// <summary>On paper as a printer of 203 dpi draws it: nothing lies over the barcode or too near to it.</summary>
    [Theory]
    [InlineData("DOM.EP", "2")]
    [InlineData("DOM.PC", "1")]
    public async Task A_thermal_printers_label_reads_as_the_tracking_number(string service, string routing)
    {
        await using var bench = await CarrierBench.StartAsync();
        var shipment = await CreateAsync(bench, request => Printed(request with { DeliverySpec = request.DeliverySpec with { ServiceCode = service } }, "4x6", "ZPL"));

        using var paper = new PrintedZpl(await FileAsync(bench, shipment, "label", "application/zpl"));

        Assert.Equal($"CODE-128:{shipment.TrackingPin}", await ScanAsync(paper.Png()));
        Assert.Equal(routing, paper.Texts[0]);
        Assert.InRange(paper.Darkness(20, 20, 104, 104), 0.6, 0.97);
        Assert.InRange(paper.Darkness(20, 545, 120, 90), 0.1, 0.6);
        Assert.InRange(paper.Darkness(672, 545, 120, 90), 0.1, 0.6);
    }

    [Fact]
    public async Task A_small_packet_is_labelled_without_a_number_and_the_longest_names_fit_on_a_thermal_label()
    {
        await using var bench = await CarrierBench.StartAsync();
        var options = bench.Get<Microsoft.Extensions.Options.IOptions<CanadaPostOptions>>().Value;
        var to = Orders.Tokyo with { Company = new string('W', 44), Line1 = "12^34 ~ Chiyoda_ku" };
        var request = Printed(ToWire.Shipment(Orders.To(to, "INT.SP.SURF", Orders.Books()), options), "4x6", "ZPL");
        var shipment = (await bench.Get<CanadaPostApi>().CreateShipmentAsync(request, null, En, default)).Confirmed();

        using var paper = new PrintedZpl(await FileAsync(bench, shipment, "label", "application/zpl"));

        Assert.Equal("", await ScanAsync(paper.Png()));
        Assert.Contains("NO TRACKING / SANS REPÉRAGE", paper.Texts);
        Assert.Contains("12^34 ~ Chiyoda_ku", paper.Texts);
        Assert.DoesNotContain(paper.Texts, text => text.StartsWith("PIN", StringComparison.Ordinal));
    }

    /// <summary>What the carrier's own labels show, on paper and from a thermal printer alike.</summary>
    [Theory]
    [InlineData("4x6", "PDF", true)]
    [InlineData("8.5x11", "PDF", true)]
    [InlineData("4x6", "ZPL", true)]
    [InlineData("4x6", "PDF", false)]
    [InlineData("4x6", "ZPL", false)]
    public async Task Every_label_shows_the_same_marks(string format, string encoding, bool account)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options =>
            (options.TransmitShipment, options.MethodOfPayment) = (!account, account ? "Account" : "CreditCard"));
        var shipment = await CreateAsync(bench, request => Printed(request, format, encoding));
        byte[] file = await FileAsync(bench, shipment, "label", encoding == "ZPL" ? "application/zpl" : "application/pdf");

        string text = encoding == "ZPL" ? Zpl(file) : Pdf(file);

        string[] marks =
        [
            "Expedited Parcel", "Colis accéléré", "CANADA POST / POSTES CANADA", "FOR TESTING PURPOSES ONLY / À DES FINS D'ESSAI SEULEMENT",
            "TO / À", "Pat Example", "R3W 1A1", "TRACKING NUMBER / N° DE REPÉRAGE", $"PIN / NIP: {shipment.TrackingPin}", "FROM / DE", "Shipping Desk", "0.400 KG", "23x15x5cm",
            account ? "MANIFEST REQ / MANIFESTE REQ" : "MANIFEST NOT REQ / MANIFESTE NON REQ", "P/F: 0007023210", "Ref / Réf: OB-0001", "SPEC 3696 V2",
            "Not valid for mailing / Non valable pour l'expédition",
        ];
        Assert.All(marks, mark => Assert.Contains(mark, text));
        Assert.Equal(account, text.Contains("A/C", StringComparison.Ordinal));

        static string Zpl(byte[] file)
        {
            using var paper = new PrintedZpl(file);
            return string.Join('\n', paper.Texts);
        }

        static string Pdf(byte[] file)
        {
            using var paper = new PrintedPdf(file);
            return paper.Text();
        }
    }

    /// <summary>The one sample that is no body but a whole answer.</summary>
    [Fact]
    public async Task A_document_that_is_not_ready_is_answered_like_the_sample()
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Contract.Folder, "samples", "get-artifact", "response-202-not-ready.http"));
        await using var bench = await CarrierBench.StartAsync();
        var shipment = await CreateAsync(bench, request => request);
        var account = OneBalance.Web.Emulators.CanadaPost.EmulatedAccount.Platform;
        var token = (await new RawCarrier(bench, account).TokenAsync())!["access_token"]!.GetValue<string>();
        await bench.SwitchAsync(new { documentNotReady = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, shipment.LinkOf("label")!.Href);
        request.Headers.Authorization = new("Bearer", token);

        using var answer = await bench.Control.SendAsync(request);

        Assert.Equal(lines[0], $"HTTP/{answer.Version} {(int)answer.StatusCode} {answer.ReasonPhrase}");
        Assert.Equal(lines[1..].TakeWhile(line => line.Length > 0), [$"Content-Length: {answer.Content.Headers.ContentLength}"]);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_parcel_for_a_post_office_is_labelled_with_the_office_and_recognised_when_it_is_ordered_again()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var order = Orders.To(Orders.Winnipeg with { Phone = "204-555-0100" }, options: [new ShipmentOption("D2PO", null, "0000311545")]) with { RecipientEmail = "recipient@example.com" };
        var first = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();

        var again = (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        using var paper = new PrintedPdf((await carrier.GetDocumentAsync(first.LabelLink, "application/pdf", default)).Confirmed().Content);

        Assert.Equal(first.ShipmentId, again.ShipmentId);
        Assert.Contains("0000311545", paper.Text());
        Assert.Contains("K1A 0B1", paper.Text());
        Assert.DoesNotContain("R3W 1A1", paper.Text());
    }

    [Fact]
    public async Task A_parcel_sold_abroad_comes_with_a_commercial_invoice()
    {
        await using var bench = await CarrierBench.StartAsync();
        var options = bench.Get<Microsoft.Extensions.Options.IOptions<CanadaPostOptions>>().Value;
        var request = ToWire.Shipment(Orders.To(Orders.NewYork, "USA.EP", Orders.Books()), options);
        var shipment = (await bench.Get<CanadaPostApi>().CreateShipmentAsync(request, "key", En, default)).Confirmed();

        using var paper = new PrintedPdf(await FileAsync(bench, shipment, "commercialInvoice", "application/pdf"));

        string text = paper.Text();
        Assert.Contains("COMMERCIAL INVOICE / FACTURE COMMERCIALE", text);
        Assert.Contains("Hardcover poetry book", text);
        Assert.Contains("4901.99", text);
        Assert.Contains("TOTAL CAD 40.00", text);
    }

    [Fact]
    public async Task A_public_labels_code_leads_to_the_label_without_signing_in()
    {
        await using var bench = await CarrierBench.StartAsync();
        var shipment = await CreateAsync(bench, request => Printed(request, "8.5x11", "PDF") with { CreateQrCode = true });

        var key = (await bench.Get<CanadaPostApi>().GetPublicKeyInfoAsync(shipment.LinkOf("publicKeyInfo")!, En, default)).Confirmed();
        byte[] label = await bench.Control.GetByteArrayAsync(key.Url);

        Assert.Equal("QR-Code:" + key.Url, await ScanAsync(Convert.FromBase64String(key.QrCode!)));
        Assert.Equal(await FileAsync(bench, shipment, "label", "application/pdf"), label);
    }

    [Fact]
    public async Task A_return_label_swaps_the_addresses_and_has_a_number_of_its_own()
    {
        await using var bench = await CarrierBench.StartAsync();
        var shipment = await CreateAsync(bench, request => request with
        {
            ReturnSpec = new ReturnSpec("DOM.EP", new Contact("Returns", "OneBalance Test", null, null, null, new AddressDetails("9 Back Street", null, "Ottawa", "ON", null, "K1K1K1"))),
        });

        using var paper = new PrintedPdf(await FileAsync(bench, shipment, "returnLabel", "application/pdf"));

        Assert.Equal([$"CODE-128:{shipment.ReturnTrackingPin}"], paper.Barcodes());
        Assert.Contains("K1K 1K1", paper.Text());
        Assert.NotEqual(shipment.TrackingPin, shipment.ReturnTrackingPin);
    }

    private static CreateShipmentRequest Printed(CreateShipmentRequest request, string format, string encoding) =>
        request with { DeliverySpec = request.DeliverySpec with { PrintPreferences = new PrintPreferences(format, encoding) } };

    private static async Task<ShipmentInfo> CreateAsync(CarrierBench bench, Func<CreateShipmentRequest, CreateShipmentRequest> change)
    {
        var options = bench.Get<Microsoft.Extensions.Options.IOptions<CanadaPostOptions>>().Value;
        var request = change(ToWire.Shipment(Orders.To(Orders.Winnipeg), options));
        return (await bench.Get<CanadaPostApi>().CreateShipmentAsync(request, null, En, default)).Confirmed();
    }

    private static async Task<byte[]> FileAsync(CarrierBench bench, ShipmentInfo shipment, string rel, string mediaType)
    {
        var file = (await bench.Get<CanadaPostApi>().GetArtifactAsync(shipment.LinkOf(rel)!, En, default)).Confirmed();
        Assert.Equal(mediaType, file.MediaType);
        return file.Content;
    }

    private static async Task<string> ScanAsync(byte[] image)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, image);
        using var process = Process.Start(new ProcessStartInfo("zbarimg", $"-q {file}") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        return output.Trim();
    }
}
