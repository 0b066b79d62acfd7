using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>Each switch over what the carrier may do as well: the answer it gives, and what the client makes of it.</summary>
public sealed class SwitchesTests
{
    private const string Group = "create-shipment/request-group-deposit-account.json";
    private const string Transmit = "create-shipment/request-transmit-creditcard.json";
    private const string PinWithoutHistory = "7023210000000000";

    [Fact]
    public async Task A_search_may_ask_for_patience_before_it_answers()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { searchNotReady = 2 });
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        string search = carrier.Owner + "/shipments?request-id=a";

        HttpStatusCode[] answers =
        [
            (await carrier.SendAsync(HttpMethod.Get, search)).Status, (await carrier.SendAsync(HttpMethod.Get, search)).Status, (await carrier.SendAsync(HttpMethod.Get, search)).Status,
        ];
        var unsaid = await bench.Get<ICarrier>().FindShipmentAsync(Orders.Ungrouped(), Language.English, default);

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.OK], answers);
        Assert.IsType<CarrierReply<CarrierShipment?>.Unreachable>(unsaid);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_parcel_without_history_is_no_error_whichever_way_it_is_said(bool notFound)
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { unknownPinIs404 = notFound });
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);

        var (summary, item) = await carrier.SendAsync(HttpMethod.Get, $"/tracking/v1/pins/{PinWithoutHistory}/summaries");
        var (details, body) = await carrier.SendAsync(HttpMethod.Get, $"/tracking/v1/pins/{PinWithoutHistory}/details");
        var tracking = (await bench.Get<ICarrier>().GetTrackingAsync(new TrackingNumber(PinWithoutHistory), Language.English, default)).Confirmed();

        var expected = notFound ? HttpStatusCode.NotFound : HttpStatusCode.OK;
        Assert.Equal((expected, expected), (summary, details));
        Assert.Equal("004", notFound ? RawCarrier.Codes(item).Single() : item![0]!["error"]!["code"]!.GetValue<string>());
        Assert.Equal(notFound ? ["004"] : [], RawCarrier.Codes(body));
        Assert.Empty(tracking.Events);
    }

    [Fact]
    public async Task A_document_that_cannot_be_drawn_is_refused_and_drawn_later()
    {
        await using var bench = await CarrierBench.StartAsync();
        var client = bench.Get<ICarrier>();
        var bought = (await client.CreateShipmentAsync(Orders.To(Orders.Winnipeg), Language.English, default)).Confirmed();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        await bench.SwitchAsync(new { documentFails = true });

        var (status, body) = await carrier.SendAsync(HttpMethod.Get, bought.LabelLink);
        var refused = await client.GetDocumentAsync(bought.LabelLink, "application/pdf", default);
        await bench.SwitchAsync(new { documentFails = false });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["9150"], RawCarrier.Codes(body));
        Assert.IsNotType<CarrierReply<LabelFile>.Confirmed>(refused);
        (await client.GetDocumentAsync(bought.LabelLink, "application/pdf", default)).Confirmed();
    }

    [Fact]
    public async Task A_refund_that_should_be_asked_for_later_is_not_asked_for_yet()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.SmallBusiness);
        var (_, created) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", RawCarrier.Sample(Transmit));
        string refund = $"{carrier.Owner}/shipments/{created!["shipmentId"]!.GetValue<string>()}/refund";
        var email = new JsonObject { ["email"] = "refunds@example.com" };
        await bench.SwitchAsync(new { refundLater = true });

        var (status, later) = await carrier.SendAsync(HttpMethod.Post, refund, email.DeepClone());
        await bench.SwitchAsync(new { refundLater = false });
        var (accepted, ticket) = await carrier.SendAsync(HttpMethod.Post, refund, email.DeepClone());

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["7296"], RawCarrier.Codes(later));
        Assert.Equal(HttpStatusCode.OK, accepted);
        Assert.Equal(10, ticket!["serviceTicketId"]!.GetValue<string>().Length);
    }

    [Theory]
    [InlineData(false, "transmitted")]
    [InlineData(true, "created")]
    public async Task A_shipment_charged_at_once_counts_as_transmitted_whatever_its_status_says(bool saysCreated, string said)
    {
        await using var bench = await CarrierBench.StartAsync(configure: options => options.TransmitShipment = true);
        await bench.SwitchAsync(new { transmittedSaysCreated = saysCreated });
        var client = bench.Get<ICarrier>();

        var bought = (await client.CreateShipmentAsync(Orders.To(Orders.Winnipeg), Language.English, default)).Confirmed();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        var (_, shipment) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{bought.ShipmentId}");
        var (_, voided) = await carrier.SendAsync(HttpMethod.Delete, $"{carrier.Owner}/shipments/{bought.ShipmentId}");

        Assert.Equal(said, shipment!["shipmentStatus"]!.GetValue<string>());
        Assert.True(bought.Transmitted);
        Assert.Equal(["8064"], RawCarrier.Codes(voided));
    }

    [Theory]
    [InlineData("requireDimensions", "9162")]
    [InlineData("coverageNeedsSignature", "7050")]
    public async Task A_rule_that_is_doubtful_can_be_left_out(string name, string code)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        if (code == "9162")
        {
            request["deliverySpec"]!["parcelCharacteristics"]!.AsObject().Remove("dimensions");
        }
        else
        {
            request["deliverySpec"]!["options"] = JsonNode.Parse("""[{"optionCode":"COV","optionAmount":200}]""");
        }

        var (_, refused) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        await bench.SwitchAsync(new Dictionary<string, bool> { [name] = false });
        var (accepted, _) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal([code], RawCarrier.Codes(refused));
        Assert.Equal(HttpStatusCode.OK, accepted);
    }

    [Theory]
    [InlineData("Account", "1653")]
    [InlineData("CreditCard", "9153")]
    public async Task A_manifest_that_cannot_be_paid_never_becomes_ready(string method, string code)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        await bench.SwitchAsync(new { manifestPaymentFails = true });
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);

        string manifest = await TransmitAsync(carrier, method);
        clock.Advance(TimeSpan.FromMinutes(50));
        var (status, body) = await carrier.SendAsync(HttpMethod.Get, manifest);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2_000, 2_000)]
    public async Task A_manifest_takes_as_long_as_the_switch_says(int milliseconds, int ready)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        await bench.SwitchAsync(new { manifestMillisecondsPerShipment = milliseconds });
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        string manifest = await TransmitAsync(carrier, "Account");

        clock.Advance(TimeSpan.FromMilliseconds(Math.Max(0, ready - 1)));
        var (_, before) = await carrier.SendAsync(HttpMethod.Get, manifest);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var (after, _) = await carrier.SendAsync(HttpMethod.Get, manifest);

        Assert.Equal(ready > 0 ? ["9153"] : [], RawCarrier.Codes(before));
        Assert.Equal(HttpStatusCode.OK, after);
    }

    [Fact]
    public async Task A_token_lives_as_long_as_the_switch_says()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var bench = await CarrierBench.StartAsync(clock);
        await bench.SwitchAsync(new { tokenSeconds = 5 });
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);

        var (fresh, _) = await carrier.SendAsync(HttpMethod.Get, "/rating/v1/services");
        clock.Advance(TimeSpan.FromSeconds(5));
        var (expired, _) = await carrier.SendAsync(HttpMethod.Get, "/rating/v1/services");

        Assert.Equal(5, (await carrier.TokenAsync())!["expires_in"]!.GetValue<int>());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (fresh, expired));
    }

    [Fact]
    public async Task Switches_change_one_by_one_and_go_back_together()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { refundLater = true });
        await bench.SwitchAsync(new { priceAsList = true });

        var changed = JsonNode.Parse(await bench.Control.GetStringAsync("/_control/switches"))!;
        (await bench.Control.DeleteAsync("/_control/switches")).EnsureSuccessStatusCode();
        var back = JsonNode.Parse(await bench.Control.GetStringAsync("/_control/switches"))!;

        Assert.Equal((true, true), (changed["refundLater"]!.GetValue<bool>(), changed["priceAsList"]!.GetValue<bool>()));
        Assert.Equal((false, false), (back["refundLater"]!.GetValue<bool>(), back["priceAsList"]!.GetValue<bool>()));
    }

    /// <summary>Creates one shipment in a group and transmits it; returns where its manifest is.</summary>
    private static async Task<string> TransmitAsync(RawCarrier carrier, string method)
    {
        await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", RawCarrier.Sample(Group));
        var request = JsonNode.Parse("""
            {"groupIds":["WH1-20261002"],"requestedShippingPoint":"M5H2N2","detailedManifests":true,
             "manifestAddress":{"manifestCompany":"OneBalance Test","phoneNumber":"416-555-0100",
             "addressDetails":{"addressLine1":"1 Example Street","city":"Toronto","provState":"ON","postalZipCode":"M5H2N2"}}}
            """)!;
        request["methodOfPayment"] = method;
        var (status, links) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", request);
        Assert.True(status == HttpStatusCode.OK, links?.ToJsonString());
        return links![0]!["href"]!.GetValue<string>();
    }
}
