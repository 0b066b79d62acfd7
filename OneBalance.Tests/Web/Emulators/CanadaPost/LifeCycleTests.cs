using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>Prices asked for wrongly, groups, manifests, refunds and tracking, with the carrier's codes.</summary>
public sealed class LifeCycleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    private const string Group = "create-shipment/request-group-deposit-account.json";

    [Theory]
    [InlineData("9113", """{"quoteType":"commercial"}""")]
    [InlineData("9114", """{"quoteType":"counter","customerNumber":"0007023210"}""")]
    [InlineData("1622", """{"customerNumber":"0007023210","expectedMailingDate":"2026-11-22"}""")]
    [InlineData("9112", """{"customerNumber":"0007023210","services":["USA.EP"]}""")]
    [InlineData("10028", """{"customerNumber":"0007023210","services":["DOM.NONE"]}""")]
    [InlineData("9111", """{"customerNumber":"0007023210","parcelCharacteristics":{"weight":30.001}}""")]
    [InlineData("2550", """{"customerNumber":"0007023210","contractId":"0000000009"}""")]
    [InlineData("E0040", """{"customerNumber":"0007023210","options":[{"optionCode":"HFP"},{"optionCode":"LAD"}]}""")]
    [InlineData("7050", """{"customerNumber":"0007023210","options":[{"optionCode":"COV","optionAmount":100.01}]}""")]
    [InlineData("Server", """{"customerNumber":"0007023210","originPostalCode":"m5h2n2"}""")]
    [InlineData("Server", """{"customerNumber":"0007023210","destination":{"domestic":{"postalCode":"R3W1A1"},"unitedStates":{"zipCode":"10001"}}}""")]
    public async Task A_price_asked_for_wrongly_is_refused(string code, string members)
    {
        await using var bench = await CarrierBench.StartAsync(new FakeTimeProvider(Monday));
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        var request = JsonNode.Parse("""{"originPostalCode":"M5H2N2","parcelCharacteristics":{"weight":1},"destination":{"domestic":{"postalCode":"R3W1A1"}}}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            request[name] = value?.DeepClone();
        }

        var (status, body) = await carrier.SendAsync(HttpMethod.Post, "/rating/v1/prices", request);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([code], RawCarrier.Codes(body));
    }

    /// <summary>Priority insures its full value unsigned; so does any service up to what it includes, and no signature is known abroad.</summary>
    [Theory]
    [InlineData("""{"options":[{"optionCode":"COV","optionAmount":100}]}""")]
    [InlineData("""{"options":[{"optionCode":"SO"},{"optionCode":"COV","optionAmount":100.01}]}""")]
    [InlineData("""{"services":["DOM.PC"],"options":[{"optionCode":"COV","optionAmount":5000}]}""")]
    [InlineData("""{"destination":{"unitedStates":{"zipCode":"10001"}},"options":[{"optionCode":"COV","optionAmount":500}]}""")]
    public async Task Coverage_is_priced_unsigned_where_it_needs_no_signature(string members)
    {
        await using var bench = await CarrierBench.StartAsync(new FakeTimeProvider(Monday));
        var request = JsonNode.Parse("""{"customerNumber":"0007023210","originPostalCode":"M5H2N2","parcelCharacteristics":{"weight":1},"destination":{"domestic":{"postalCode":"R3W1A1"}}}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            request[name] = value?.DeepClone();
        }

        var (status, body) = await new RawCarrier(bench, EmulatedAccount.Platform).SendAsync(HttpMethod.Post, "/rating/v1/prices", request);

        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        Assert.NotEmpty(body!.AsArray());
    }

    [Fact]
    public async Task A_day_mailed_on_today_in_the_East_is_not_past_though_it_is_tomorrow_in_Greenwich()
    {
        await using var bench = await CarrierBench.StartAsync(new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 4, 59, 0, TimeSpan.Zero)));
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        var request = JsonNode.Parse("""{"customerNumber":"0007023210","expectedMailingDate":"2026-11-23","originPostalCode":"M5H2N2","parcelCharacteristics":{"weight":1},"destination":{"domestic":{"postalCode":"R3W1A1"}}}""");

        var (status, _) = await carrier.SendAsync(HttpMethod.Post, "/rating/v1/prices", request);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_promotional_code_counts_where_it_is_valid_and_is_nothing_elsewhere()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        var request = JsonNode.Parse("""{"customerNumber":"0007023210","promoCode":"devprotest","originPostalCode":"M5H2N2","parcelCharacteristics":{"weight":1},"destination":{"domestic":{"postalCode":"R3W1A1"}}}""");

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, "/rating/v1/prices", request);

        decimal Promotion(string service) => body!.AsArray().Single(quote => quote!["serviceCode"]!.GetValue<string>() == service)!["priceDetails"]!["adjustments"]!.AsArray()
            .Single(line => line!["adjustmentCode"]!.GetValue<string>() == "PROMODISC")!["adjustmentCost"]!.GetValue<decimal>();
        Assert.True(Promotion("DOM.XP") < 0m);
        Assert.Equal(0m, Promotion("DOM.EP"));
    }

    [Fact]
    public async Task A_group_goes_to_a_manifest_for_each_region_that_is_ready_in_its_time_and_bills_what_its_shipments_cost()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var kept = await CreateAsync(carrier, Group, "a");
        await CreateAsync(carrier, Group, "b");
        var usa = RawCarrier.Sample("create-shipment/request-us-declaration-both-spellings.json");
        foreach (string member in (string[])["transmitShipment", "providePricingInfo", "provideReceiptInfo"])
        {
            usa.Remove(member);
        }

        usa["groupId"] = "WH1-20261002";
        var (_, us) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", usa);
        Assert.NotNull(us!["shipmentId"]);

        var (_, links) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002", kept));
        string manifest = links![0]!["href"]!.GetValue<string>();
        var (_, early) = await carrier.SendAsync(HttpMethod.Get, manifest);
        clock.Advance(TimeSpan.FromMilliseconds(350));
        var (_, ready) = await carrier.SendAsync(HttpMethod.Get, manifest);
        var (_, details) = await carrier.SendAsync(HttpMethod.Get, manifest + "/details");
        var (_, shipments) = await carrier.SendAsync(HttpMethod.Get, ready!["links"]![3]!["href"]!.GetValue<string>());
        var (_, price) = await carrier.SendAsync(HttpMethod.Get, shipments![0]!["href"]!.GetValue<string>() + "/price");
        var (_, groups) = await carrier.SendAsync(HttpMethod.Get, carrier.Owner + "/groups");
        var (_, left) = await carrier.SendAsync(HttpMethod.Get, groups![0]!["link"]!["href"]!.GetValue<string>());

        Assert.Equal(2, links.AsArray().Count);
        Assert.Equal(["9153"], RawCarrier.Codes(early));
        Assert.Single(shipments.AsArray());
        var billed = details!["manifestPricingInfo"]!;
        Assert.Equal(price!["dueAmount"]!.GetValue<decimal>(), billed["totalDueCpc"]!.GetValue<decimal>());
        Assert.Equal(
            billed["totalDueCpc"]!.GetValue<decimal>(),
            ((string[])["baseCost", "automationDiscount", "optionsAndSurcharges", "gst", "pst", "hst"]).Sum(name => billed[name]!.GetValue<decimal>()));
        Assert.EndsWith(kept, Assert.Single(left!.AsArray())!["href"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("9118", """{"groupIds":["nobody"]}""")]
    [InlineData("9119", """{"excludedShipments":["1"]}""")]
    [InlineData("9109 9118", """{"groupIds":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21","22","23","24","25","26","27","28","29","30","31","32","33","34","35","36","37","38","39","40","41","42","43","44","45","46","47","48","49","50","51"]}""")]
    [InlineData("9186 9189", """{"shippingPointId":"0349"}""")]
    [InlineData("9186", """{"requestedShippingPoint":null,"shippingPointId":"0349","cpcPickupIndicator":true}""")]
    [InlineData("9189 9187", """{"requestedShippingPoint":null,"cpcPickupIndicator":true}""")]
    [InlineData("7312", """{"methodOfPayment":"SupplierAccount"}""")]
    [InlineData("9189", """{"requestedShippingPoint":null}""")]
    [InlineData("1711", """{"methodOfPayment":"Cash"}""")]
    public async Task A_wrong_transmission_is_refused_and_transmits_nothing(string codes, string members)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        await CreateAsync(carrier, Group, "a");
        var request = Transmission("WH1-20261002");
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            if (value is null)
            {
                request.Remove(name);
            }
            else
            {
                request[name] = value.DeepClone();
            }
        }

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", request);
        var (_, open) = await carrier.SendAsync(HttpMethod.Get, carrier.Owner + "/shipments?group-id=WH1-20261002");

        Assert.Equal(codes.Split(' '), RawCarrier.Codes(body));
        Assert.Single(open!.AsArray());
    }

    [Fact]
    public async Task A_transmission_repeated_after_a_lost_answer_finds_nothing_left()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        await CreateAsync(carrier, Group, "a");

        await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002"));
        var (_, again) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002"));

        Assert.Equal(["9122"], RawCarrier.Codes(again));
    }

    [Fact]
    public async Task Before_the_manifest_a_shipment_is_voided_and_after_it_only_a_refund_ticket_is_left()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        string voided = await CreateAsync(carrier, Group, "a");
        string transmitted = await CreateAsync(carrier, Group, "b");
        var email = new JsonObject { ["email"] = "refunds@example.com" };

        var (_, tooEarly) = await carrier.SendAsync(HttpMethod.Post, $"{carrier.Owner}/shipments/{voided}/refund", email.DeepClone());
        var (first, _) = await carrier.SendAsync(HttpMethod.Delete, $"{carrier.Owner}/shipments/{voided}");
        var (second, _) = await carrier.SendAsync(HttpMethod.Delete, $"{carrier.Owner}/shipments/{voided}");
        await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002"));
        var (_, tooLate) = await carrier.SendAsync(HttpMethod.Delete, $"{carrier.Owner}/shipments/{transmitted}");
        var (_, ticket) = await carrier.SendAsync(HttpMethod.Post, $"{carrier.Owner}/shipments/{transmitted}/refund", email.DeepClone());
        var (_, twice) = await carrier.SendAsync(HttpMethod.Post, $"{carrier.Owner}/shipments/{transmitted}/refund", email.DeepClone());
        var (_, details) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{transmitted}/details");

        Assert.Equal(["7291"], RawCarrier.Codes(tooEarly));
        Assert.Equal(HttpStatusCode.NoContent, first);
        Assert.Equal(HttpStatusCode.NotFound, second);
        Assert.Equal(["8064"], RawCarrier.Codes(tooLate));
        Assert.Equal("0123456789", ticket!["serviceTicketId"]!.GetValue<string>());
        Assert.Equal(["7292"], RawCarrier.Codes(twice));
        Assert.Equal("0123456789", details!["shipmentDetail"]!["refundRequestInfo"]!["serviceTicketId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Labels_used_without_a_manifest_are_billed_with_a_fee_and_leave_an_empty_manifest()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        string id = await CreateAsync(carrier, Group, "a");
        var (_, before) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{id}/price");

        await bench.Control.PostAsync("/_control/bill-untransmitted", null);
        var (_, after) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{id}/price");
        var (_, links) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002"));
        var (_, manifest) = await carrier.SendAsync(HttpMethod.Get, links![0]!["href"]!.GetValue<string>());

        string[] codes = [.. after!["adjustments"]!.AsArray().Select(line => line!["adjustmentCode"]!.GetValue<string>())];
        Assert.Contains("PURFEE", codes);
        Assert.DoesNotContain("AUTDISC", codes);
        Assert.True(after["dueAmount"]!.GetValue<decimal>() > before!["dueAmount"]!.GetValue<decimal>() + 2m);
        Assert.Equal("EMPTY", manifest!["poNumber"]!.GetValue<string>());
        Assert.Equal(["self", "artifact"], manifest["links"]!.AsArray().Select(link => link!["rel"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("?from=20261101", "9105")]
    [InlineData("?from=20261130&to=20261101", "9116")]
    public async Task Manifests_are_listed_between_two_days(string query, string code)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);

        var (_, body) = await carrier.SendAsync(HttpMethod.Get, carrier.Owner + "/manifests" + query);

        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Fact]
    public async Task Tracking_begins_with_the_transmission_and_advances_with_the_clock_to_the_delivery()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        var request = RawCarrier.Sample(Group);
        request["deliverySpec"]!["settlementInfo"] = JsonNode.Parse("""{"contractId":"0040662505","intendedMethodOfPayment":"Account"}""");
        var (_, created) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        string path = $"/tracking/v1/pins/{created!["trackingPin"]!.GetValue<string>()}";

        var (_, before) = await carrier.SendAsync(HttpMethod.Get, path + "/details");
        var (_, summary) = await carrier.SendAsync(HttpMethod.Get, path + "/summaries");
        await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002"));
        var (_, atOnce) = await carrier.SendAsync(HttpMethod.Get, path + "/details");
        clock.Advance(TimeSpan.FromMinutes(50));
        await bench.Control.PostAsync("/_control/expire-tokens", null);
        clock.Advance(TimeSpan.FromDays(14));
        var later = new RawCarrier(bench, EmulatedAccount.Platform);
        var (_, delivered) = await later.SendAsync(HttpMethod.Get, path + "/details", french: true);

        Assert.False(before!["activeExists"]!.GetValue<bool>());
        Assert.Equal("004", summary![0]!["error"]!["code"]!.GetValue<string>());
        Assert.Equal(["3000"], Identifiers(atOnce));
        Assert.Equal(["1421", "0174", "0100", "0100", "1302", "3000"], Identifiers(delivered));
        Assert.Equal("Livré à la porte du destinataire", delivered!["significantEvents"]![0]!["eventDescription"]!.GetValue<string>());
    }

    /// <summary>A test app has one number for all its shipments.</summary>
    [Theory]
    [InlineData("summaries")]
    [InlineData("details")]
    public async Task A_number_that_two_parcels_have_tells_of_neither(string what)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        await CreateAsync(carrier, Group, "a");
        var (alone, _) = await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/pins/123456789012/" + what);
        await CreateAsync(carrier, Group, "b");

        var (status, body) = await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/pins/123456789012/" + what);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (alone, status));
        Assert.Equal(["002"], RawCarrier.Codes(body));
    }

    [Theory]
    [InlineData("/shipments/1")]
    [InlineData("/shipments/1/price")]
    [InlineData("/shipments/1/details")]
    [InlineData("/manifests/1")]
    [InlineData("/manifests/1/details")]
    public async Task What_the_customer_does_not_have_is_not_found_and_says_so_in_both_languages(string path)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);

        var (status, body) = await carrier.SendAsync(HttpMethod.Get, carrier.Owner + path);
        var (_, french) = await carrier.SendAsync(HttpMethod.Get, carrier.Owner + path, french: true);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(["9999"], RawCarrier.Codes(body));
        Assert.Equal("Introuvable.", french!["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Neither_another_customer_nor_a_grouped_shipment_has_what_belongs_to_one_charged_at_once()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        string id = await CreateAsync(carrier, Group, "a");
        var stranger = new RawCarrier(bench, EmulatedAccount.Platform);

        var (others, _) = await stranger.SendAsync(HttpMethod.Get, $"{stranger.Owner}/shipments/{id}");
        var (receipt, _) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{id}/receipt");
        var (key, _) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{id}/qr-code");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (others, receipt, key));
    }

    [Theory]
    [InlineData("?reference-number=x", "006")]
    [InlineData("?reference-number=x&mailing-date-from=2026-09-01&mailing-date-to=2026-11-02", "008")]
    public async Task A_search_by_reference_wants_days_at_most_two_months_apart(string query, string code)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);

        var (_, body) = await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/refs/summaries" + query);

        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Fact]
    public async Task The_twenty_first_tracking_call_within_a_minute_is_throttled()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        for (int call = 0; call < 20; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/pins/7023210000000000/details")).Status);
        }

        var (throttled, body) = await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/pins/7023210000000000/details");
        clock.Advance(TimeSpan.FromSeconds(60));
        var (served, _) = await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/pins/7023210000000000/details");

        Assert.Equal(HttpStatusCode.TooManyRequests, throttled);
        Assert.Equal("Rejected by SLM Monitor", body!["errors"]![0]!["message"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, served);
    }

    [Fact]
    public async Task A_product_the_app_did_not_subscribe_to_answers_401()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.WithoutCard);

        var (status, body) = await carrier.SendAsync(HttpMethod.Get, "/tracking/v1/pins/7023210000000000/details");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("401", body!["httpCode"]!.GetValue<string>());
    }

    [Fact]
    public async Task After_ninety_days_a_shipment_is_forgotten()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock);
        string id = await CreateAsync(new RawCarrier(bench, EmulatedAccount.Test), Group, "a");
        clock.Advance(TimeSpan.FromDays(90) + TimeSpan.FromSeconds(1));
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);

        Assert.Equal(HttpStatusCode.NotFound, (await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{id}")).Status);
    }

    [Fact]
    public async Task After_ninety_days_a_manifest_is_listed_no_more_and_what_is_left_in_a_group_cannot_be_transmitted()
    {
        var clock = new FakeTimeProvider(Monday);
        await using var bench = await CarrierBench.StartAsync(clock);
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        string kept = await CreateAsync(carrier, Group, "a");
        await CreateAsync(carrier, Group, "b");
        await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002", kept));
        string days = $"/manifests?from={Monday:yyyyMMdd}&to={Monday:yyyyMMdd}";
        Assert.Single((await carrier.SendAsync(HttpMethod.Get, carrier.Owner + days)).Body!.AsArray());

        clock.Advance(TimeSpan.FromDays(90) + TimeSpan.FromSeconds(1));
        carrier = new RawCarrier(bench, EmulatedAccount.Test);

        Assert.Empty((await carrier.SendAsync(HttpMethod.Get, carrier.Owner + days)).Body!.AsArray());
        var (status, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", Transmission("WH1-20261002"));
        Assert.Equal((HttpStatusCode.BadRequest, "9122"), (status, body!["errors"]![0]!["errorCode"]!.GetValue<string>()));
    }

    private static string[] Identifiers(JsonNode? details) => [.. details!["significantEvents"]!.AsArray().Select(happened => happened!["eventIdentifier"]!.GetValue<string>())];

    private static async Task<string> CreateAsync(RawCarrier carrier, string sample, string requestId)
    {
        var request = RawCarrier.Sample(sample);
        request["customerRequestId"] = requestId;
        var (status, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        return body!["shipmentId"]!.GetValue<string>();
    }

    private static JsonObject Transmission(string group, string? excluded = null)
    {
        var request = JsonNode.Parse("""
            {"requestedShippingPoint":"M5H2N2","detailedManifests":true,"methodOfPayment":"Account",
             "manifestAddress":{"manifestCompany":"OneBalance Test","phoneNumber":"416-555-0100",
             "addressDetails":{"addressLine1":"1 Example Street","city":"Toronto","provState":"ON","postalZipCode":"M5H2N2"}}}
            """)!.AsObject();
        request["groupIds"] = new JsonArray(group);
        if (excluded is not null)
        {
            request["excludedShipments"] = new JsonArray(excluded);
        }

        return request;
    }
}
