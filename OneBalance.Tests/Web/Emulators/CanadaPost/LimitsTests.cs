using System.Net;
using System.Text.Json.Nodes;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Features.Carriers;
using RateRequest = OneBalance.Web.Features.Carriers.RateRequest;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>Limits and options that depend on what else the carrier has, or on each other.</summary>
public sealed class LimitsTests
{
    private const string Group = "create-shipment/request-group-deposit-account.json";
    private const string Office = "create-shipment/request-d2po.json";

    /// <summary>The first two fit; the third is one too many in its group, and in another group one too many over all.</summary>
    [Theory]
    [InlineData("same", "9110")]
    [InlineData("another", "9108")]
    public async Task Untransmitted_shipments_are_limited_in_a_group_and_over_all(string group, string code)
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { mostUntransmitted = 2 });
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);

        Assert.Equal(HttpStatusCode.OK, (await CreateAsync(carrier, "1", "same")).Status);
        Assert.Equal(HttpStatusCode.OK, (await CreateAsync(carrier, "2", "same")).Status);
        var (status, body) = await CreateAsync(carrier, "3", group);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Theory]
    [InlineData("DOM.EP", 100.00, false, true)]
    [InlineData("DOM.EP", 100.01, false, false)]
    [InlineData("DOM.EP", 100.01, true, true)]
    [InlineData("DOM.PC", 5000.00, false, true)]
    public async Task Coverage_above_100_needs_a_signature_but_for_Priority(string service, double insured, bool signed, bool accepted)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var options = new JsonArray(new JsonObject { ["optionCode"] = "COV", ["optionAmount"] = insured });
        if (signed)
        {
            options.Add(new JsonObject { ["optionCode"] = "SO" });
        }

        var (_, body) = await CreateAsync(carrier, "1", "g", request =>
        {
            request["deliverySpec"]!["serviceCode"] = service;
            request["deliverySpec"]!["options"] = options;
        });

        Assert.Equal(accepted ? [] : ["7050"], RawCarrier.Codes(body));
    }

    /// <summary>The label of such a parcel names the office; who collects it is in the details.</summary>
    [Fact]
    public async Task Details_name_who_collects_a_parcel_at_a_post_office_and_nobody_otherwise()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.SmallBusiness);
        var atOffice = (await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", RawCarrier.Sample(Office))).Body!;
        var platform = new RawCarrier(bench, EmulatedAccount.Test);
        var atHome = (await CreateAsync(platform, "1", "g")).Body!;

        var office = await DetailsAsync(carrier, atOffice);
        var home = await DetailsAsync(platform, atHome);

        Assert.Equal("Pat Example", office["recipient"]!["name"]!.GetValue<string>());
        Assert.Null(home["recipient"]);
    }

    /// <summary>An account without rates gets no error and no prices: nothing is offered, and nothing breaks.</summary>
    [Fact]
    public async Task An_account_without_commercial_rates_is_quoted_nothing()
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { noCommercialRates = true });

        var rates = (await bench.Get<ICarrier>().GetRatesAsync(
            new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, []), Language.English, default)).Confirmed();

        Assert.Empty(rates);
    }

    /// <summary>What the merchant may choose is what the carrier takes: every option alone and the fullest sets together.</summary>
    [Theory]
    [InlineData("DOM.EP", "SO", "COV", "PA19", "HFP")]
    [InlineData("DOM.XP", "SO", "COV", "PA18", "DNS")]
    [InlineData("DOM.RP", "SO", "COV", "PA18", "D2PO")]
    [InlineData("DOM.PC", "LAD")]
    [InlineData("USA.XP", "SO", "COV")]
    [InlineData("INT.XP", "SO", "COV")]
    [InlineData("INT.IP.AIR", "COV")]
    public async Task Every_choice_offered_is_rated_bought_and_priced(string service, params string[] codes)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = bench.Get<ICarrier>();
        var to = service[0] switch { 'D' => Orders.Winnipeg with { Phone = "204-555-0100" }, 'U' => Orders.NewYork, _ => Orders.Tokyo };
        var customs = service[0] == 'D' ? null : Orders.Books() with { Items = [Orders.Books().Items[0] with { UnitValue = new Money(400_00) }] };
        ShipmentOption[] options = [.. codes.Select(code => code switch
        {
            "COV" => new ShipmentOption("COV", new Money(300_00)),
            "D2PO" => new ShipmentOption("D2PO", null, "0000311545"),
            _ => new ShipmentOption(code),
        })];

        var rates = (await carrier.GetRatesAsync(new RateRequest("M5H2N2", to.PostalCode, to.Country, Orders.Small, options), Language.English, default)).Confirmed();
        var quoted = rates.Single(rate => rate.ServiceCode == service);
        var bought = (await carrier.CreateShipmentAsync(Orders.To(to, service, customs, null, options) with { RecipientEmail = "recipient@example.com" }, Language.English, default)).Confirmed();

        Assert.True(quoted.Price.AddsUp);
        Assert.All(codes, code => Assert.Contains(quoted.Price.Lines, line => line is { Kind: PriceLineKind.Option } && line.Code == code));
        Assert.Equal(quoted.Price.Total, bought.Price!.Total);
    }

    private static Task<(HttpStatusCode Status, JsonNode? Body)> CreateAsync(RawCarrier carrier, string requestId, string group, Action<JsonObject>? change = null)
    {
        var request = RawCarrier.Sample(Group);
        request["customerRequestId"] = requestId;
        request["groupId"] = group;
        change?.Invoke(request);
        return carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
    }

    private static async Task<JsonNode> DetailsAsync(RawCarrier carrier, JsonNode shipment)
    {
        var (_, body) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{shipment["shipmentId"]!.GetValue<string>()}/details");
        return body!["shipmentDetail"]!["deliverySpec"]!;
    }
}
