using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using CanadaPostEmulator = OneBalance.Web.Emulators.CanadaPost.CanadaPostEmulator;
using EmulatedAccount = OneBalance.Web.Emulators.CanadaPost.EmulatedAccount;
using RateRequest = OneBalance.Web.Features.Carriers.RateRequest;
using ShipmentOption = OneBalance.Web.Features.Carriers.ShipmentOption;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

public sealed class ContractTests
{
    private const Language En = Language.English;

    private static readonly Contract Contract = Contract.Load();

    [Fact]
    public async Task Every_request_sent_and_every_answer_given_has_the_shape_of_the_contract_and_no_operation_is_left_out()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var platform = await CarrierBench.StartAsync(clock);
        await WalkAsync(platform, clock);
        await using var small = await CarrierBench.StartAsync(clock, options => SmallBusiness(options));
        await WalkSmallBusinessAsync(small);

        var seen = new HashSet<string>();
        foreach (var turn in platform.Wire.Turns.Concat(small.Wire.Turns))
        {
            var findings = Contract.Check(turn, CanadaPostEmulator.GatewayPath, answer: true).ToList();
            Assert.True(findings.Count == 0, string.Join('\n', findings));
            seen.Add(Contract.Find(turn.Method.Method, turn.Address.AbsolutePath[CanadaPostEmulator.GatewayPath.Length..])!.Id);
        }

        Assert.Empty(Contract.OperationIds.Except(seen));
    }

    [Fact]
    public void The_contract_check_itself_can_fail()
    {
        var body = JsonNode.Parse("""{"customerRequestId":"x","groupId":"g","transmitShipment":false,"surprise":1}""");

        var findings = Contract.Check("CreateShipmentRequest", body);

        Assert.Contains("$.deliverySpec is missing", findings);
        Assert.Contains("$.surprise is not known", findings);
        Assert.Contains("$.transmitShipment is not true", findings);
        Assert.Contains("$ does not fit exactly one of oneOf", findings);
    }

    [Fact]
    public void A_misspelt_member_of_an_inner_object_is_found_though_the_carrier_would_lose_it_silently()
    {
        var body = JsonNode.Parse(File.ReadAllText(Path.Combine(Contract.Folder, "samples", "create-shipment", "request-group-deposit-account.json")))!;
        body["deliverySpec"]!["preferences"]!["showPostageRates"] = true;

        Assert.Equal(["$.deliverySpec.preferences.showPostageRates is not known"], Contract.Check("CreateShipmentRequest", body));
    }

    [Fact]
    public void The_emulators_copy_of_the_request_schemas_is_the_contracts()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "TestData", "CanadaPost", "emulated-requests.json");
        var copy = JsonNode.Parse(File.ReadAllText(file))!.AsObject();

        Assert.All(copy, schema => Assert.True(
            JsonNode.DeepEquals(Sorted(Stripped(Contract.Schemas[schema.Key]!)), Sorted(schema.Value!)), $"{schema.Key} differs: {Sorted(Stripped(Contract.Schemas[schema.Key]!))!.ToJsonString()} {Sorted(schema.Value!)!.ToJsonString()}"));
        Assert.Superset(new HashSet<string> { "RateRequest", "CreateShipmentRequest", "RefundRequest", "TransmitRequest" }, copy.Select(schema => schema.Key).ToHashSet());
    }

    public static TheoryData<string, string> Samples()
    {
        var data = new TheoryData<string, string>();
        foreach (var entry in JsonNode.Parse(File.ReadAllText(Path.Combine(Contract.Folder, "samples", "index.json")))!.AsArray())
        {
            string file = entry!["file"]!.GetValue<string>();
            if (entry["schema"]?.GetValue<string>() is { Length: > 0 } schema && file.EndsWith(".json", StringComparison.Ordinal) && !file.StartsWith("_invalid", StringComparison.Ordinal))
            {
                data.Add(file, schema);
            }
        }

        return data;
    }

    /// <summary>Described members that the product has no use for, as schema and path; everything else of a sample must be read.</summary>
    private static readonly HashSet<string> NotRead =
    [
        "TokenResponse.token_type",
        "CreateShipmentRequest.deliverySpec.customs.dutiesAndTaxesPrepaid",
        "ShipmentDetails.shipmentDetail.expectedMailingDate",
        "ShipmentDetails.shipmentDetail.deliverySpec.printPreferences",
        "ShipmentDetails.shipmentDetail.deliverySpec.preferences",
        "ShipmentDetails.shipmentDetail.deliverySpec.references",
        "ShipmentDetails.shipmentDetail.deliverySpec.settlementInfo",
        "TrackingDetails.deliveryOptions",
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_body_fits_the_contract_and_reads_whole(string file, string schema)
    {
        byte[] body = File.ReadAllBytes(Path.Combine(Contract.Folder, "samples", file));
        var sample = JsonNode.Parse(body);

        // One sample carries a member that nobody described: it is there to be ignored.
        (sample as JsonObject)?.Remove("unknownMember");
        Assert.Empty(Contract.Check(schema, sample));
        object? read = schema switch
        {
            "PriceQuoteList" => WireJson.TryRead<IReadOnlyList<PriceQuote>>(body),
            "ServiceList" => WireJson.TryRead<IReadOnlyList<ServiceEntry>>(body),
            "ServiceDetail" => WireJson.TryRead<ServiceDetail>(body),
            "OptionDetail" => WireJson.TryRead<OptionDetail>(body),
            "CreateShipmentResponse" or "ShipmentInfo" => WireJson.TryRead<ShipmentInfo>(body),
            "ShipmentLinkList" or "ManifestLinkList" => WireJson.TryRead<IReadOnlyList<Link>>(body),
            "ShipmentPrice" or "ShipmentPriceAnswer" => WireJson.TryRead<IReadOnlyList<ShipmentPrice>>(body),
            "ShipmentReceipt" => WireJson.TryRead<ShipmentReceipt>(body),
            "ShipmentDetails" => WireJson.TryRead<ShipmentDetails>(body),
            "PublicKeyInfo" => WireJson.TryRead<PublicKeyInfo>(body),
            "GroupList" => WireJson.TryRead<IReadOnlyList<GroupEntry>>(body),
            "ManifestInfo" => WireJson.TryRead<ManifestInfo>(body),
            "ManifestDetails" => WireJson.TryRead<ManifestDetails>(body),
            "PinSummaryList" => WireJson.TryRead<IReadOnlyList<PinSummary>>(body),
            "TrackingDetails" => WireJson.TryRead<TrackingDetails>(body),
            "InfoMessageList" => WireJson.TryRead<IReadOnlyList<InfoMessage>>(body),
            "ErrorAnswer" => WireJson.TryRead<ErrorAnswer>(body),
            "RefundInfo" => WireJson.TryRead<RefundInfo>(body),
            "RateRequest" => WireJson.TryRead<OneBalance.Web.Integrations.CanadaPost.Wire.RateRequest>(body),
            "CreateShipmentRequest" => WireJson.TryRead<CreateShipmentRequest>(body),
            "TransmitRequest" => WireJson.TryRead<TransmitRequest>(body),
            "RefundRequest" => WireJson.TryRead<RefundRequest>(body),
            "TokenResponse" => WireJson.TryRead<CanadaPostTokens.TokenWire>(body),
            // What a gateway says of our credentials is not read: its status says it.
            "OAuthErrorAnswer" or "UnauthorizedAnswer" => sample,
            _ => throw new InvalidOperationException($"What reads {schema}?"),
        };

        Assert.NotNull(read);
        var again = read as JsonNode ?? System.Text.Json.JsonSerializer.SerializeToNode(read, read.GetType(), WireJson.Writing);
        var lost = Lost(sample, again, schema).ToList();
        Assert.True(lost.Count == 0, string.Join('\n', lost));
        if (schema.EndsWith("Request", StringComparison.Ordinal))
        {
            Assert.Empty(OneBalance.Web.Emulators.CanadaPost.Contract.RequestContract.Check(schema, sample));
        }
    }

    /// <summary>What stands in a sample and not in what was read of it, by path; a list of one may have stood alone.</summary>
    private static IEnumerable<string> Lost(JsonNode? sample, JsonNode? read, string path) => (sample, read) switch
    {
        (null, _) => [],
        (not JsonArray, JsonArray { Count: 1 } only) => Lost(sample, only[0], path),
        (JsonObject members, JsonObject known) => members.SelectMany(member =>
            NotRead.Contains($"{path}.{member.Key}") ? [] : Lost(member.Value, known[member.Key], $"{path}.{member.Key}")),
        (JsonArray items, JsonArray known) when items.Count == known.Count => items.SelectMany((item, index) => Lost(item, known[index], path)),
        (JsonValue scalar, JsonValue known) when Same(scalar.ToString(), known.ToString()) => [],
        (JsonValue scalar, null) when scalar.ToString().Length == 0 => [],
        _ => [$"{path}: {sample?.ToJsonString()} was read as {read?.ToJsonString() ?? "nothing"}"],
    };

    private static bool Same(string written, string read) =>
        written == read || (decimal.TryParse(written, System.Globalization.CultureInfo.InvariantCulture, out decimal one) && decimal.TryParse(read, System.Globalization.CultureInfo.InvariantCulture, out decimal other) && one == other);

    private static void SmallBusiness(CanadaPostOptions options)
    {
        options.ClientId = EmulatedAccount.SmallBusiness.ClientId;
        options.ClientSecret = EmulatedAccount.SmallBusiness.ClientSecret;
        options.CustomerNumber = EmulatedAccount.SmallBusiness.CustomerNumber;
        options.ContractId = "";
        options.MethodOfPayment = "CreditCard";
        options.TransmitShipment = true;
    }

    /// <summary>Everything a contract customer does, from a price to a delivered parcel.</summary>
    private static async Task WalkAsync(CarrierBench bench, FakeTimeProvider clock)
    {
        var carrier = bench.Get<ICarrier>();
        var api = bench.Get<CanadaPostApi>();
        (await carrier.GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", Orders.Small, [new ShipmentOption("SO"), new ShipmentOption("COV", new Money(500_00))]), En, default)).Confirmed();
        (await carrier.GetRatesAsync(new RateRequest("M5H2N2", "10001-1234", "US", Orders.Small, []), En, default)).Confirmed();
        (await carrier.GetRatesAsync(new RateRequest("M5H2N2", "100-0001", "JP", new Parcel(2500, 1200, 400, 300), []), Language.French, default)).Confirmed();
        await carrier.GetRatesAsync(new RateRequest("M5H2N2", "R3W1A1", "CA", new Parcel(31_000, 100, 100, 100), []), En, default);
        (await api.DiscoverServicesAsync("CA", En, default)).Confirmed();
        (await api.GetServiceAsync("INT.XP", "JP", Language.French, default)).Confirmed();
        (await api.GetOptionAsync("SO", En, default)).Confirmed();

        var group = new List<CarrierShipment>();
        foreach (var order in new[]
        {
            Orders.To(Orders.Winnipeg, options: [new ShipmentOption("SO"), new ShipmentOption("COV", new Money(250_00))]),
            Orders.To(Orders.Winnipeg with { Phone = "204-555-0100" }, options: [new ShipmentOption("PA19"), new ShipmentOption("D2PO", null, "0000311545")]) with { RecipientEmail = "recipient@example.com" },
            Orders.To(Orders.Winnipeg, "DOM.PC", options: [new ShipmentOption("LAD")]) with { RecipientEmail = "recipient@example.com" },
            Orders.To(Orders.NewYork, "USA.XP", Orders.Books("0rd4dpkrvc1y9") with { Currency = "USD", UnitsForOneCad = 0.731245m }, options: [new ShipmentOption("COV", new Money(40_00))]),
            Orders.To(Orders.NewYork, "USA.TP", Orders.Books()),
            Orders.To(Orders.Tokyo, "INT.XP", Orders.Books()),
        })
        {
            group.Add((await carrier.CreateShipmentAsync(order, En, default)).Confirmed());
            (await carrier.CreateShipmentAsync(order, En, default)).Confirmed();
        }

        var first = (await api.GetShipmentAsync(group[0].ShipmentId, En, default)).Confirmed();
        (await api.GetShipmentsByTrackingPinAsync(first.TrackingPin!, En, default)).Confirmed();
        (await api.GetShipmentsByGroupIdAsync("m1-20261123", En, default)).Confirmed();
        (await api.GetShipmentsWithoutManifestAsync(new DateOnly(2026, 11, 22), 10, En, default)).Confirmed();
        (await carrier.GetDocumentAsync(group[0].LabelLink, "application/pdf", default)).Confirmed();
        var voided = (await carrier.CreateShipmentAsync(Orders.To(Orders.Winnipeg), En, default)).Confirmed();
        Assert.False((await carrier.VoidShipmentAsync(voided.ShipmentId, En, default)).Confirmed().Gone);
        Assert.True((await carrier.VoidShipmentAsync(voided.ShipmentId, En, default)).Confirmed().Gone);
        Assert.Single((await api.GetGroupsAsync(En, default)).Confirmed());

        var transmit = new TransmitRequest(["m1-20261123"], "M5H2N2", null, true, "Account",
            new ManifestAddress("OneBalance Test", null, "416-555-0100", new AddressDetails("1 Example Street", null, "Toronto", "ON", "CA", "M5H2N2")));
        var manifests = (await api.TransmitShipmentsAsync(transmit, En, default)).Confirmed();
        Assert.Equal(3, manifests.Count);
        Assert.IsType<CarrierReply<ManifestInfo>.Refused>(await api.GetManifestAsync(manifests[0], En, default));
        clock.Advance(TimeSpan.FromSeconds(5));
        (await api.GetManifestsAsync(new DateOnly(2026, 11, 23), new DateOnly(2026, 11, 24), En, default)).Confirmed();
        foreach (var link in manifests)
        {
            var manifest = (await api.GetManifestAsync(link, En, default)).Confirmed();
            (await api.GetManifestDetailsAsync(manifest.LinkOf("details")!, En, default)).Confirmed();
            (await api.GetArtifactAsync(manifest.LinkOf("artifact")!, En, default)).Confirmed();
            string id = link.Href!.Split('/')[^1];
            (await api.GetShipmentsByManifestIdAsync(id, En, default)).Confirmed();
        }

        (await api.RequestRefundAsync(group[0].ShipmentId, new RefundRequest("refunds@example.com"), En, default)).Confirmed();
        Assert.IsType<CarrierReply<VoidConfirmation>.Refused>(await carrier.VoidShipmentAsync(group[0].ShipmentId, En, default));
        clock.Advance(TimeSpan.FromHours(20));
        (await api.GetTrackingSummaryByPinAsync(first.TrackingPin!, En, default)).Confirmed();
        (await api.GetTrackingDetailsByPinAsync(first.TrackingPin!, Language.French, default)).Confirmed();
        (await api.GetTrackingDetailsByPinAsync("7023210000000000", En, default)).Confirmed();
        (await api.GetTrackingSummaryByDncAsync("123456789012345", En, default)).Confirmed();
        (await api.GetTrackingDetailsByDncAsync("123456789012345", En, default)).Confirmed();
        (await api.GetTrackingSummaryByReferenceAsync("OB-0001", new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30), "R3W1A1", En, default)).Confirmed();
        await bench.SwitchAsync(new { outage = "Maintenance on Saturday." });
        (await api.GetServiceInfoAsync(En, default)).Confirmed();
    }

    /// <summary>What only a customer without a manifest agreement does: pays at once, has a receipt, may make a public key.</summary>
    private static async Task WalkSmallBusinessAsync(CarrierBench bench)
    {
        var api = bench.Get<CanadaPostApi>();
        var order = Orders.To(Orders.Winnipeg);
        var bought = (await bench.Get<ICarrier>().CreateShipmentAsync(order, En, default)).Confirmed();
        Assert.True(bought.Transmitted);
        var shipment = (await api.GetShipmentAsync(bought.ShipmentId, En, default)).Confirmed();
        (await api.GetShipmentReceiptAsync(shipment.LinkOf("receipt")!, En, default)).Confirmed();
        var options = bench.Get<Microsoft.Extensions.Options.IOptions<CanadaPostOptions>>().Value;
        var request = ToWire.Shipment(Orders.To(Orders.Winnipeg), options);
        var withKey = request with
        {
            CreatePublicKey = true,
            CreateQrCode = true,
            DeliverySpec = request.DeliverySpec with { PrintPreferences = new PrintPreferences("8.5x11", "PDF") },
        };
        var created = (await api.CreateShipmentAsync(withKey, null, En, default)).Confirmed();
        (await api.GetPublicKeyInfoAsync(created.LinkOf("publicKeyInfo")!, En, default)).Confirmed();
    }

    private static JsonNode Stripped(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members
            .Where(member => !(member.Key.StartsWith("x-", StringComparison.Ordinal) || member.Key is "description" or "examples" or "default") || (member.Value is JsonObject && member.Key != "examples"))
            .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : (JsonNode?)Stripped(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Stripped(item))]),
        _ => node.DeepClone(),
    };

    /// <summary>Numbers in one spelling, members in one order.</summary>
    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : (JsonNode?)Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };
}
