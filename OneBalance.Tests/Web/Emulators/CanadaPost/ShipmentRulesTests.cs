using System.Net;
using System.Text.Json.Nodes;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>The carrier's rules with their codes, one violation a row, over HTTP and in both languages.</summary>
public sealed class ShipmentRulesTests
{
    private const string Group = "create-shipment/request-group-deposit-account.json";
    private const string Transmit = "create-shipment/request-transmit-creditcard.json";
    private const string Abroad = "create-shipment/request-international-collection.json";
    private const string UnitedStates = "create-shipment/request-us-declaration-both-spellings.json";
    private const string Office = "create-shipment/request-d2po.json";
    private const string Quick = "create-shipment/request-quickship.json";
    private const string Zpl = "create-shipment/request-zpl-4x6.json";
    private const string Return = "create-shipment/request-return-label.json";

    [Theory]
    [InlineData(Group)]
    [InlineData(Transmit)]
    [InlineData(Abroad)]
    [InlineData(UnitedStates)]
    [InlineData(Office)]
    [InlineData(Quick)]
    [InlineData(Zpl)]
    [InlineData(Return)]
    [InlineData("create-shipment/request-us-zonos-key-in-header.json")]
    public async Task A_sound_request_is_accepted(string sample)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);

        var (status, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", RawCarrier.Sample(sample), zonosKey: "key");

        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        Assert.Equal("123456789012", body!["trackingPin"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("1156", Group, "deliverySpec.destination.addressDetails.addressLine1", null)]
    [InlineData("1157", Group, "deliverySpec.destination.addressDetails.city", null)]
    [InlineData("1159", Group, "deliverySpec.destination.addressDetails.provState", null)]
    [InlineData("7282", Group, "deliverySpec.destination.name", null)]
    [InlineData("7282", Abroad, "deliverySpec.destination", """{"clientVoiceNumber":"1","addressDetails":{"addressLine1":"a","countryCode":"CN"}}""")]
    [InlineData("7266", Group, "deliverySpec.destination.addressDetails.postalZipCode", "\"R3W 1A1\"")]
    [InlineData("7042", UnitedStates, "deliverySpec.destination.addressDetails.postalZipCode", "\"1000\"")]
    [InlineData("10033", Abroad, "deliverySpec.destination.addressDetails.countryCode", "\"XX\"")]
    [InlineData("E0030", Abroad, "deliverySpec.destination.clientVoiceNumber", null)]
    [InlineData("10028", Group, "deliverySpec.serviceCode", "\"DOM.NONE\"")]
    [InlineData("7289", Group, "deliverySpec.serviceCode", "\"DOM.LIB\"")]
    [InlineData("9112 8718", Group, "deliverySpec.serviceCode", "\"INT.SP.AIR\"")]
    [InlineData("9162", Group, "deliverySpec.parcelCharacteristics.dimensions", null)]
    [InlineData("9111", Group, "deliverySpec.parcelCharacteristics.weight", "30.001")]
    [InlineData("9189", Group, "shippingPointId", null)]
    [InlineData("9188", Group, "shippingPointId", "\"ZZZZ\"")]
    [InlineData("9186", Group, "cpcPickupIndicator", "true")]
    [InlineData("9186 9189", Group, "requestedShippingPoint", "\"M5H2N2\"")]
    [InlineData("2506", Group, "deliverySpec.settlementInfo.contractId", null)]
    [InlineData("2550", Group, "deliverySpec.settlementInfo.contractId", "\"99\"")]
    [InlineData("1702", Group, "deliverySpec.settlementInfo.contractId", "\"0040662505\"")]
    [InlineData("2561", Group, "deliverySpec.settlementInfo.paidByCustomer", "\"7654321\"")]
    [InlineData("1711", Group, "deliverySpec.settlementInfo.intendedMethodOfPayment", "\"Cash\"")]
    [InlineData("7312", Group, "deliverySpec.settlementInfo.intendedMethodOfPayment", "\"SupplierAccount\"")]
    [InlineData("7285", Transmit, "deliverySpec.settlementInfo.cifShipment", "true")]
    [InlineData("E0046", Group, "providePricingInfo", "true")]
    [InlineData("9191", Transmit, "deliverySpec.printPreferences.encoding", "\"ZPL\"")]
    [InlineData("9208", Zpl, "createPublicKey", "true")]
    [InlineData("1719", Group, "deliverySpec.options", """[{"optionCode":"SO"},{"optionCode":"COV","optionAmount":5000.01}]""")]
    [InlineData("2553", Group, "deliverySpec.options", """[{"optionCode":"COD","optionAmount":5000.01}]""")]
    [InlineData("7050", Group, "deliverySpec.options", """[{"optionCode":"COV","optionAmount":100.01}]""")]
    [InlineData("E0040", Group, "deliverySpec.options", """[{"optionCode":"SO"},{"optionCode":"LAD"}]""")]
    [InlineData("E0040", Group, "deliverySpec.options", """[{"optionCode":"COD","optionAmount":10},{"optionCode":"LAD"}]""")]
    [InlineData("E0040", Group, "deliverySpec.options", """[{"optionCode":"SO"},{"optionCode":"SO"}]""")]
    [InlineData("E0040", Group, "deliverySpec.options", """[{"optionCode":"COV"}]""")]
    [InlineData("E0040", Group, "deliverySpec.options", """[{"optionCode":"SO"},{"optionCode":"COV","optionQualifier1":true}]""")]
    [InlineData("E0040", Group, "deliverySpec.options", """[{"optionCode":"COD","optionQualifier1":true}]""")]
    [InlineData("8718", Group, "deliverySpec.options", """[{"optionCode":"RASE"}]""")]
    [InlineData("7230", Office, "quickshipLabelRequested", "true")]
    [InlineData("E0041", Office, "deliverySpec.notification", null)]
    [InlineData("8718", Abroad, "deliverySpec.options", null)]
    [InlineData("8718", UnitedStates, "deliverySpec.options", """[{"optionCode":"RASE"}]""")]
    [InlineData("E0043", Abroad, "deliverySpec.customs", null)]
    [InlineData("1459", Abroad, "deliverySpec.customs.reasonForExport", "\"GIF\"")]
    [InlineData("7322", Abroad, "deliverySpec.customs.currency", "\"XQX\"")]
    [InlineData("2700", UnitedStates, "deliverySpec.customs.skuList.0.unitWeight", "0.451")]
    [InlineData("8048", Return, "returnSpec.returnRecipient.addressDetails.countryCode", "\"US\"")]
    [InlineData("9120", Return, "returnSpec.serviceCode", "\"USA.EP\"")]
    public async Task A_violated_rule_is_refused_with_its_code_in_both_languages(string codes, string sample, string member, string? value)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(sample);
        Change(request, member, value);

        var (status, english) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        var (_, french) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request, french: true);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(codes.Split(' '), RawCarrier.Codes(english));
        Assert.Equal(RawCarrier.Codes(english), RawCarrier.Codes(french));
        Assert.Equal("Validation failed", english!["title"]!.GetValue<string>());
        Assert.Equal("Validation échouée", french!["title"]!.GetValue<string>());
        string[] words = [.. english["errors"]!.AsArray().Select(error => error!["message"]!.GetValue<string>())];
        string[] mots = [.. french["errors"]!.AsArray().Select(error => error!["message"]!.GetValue<string>())];
        Assert.All(words.Zip(mots), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public async Task A_parcel_to_the_United_States_without_key_or_declaration_is_refused()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(UnitedStates);
        Change(request, "deliverySpec.customs.usdeclarationid", null);
        Change(request, "deliverySpec.customs.usDeclarationId", null);

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(["E0044"], RawCarrier.Codes(body));
    }

    [Theory]
    [InlineData("usdeclarationid")]
    [InlineData("usDeclarationId")]
    public async Task A_declaration_counts_under_either_spelling_and_for_one_shipment_only(string spelling)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(UnitedStates);
        Change(request, "deliverySpec.customs." + (spelling == "usDeclarationId" ? "usdeclarationid" : "usDeclarationId"), null);

        var (first, _) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        request["customerRequestId"] = "another";
        var (_, second) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(HttpStatusCode.OK, first);
        Assert.Equal(["E0045"], RawCarrier.Codes(second));
    }

    [Fact]
    public async Task All_violations_come_in_one_answer()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        Change(request, "deliverySpec.destination.addressDetails.city", null);
        Change(request, "deliverySpec.destination.addressDetails.provState", null);
        Change(request, "shippingPointId", null);

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(["9189", "1157", "1159"], RawCarrier.Codes(body));
    }

    [Fact]
    public async Task A_pickup_by_the_carrier_needs_the_postal_code_it_is_picked_up_at()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        Change(request, "shippingPointId", null);
        Change(request, "cpcPickupIndicator", "true");

        var (_, nowhere) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        Change(request, "requestedShippingPoint", "\"M5H2N2\"");
        var (status, _) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(["9189", "9187"], RawCarrier.Codes(nowhere));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    /// <summary>What is said of the size counts only where no size is given.</summary>
    [Theory]
    [InlineData(100.0, true, false)]
    [InlineData(100.1, false, true)]
    public async Task Whether_a_parcel_is_oversized_is_measured_and_not_believed(double length, bool said, bool oversized)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        request["deliverySpec"]!["parcelCharacteristics"] = JsonNode.Parse("""{"weight":1,"dimensions":{"length":1,"width":20,"height":10}}""");
        request["deliverySpec"]!["parcelCharacteristics"]!["dimensions"]!["length"] = length;
        request["deliverySpec"]!["parcelCharacteristics"]!["oversized"] = said;

        var (_, created) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        string path = $"{carrier.Owner}/shipments/{created!["shipmentId"]!.GetValue<string>()}";
        var (_, details) = await carrier.SendAsync(HttpMethod.Get, path + "/details");
        var (_, price) = await carrier.SendAsync(HttpMethod.Get, path + "/price");

        Assert.Equal(oversized, details!["shipmentDetail"]!["deliverySpec"]!["parcelCharacteristics"]!["oversized"]!.GetValue<bool>());
        Assert.Equal(oversized, PricedOptions(price).Contains("UP"));
    }

    [Theory]
    [InlineData("""[{"optionCode":"COD","optionAmount":50}]""", "DC COD HFP")]
    [InlineData("""[{"optionCode":"COD","optionAmount":50},{"optionCode":"HFP"}]""", "DC COD HFP")]
    [InlineData("""[{"optionCode":"COD","optionAmount":50},{"optionCode":"D2PO","optionQualifier2":"0000311545"}]""", "DC COD D2PO")]
    public async Task Money_collected_on_delivery_is_collected_at_a_post_office(string options, string priced)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        Change(request, "deliverySpec.options", options);
        Change(request, "deliverySpec.notification", """{"email":"recipient@example.com","onShipment":true,"onException":true,"onDelivery":true}""");

        var (_, created) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        var (_, price) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments/{created!["shipmentId"]!.GetValue<string>()}/price");

        Assert.Equal(priced.Split(' '), PricedOptions(price));
    }

    [Theory]
    [InlineData("9174", "e0000000000000000000000000000004")]
    [InlineData("1182", "e0000000000000000000000000000005")]
    public async Task A_card_that_is_missing_or_declined_buys_nothing(string code, string client)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.All.Single(account => account.ClientId == client));
        var request = RawCarrier.Sample(Transmit);

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Fact]
    public async Task A_small_business_has_neither_groups_nor_an_account()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.SmallBusiness);
        var request = RawCarrier.Sample(Group);
        Change(request, "deliverySpec.settlementInfo", """{"intendedMethodOfPayment":"Account"}""");

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(["7302", "1711"], RawCarrier.Codes(body));
    }

    [Theory]
    [InlineData("create-neither-group-nor-transmit.json")]
    [InlineData("create-transmit-false.json")]
    [InlineData("create-sender-without-phone.json")]
    [InlineData("create-postal-code-with-space.json")]
    [InlineData("create-empty-options.json")]
    [InlineData("transmit-without-groups.json")]
    public async Task A_body_without_the_contracts_shape_is_refused(string sample)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        string path = sample.StartsWith("transmit", StringComparison.Ordinal) ? "/manifests" : "/shipments";

        var (status, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + path, RawCarrier.Sample("_invalid/" + sample));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.All(RawCarrier.Codes(body), code => Assert.Equal("Server", code));
        Assert.Contains("$", body!["errors"]![0]!["message"]!.GetValue<string>());
    }

    /// <summary>Every kind of finding, the member named in each.</summary>
    [Theory]
    [InlineData("surprise", "1", "$.surprise: unknown member", "$.surprise\u00a0: membre inconnu")]
    [InlineData("deliverySpec.serviceCode", null, "$.deliverySpec.serviceCode: required", "$.deliverySpec.serviceCode\u00a0: obligatoire")]
    [InlineData("deliverySpec.serviceCode", "7", "$.deliverySpec.serviceCode: must be of type \"string\"", "$.deliverySpec.serviceCode\u00a0: doit être de type \"string\"")]
    [InlineData("cpcPickupIndicator", "false", "$.cpcPickupIndicator: must be true", "$.cpcPickupIndicator\u00a0: doit être true")]
    [InlineData("transmitShipment", "true", "$: exactly one of transmitShipment, groupId is required", "$\u00a0: exactement un de transmitShipment, groupId est obligatoire")]
    [InlineData("deliverySpec.options", "[]", "$.deliverySpec.options: at least 1 entries", "$.deliverySpec.options\u00a0: au moins 1 éléments")]
    [InlineData("deliverySpec.references.customerRef1", "\"123456789012345678901234567890123456\"", "$.deliverySpec.references.customerRef1: at most 35 characters", "$.deliverySpec.references.customerRef1\u00a0: au plus 35 caractères")]
    [InlineData("deliverySpec.parcelCharacteristics.weight", "0", "$.deliverySpec.parcelCharacteristics.weight: more than 0", "$.deliverySpec.parcelCharacteristics.weight\u00a0: plus de 0")]
    [InlineData("deliverySpec.parcelCharacteristics.weight", "1000", "$.deliverySpec.parcelCharacteristics.weight: at most 999.999", "$.deliverySpec.parcelCharacteristics.weight\u00a0: au plus 999.999")]
    [InlineData("deliverySpec.parcelCharacteristics.weight", "0.0001", "$.deliverySpec.parcelCharacteristics.weight: must be a multiple of 0.001", "$.deliverySpec.parcelCharacteristics.weight\u00a0: doit être un multiple de 0.001")]
    public async Task A_member_without_the_contracts_shape_is_named_in_the_language_asked_for(string member, string? value, string english, string french)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        Change(request, member, value);

        var (status, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        var (_, corps) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request, french: true);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("Validation échouée", corps!["title"]!.GetValue<string>());
        Assert.Equal(english, Assert.Single(body!["errors"]!.AsArray())!["message"]!.GetValue<string>());
        Assert.Equal(french, Assert.Single(corps["errors"]!.AsArray())!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unknown_member_is_refused_at_the_top_and_ignored_below()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var below = RawCarrier.Sample(Group);
        below["deliverySpec"]!["surprise"] = 1;
        var top = RawCarrier.Sample(Transmit);
        top["surprise"] = 1;

        var (accepted, _) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", below);
        var (refused, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", top);

        Assert.Equal(HttpStatusCode.OK, accepted);
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Contains("surprise", body!["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("?request-id=a&no-manifest=true", "9183")]
    [InlineData("?request-id=a&limit=5", "9185")]
    [InlineData("?request-id=a&date=20261123", "9185")]
    [InlineData("", "9105")]
    public async Task Searches_take_one_criterion(string query, string code)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);

        var (_, body) = await carrier.SendAsync(HttpMethod.Get, carrier.Owner + "/shipments" + query);

        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Fact]
    public async Task A_searched_id_has_at_most_32_characters_though_an_id_may_have_35()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Test);
        var request = RawCarrier.Sample(Group);
        request["customerRequestId"] = new string('a', 35);

        var (created, _) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        var (status, body) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments?request-id={new string('a', 33)}");
        var (_, french) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments?request-id={new string('a', 33)}", french: true);
        var (longest, _) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments?request-id={new string('a', 32)}");

        Assert.Equal(HttpStatusCode.OK, created);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("request-id: at most 32 characters", body!["errors"]![0]!["message"]!.GetValue<string>());
        Assert.Equal("request-id\u00a0: au plus 32 caractères", french!["errors"]![0]!["message"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, longest);
    }

    /// <summary>A published collection of calls spells the names so.</summary>
    [Fact]
    public async Task Searches_take_the_other_spelling_of_their_names()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);
        var request = RawCarrier.Sample(Group);
        request["deliverySpec"]!["settlementInfo"] = JsonNode.Parse("""{"contractId":"0040662505","intendedMethodOfPayment":"Account"}""");
        var (_, grouped) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);
        var direct = RawCarrier.Sample(Transmit);
        var (_, charged) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", direct);

        await FindsAsync("request-id", "requestId", request["customerRequestId"]!.GetValue<string>(), grouped);
        await FindsAsync("tracking-pin", "trackingPIN", grouped!["trackingPin"]!.GetValue<string>(), grouped);
        await FindsAsync("group-id", "groupId", "WH1-20261002", grouped);
        await FindsAsync("no-manifest", "noManifest", "true", charged);
        var (_, links) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", JsonNode.Parse("""
            {"groupIds":["WH1-20261002"],"requestedShippingPoint":"M5H2N2","detailedManifests":true,"methodOfPayment":"Account",
             "manifestAddress":{"manifestCompany":"OneBalance Test","phoneNumber":"416-555-0100",
             "addressDetails":{"addressLine1":"1 Example Street","city":"Toronto","provState":"ON","postalZipCode":"M5H2N2"}}}
            """));
        await FindsAsync("manifest-id", "manifestId", links![0]!["href"]!.GetValue<string>().Split('/')[^1], grouped);

        async Task FindsAsync(string name, string alias, string value, JsonNode? shipment)
        {
            var (_, found) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments?{name}={value}");
            var (_, again) = await carrier.SendAsync(HttpMethod.Get, $"{carrier.Owner}/shipments?{alias}={value}");
            Assert.EndsWith(shipment!["shipmentId"]!.GetValue<string>(), Assert.Single(found!.AsArray())!["href"]!.GetValue<string>());
            Assert.Equal(found.ToJsonString(), again!.ToJsonString());
        }
    }

    [Fact]
    public async Task Another_customers_number_in_the_address_is_not_permitted()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Platform);

        var (groups, inGroups) = await carrier.SendAsync(HttpMethod.Get, "/shipping/v1/0001234567/0001234567/groups");
        var (shipments, inShipments) = await carrier.SendAsync(HttpMethod.Get, "/shipping/v1/0001234567/0001234567/shipments?request-id=a");

        Assert.Equal(HttpStatusCode.BadRequest, groups);
        Assert.Equal(HttpStatusCode.Forbidden, shipments);
        Assert.Equal(["AA003"], RawCarrier.Codes(inGroups));
        Assert.Equal(["AA003"], RawCarrier.Codes(inShipments));
    }

    private static string[] PricedOptions(JsonNode? price) => [.. price!["pricedOptions"]!.AsArray().Select(option => option!["optionCode"]!.GetValue<string>())];

    /// <summary>Sets the member at a dotted path, or takes it out when the value is null.</summary>
    private static void Change(JsonObject body, string member, string? value)
    {
        string[] path = member.Split('.');
        JsonNode at = body;
        foreach (string step in path[..^1])
        {
            at = at is JsonArray items ? items[int.Parse(step)]! : at[step]!;
        }

        if (value is null)
        {
            at.AsObject().Remove(path[^1]);
        }
        else
        {
            at[path[^1]] = JsonNode.Parse(value);
        }
    }
}
