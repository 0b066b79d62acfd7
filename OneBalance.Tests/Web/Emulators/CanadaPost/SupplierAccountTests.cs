using System.Net;
using System.Text.Json.Nodes;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>Paying from an account with a supplier: who may, and that an amount taken beforehand is the amount due.</summary>
public sealed class SupplierAccountTests
{
    private const string Transmit = "create-shipment/request-transmit-creditcard.json";

    public static TheoryData<string, string> Payers => new()
    {
        { "7312", EmulatedAccount.Test.ClientId },
        { "7313", EmulatedAccount.NoSupplier.ClientId },
        { "7317", EmulatedAccount.SuppliedByAnother.ClientId },
    };

    [Theory, MemberData(nameof(Payers))]
    public async Task Only_the_supplier_that_issued_the_customers_account_pays_from_it(string code, string client)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.All.Single(account => account.ClientId == client));

        var (status, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", Request());
        var (_, french) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", Request(), french: true);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([code], RawCarrier.Codes(body));
        Assert.NotEqual(body!["errors"]![0]!["message"]!.GetValue<string>(), french!["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(Payers))]
    public async Task A_manifest_is_paid_from_it_by_nobody_else_either(string code, string client)
    {
        await using var bench = await CarrierBench.StartAsync();
        var account = EmulatedAccount.All.Single(account => account.ClientId == client);
        var carrier = new RawCarrier(bench, account);
        var request = Request();
        request.Remove("transmitShipment");
        request.Remove("providePricingInfo");
        request.Remove("provideReceiptInfo");
        request["groupId"] = "g";
        request["deliverySpec"]!["settlementInfo"] = new JsonObject { ["intendedMethodOfPayment"] = "Account", ["contractId"] = account.Contracts[0] };
        var (created, _) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/manifests", JsonNode.Parse("""
            {"groupIds":["g"],"requestedShippingPoint":"M5H2N2","detailedManifests":true,"methodOfPayment":"SupplierAccount",
             "manifestAddress":{"manifestCompany":"OneBalance Test","phoneNumber":"416-555-0100",
             "addressDetails":{"addressLine1":"1 Example Street","city":"Toronto","provState":"ON","postalZipCode":"M5H2N2"}}}
            """));

        Assert.Equal(HttpStatusCode.OK, created);
        Assert.Equal([code], RawCarrier.Codes(body));
    }

    [Fact]
    public async Task The_receipt_names_the_supplier_and_what_its_account_was_charged()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Supplied);
        var linked = Request("another");
        linked.Remove("provideReceiptInfo");

        var (_, inlined) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", Request());
        var (_, shipment) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", linked);
        var (_, receipt) = await carrier.SendAsync(HttpMethod.Get, shipment!["links"]!.AsArray().Single(link => link!["rel"]!.GetValue<string>() == "receipt")!["href"]!.GetValue<string>());

        var due = inlined!["shipmentPrice"]!["dueAmount"]!.GetValue<decimal>();
        Assert.All(new[] { inlined["shipmentReceipt"]!, receipt! }, given =>
        {
            Assert.Empty(Contract.Load().Check("ShipmentReceipt", given));
            Assert.Equal(("PB", due), (given["supplierAccountReceiptDetails"]!["supplierId"]!.GetValue<string>(), given["supplierAccountReceiptDetails"]!["chargeAmount"]!.GetValue<decimal>()));
        });
    }

    [Theory]
    [InlineData(0.00)]
    [InlineData(0.01)]
    [InlineData(-0.01)]
    public async Task An_amount_that_the_supplier_took_beforehand_must_be_the_amount_due(double above)
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Supplied);
        var (_, usual) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", Request("usual"));
        decimal due = usual!["shipmentPrice"]!["dueAmount"]!.GetValue<decimal>();

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", PreAuthorized(Request(), due + (decimal)above));
        var (_, again) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", PreAuthorized(Request(), due));

        Assert.Equal(above == 0 ? [] : ["7311"], RawCarrier.Codes(body));
        if (above == 0)
        {
            Assert.Equal("SUP123", body!["shipmentReceipt"]!["supplierAccountReceiptDetails"]!["authCode"]!.GetValue<string>());
        }

        // A refused request has not used its id up.
        Assert.Equal(above == 0 ? ["7314"] : [], RawCarrier.Codes(again));
    }

    [Theory]
    [InlineData("7313 7312", "e0000000000000000000000000000003", "SupplierAccount", true)]
    [InlineData("7313", "e0000000000000000000000000000008", "SupplierAccount", true)]
    [InlineData("7316 7313", "e0000000000000000000000000000003", "CreditCard", true)]
    [InlineData("7316 7315", "e0000000000000000000000000000006", "Account", false)]
    [InlineData("7315", "e0000000000000000000000000000006", "SupplierAccount", false)]
    public async Task An_amount_taken_beforehand_needs_a_supplier_its_account_and_an_id(string codes, string client, string method, bool withId)
    {
        await using var bench = await CarrierBench.StartAsync();
        var account = EmulatedAccount.All.Single(account => account.ClientId == client);
        var carrier = new RawCarrier(bench, account);
        var request = PreAuthorized(Request(), 10m);
        request["deliverySpec"]!["settlementInfo"] = new JsonObject { ["intendedMethodOfPayment"] = method, ["contractId"] = account.Contracts[0] };
        if (!withId)
        {
            request.Remove("customerRequestId");
        }

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(codes.Split(' '), RawCarrier.Codes(body));
    }

    [Fact]
    public async Task An_amount_taken_beforehand_does_not_go_with_a_group()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, EmulatedAccount.Supplied);
        var request = PreAuthorized(Request(), 10m);
        request.Remove("transmitShipment");
        request.Remove("providePricingInfo");
        request.Remove("provideReceiptInfo");
        request["groupId"] = "g";

        var (_, body) = await carrier.SendAsync(HttpMethod.Post, carrier.Owner + "/shipments", request);

        Assert.Equal(["7316"], RawCarrier.Codes(body));
    }

    private static JsonObject Request(string id = "one")
    {
        var request = RawCarrier.Sample(Transmit);
        request["customerRequestId"] = id;
        request["deliverySpec"]!["settlementInfo"] = new JsonObject { ["intendedMethodOfPayment"] = "SupplierAccount" };
        return request;
    }

    private static JsonObject PreAuthorized(JsonObject request, decimal amount)
    {
        request["preAuthorizedPayment"] = new JsonObject
        {
            ["accountNumber"] = "123456789",
            ["authCode"] = "SUP123",
            ["authTimestamp"] = "2026-11-23T10:00:00-05:00",
            ["chargeAmount"] = amount,
        };
        return request;
    }
}
