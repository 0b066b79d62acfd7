using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OneBalance.Web.Emulators.CanadaPost.Contract;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>A shipment as the emulated carrier keeps it.</summary>
internal sealed record StoredShipment(
    string Id,
    string Owner,
    string ClientId,
    string? CustomerRequestId,
    string? GroupId,
    string Status,
    string? TrackingPin,
    string? ReturnTrackingPin,
    string? PoNumber,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TransmittedAt,
    string? ManifestId,
    bool Voided,
    string ShippingPoint,
    string? ShippingPointId,
    string LabelArtifact,
    string? ReturnArtifact,
    string? InvoiceArtifact,
    ShipmentPrice Price,
    RefundInfo? Refund,
    CcReceiptDetails? Receipt,
    string? PublicKey,
    JsonObject Request,
    SupplierAccountReceiptDetails? SupplierReceipt = null)
{
    private static readonly JsonSerializerOptions JsonIn = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public CreateShipmentRequest Asked() => Request.Deserialize<CreateShipmentRequest>(JsonIn)!;

    public bool IsTransmitted => TransmittedAt is not null;

    /// <summary>What was paid at once by card or from a supplier account; null otherwise.</summary>
    [JsonIgnore]
    public ShipmentReceipt? Paid => Receipt is null && SupplierReceipt is null ? null : new ShipmentReceipt(Receipt, SupplierReceipt);
}

/// <summary>Points from a searched value to a shipment.</summary>
internal sealed record ShipmentRef(string ShipmentId, DateTimeOffset At);

/// <param name="Open">Shipments in it that were neither transmitted nor voided.</param>
internal sealed record StoredGroup(string GroupId, int Open, DateTimeOffset ChangedAt);

internal sealed record StoredArtifact(string Id, string ConsumerId, string Kind, string OwnerId);

/// <summary>Creating, finding, reading, voiding and refunding shipments.</summary>
internal sealed class Shipments(EmulatorStore store, SwitchBoard switches, EasternClock clock)
{
    /// <summary>Members of the customs form that the carrier takes and does not show again.</summary>
    private static readonly string[] NotEchoed = ["usdeclarationid", "usDeclarationId", "dutiesAndTaxesPrepaid", "certificateNumber", "licenseNumber", "invoiceNumber"];

    private const long FirstShipment = 933_231_773_500_000_000;
    private const long FirstArtifact = 10_005_800_000;

    private int _searchesNotReady;

    public async Task<IResult> CreateAsync(Call call)
    {
        var (request, raw, refusal) = await Gateway.ReadAsync<CreateShipmentRequest>(call, "CreateShipmentRequest");
        if (refusal is not null)
        {
            return refusal;
        }

        string zonosKey = call.Http.Request.Headers["X-CPC-Zonos-Key"].ToString();
        var problems = ShipmentRules.Check(request!, call.Account, switches.Now, zonosKey);
        if (problems.Count > 0)
        {
            return call.Refuse(problems);
        }

        if (request!.PreAuthorizedPayment is { } paid && paid.ChargeAmount != PriceOf(request, call.Account, ShippingPointOf(request), clock.Today).DueAmount)
        {
            return call.Refuse("7311");
        }

        // Looking the id up and storing the shipment are one transaction: of two that arrive together, one is refused.
        return store.Run(session =>
        {
            if (request.CustomerRequestId is { Length: > 0 } requestId && session.Get<ShipmentRef>(RequestKind(call), requestId) is not null)
            {
                return call.Refuse("7314");
            }

            string declaration = request.DeliverySpec.Customs?.Declaration ?? "";
            if (declaration.Length > 0 && session.Get<ShipmentRef>("declaration", declaration) is not null)
            {
                return call.Refuse("E0045");
            }

            if (request.GroupId is { } group)
            {
                var groups = session.List<StoredGroup>(GroupKind(call));
                if (groups.FirstOrDefault(stored => stored.GroupId == group)?.Open >= switches.Now.MostUntransmitted)
                {
                    return call.Refuse("9110");
                }

                if (groups.Sum(stored => stored.Open) >= switches.Now.MostUntransmitted)
                {
                    return call.Refuse("9108");
                }
            }

            var shipment = Make(session, call, request, raw!);
            Store(session, call, shipment, declaration);
            var info = Info(call, shipment, request);
            return call.Ok(info);
        });
    }

    public IResult Read(Call call) =>
        Find(call) is { } shipment ? call.Ok(Info(call, shipment, created: null)) : call.NotFound();

    /// <summary>One search at a time; lists are newest first.</summary>
    public IResult Search(Call call)
    {
        var given = new List<string>();
        Add("request", "request-id", "requestId");
        Add("pin", "tracking-pin", "trackingPIN");
        Add("group", "group-id", "groupId");
        Add("manifest", "manifest-id", "manifestId");
        Add("direct", "no-manifest", "noManifest");
        if (given.Count == 0)
        {
            return call.Refuse("9105");
        }

        if (given.Count > 1)
        {
            return call.Refuse("9183");
        }

        if (given[0] != "direct" && call.Has("date", "limit"))
        {
            return call.Refuse("9185");
        }

        if (given[0] == "request" && call.Query("request-id", "requestId").Length > 32)
        {
            return Call.Json(Errors.Shape([new ShapeFinding("request-id", "at most 32 characters", "au plus 32 caractères")], call.French), StatusCodes.Status400BadRequest);
        }

        if (switches.Now.SearchNotReady > 0 && Interlocked.Increment(ref _searchesNotReady) <= switches.Now.SearchNotReady)
        {
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        Interlocked.Exchange(ref _searchesNotReady, 0);
        var found = store.Run(session => Matches(session, call, given[0]));
        return call.Ok(found.Select(shipment => call.ShippingLink("shipment", $"shipments/{shipment.Id}")).ToList());

        void Add(string criterion, params string[] names)
        {
            if (call.Has(names))
            {
                given.Add(criterion);
            }
        }
    }

    /// <summary>An object; by switch a list of one.</summary>
    public IResult Price(Call call) => Find(call) is not { } shipment
        ? call.NotFound()
        : switches.Now.PriceAsList ? call.Ok(new[] { shipment.Price }) : call.Ok(shipment.Price);

    public IResult Receipt(Call call) =>
        Find(call) is { Paid: { } receipt } ? call.Ok(receipt) : call.NotFound();

    public IResult PublicKey(Call call) =>
        Find(call) is { PublicKey: { } key } shipment
            ? call.Ok(new PublicKeyInfo(
                shipment.CreatedAt.AddDays(30).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                PublicLabel(call, key),
                shipment.Asked().CreateQrCode == true ? Convert.ToBase64String(Documents.QrCode.Png(PublicLabel(call, key))) : null))
            : call.NotFound();

    /// <summary>What was asked for, echoed, with what became of it.</summary>
    public IResult Details(Call call)
    {
        if (Find(call) is not { } shipment)
        {
            return call.NotFound();
        }

        var detail = new JsonObject();
        foreach (string name in (string[])["groupId", "transmitShipment", "quickshipLabelRequested", "expectedMailingDate", "deliverySpec", "returnSpec"])
        {
            if (shipment.Request[name] is { } value)
            {
                detail[name] = value.DeepClone();
            }
        }

        // The label shows the office; who collects the parcel is named apart.
        if (detail["deliverySpec"] is JsonObject spec && PostOffices.For(shipment.Asked().DeliverySpec) is { } office)
        {
            spec["recipient"] = spec["destination"]!.DeepClone();
            spec["destination"] = JsonSerializer.SerializeToNode(office, Gateway.JsonOut);
        }

        if (detail["deliverySpec"]?["customs"] is { } declared)
        {
            // Read anew, letter for letter: the request was read without regard to case, and two names differ in nothing else.
            var customs = JsonNode.Parse(declared.ToJsonString())!.AsObject();
            foreach (string name in NotEchoed)
            {
                customs.Remove(name);
            }

            foreach (var item in customs["skuList"]!.AsArray())
            {
                item!.AsObject().Remove("customsUnitOfMeasure");
            }

            detail["deliverySpec"]!["customs"] = customs;
        }

        (detail["deliverySpec"]?["settlementInfo"] as JsonObject)?.Remove("cifShipment");

        if (shipment.Refund is { } refund)
        {
            detail["refundRequestInfo"] = JsonSerializer.SerializeToNode(refund, Gateway.JsonOut);
        }

        var answer = new JsonObject();
        Put("customerRequestId", shipment.CustomerRequestId);
        Put("shipmentStatus", shipment.Status);
        Put("finalShippingPoint", shipment.ShippingPoint);
        Put("shippingPointId", shipment.ShippingPointId);
        Put("trackingPin", shipment.TrackingPin);
        Put("poNumber", shipment.PoNumber);
        if (shipment.Request["cpcPickupIndicator"] is { } pickup)
        {
            answer["cpcPickupIndicator"] = pickup.DeepClone();
        }

        answer["shipmentDetail"] = detail;
        return call.Ok(answer);

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                answer[name] = value;
            }
        }
    }

    public IResult Void(Call call) => store.Run(session =>
    {
        if (Find(session, call, call.Id) is not { } shipment)
        {
            return call.NotFound();
        }

        if (shipment.IsTransmitted)
        {
            return call.Refuse("8064");
        }

        session.Put("shipment", shipment.Id, shipment with { Voided = true });
        LeaveGroup(session, shipment, clock.Now);
        return Results.NoContent();
    });

    /// <summary>A service ticket; money does not move.</summary>
    public async Task<IResult> RefundAsync(Call call)
    {
        var (_, _, refusal) = await Gateway.ReadAsync<RefundRequest>(call, "RefundRequest");
        if (refusal is not null)
        {
            return refusal;
        }

        return store.Run(session =>
        {
            if (Find(session, call, call.Id) is not { } shipment)
            {
                return call.NotFound();
            }

            if (!shipment.IsTransmitted)
            {
                return call.Refuse("7291");
            }

            if (shipment.Refund is not null)
            {
                return call.Refuse("7292");
            }

            if (switches.Now.RefundLater)
            {
                return call.Refuse("7296");
            }

            var ticket = new RefundInfo(
                clock.Today.ToString("yyyy-MM-dd"),
                call.Account.TestApp ? "0123456789" : session.Next("ticket").ToString("0000000000"));
            session.Put("shipment", shipment.Id, shipment with { Refund = ticket });
            return call.Ok(ticket);
        });
    }

    /// <summary>Takes a shipment out of its group, which lives on for a day when it became empty.</summary>
    public static void LeaveGroup(EmulatorStore.Session session, StoredShipment shipment, DateTimeOffset now)
    {
        if (shipment.GroupId is not { } group || !session.Remove($"open/{shipment.Owner}/{group}", shipment.Id))
        {
            return;
        }

        if (session.Get<StoredGroup>($"group/{shipment.Owner}", group) is { } stored)
        {
            session.Put($"group/{shipment.Owner}", group, stored with { Open = stored.Open - 1, ChangedAt = now });
        }
    }

    public ShipmentPrice PriceOf(CreateShipmentRequest request, EmulatedAccount account, string shippingPoint, DateOnly day)
    {
        var spec = request.DeliverySpec;
        var to = spec.Destination.AddressDetails;
        var options = (spec.Options ?? []).ToList();
        if (options.Any(option => option.OptionCode == "COD") && !options.Any(option => option.OptionCode is "HFP" or "D2PO"))
        {
            options.Add(new Option("HFP"));
        }

        var question = new PriceQuestion(
            shippingPoint,
            to.PostalZipCode ?? "",
            to.Country == "CA" ? TaxTable.ProvinceOf(to.PostalZipCode!) : "",
            to.Country,
            spec.ParcelCharacteristics,
            options,
            account.HasContract ? PriceLevel.Contract : PriceLevel.SmallBusiness,
            spec.SettlementInfo.PromoCode);
        return Pricing.Compute(Catalogue.Find(spec.ServiceCode)!, question, day).ToShipmentPrice();
    }

    public static string ConsumerId(string clientId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clientId)))[..16];

    public StoredShipment? Find(EmulatorStore.Session session, Call call, string id) =>
        session.Get<StoredShipment>("shipment", id) is { Voided: false } shipment && shipment.Owner == call.Owner && !clock.IsForgotten(shipment.CreatedAt)
            ? shipment
            : null;

    private StoredShipment? Find(Call call) => store.Run(session => Find(session, call, call.Id));

    private StoredShipment Make(EmulatorStore.Session session, Call call, CreateShipmentRequest request, JsonObject raw)
    {
        var spec = request.DeliverySpec;
        var service = Catalogue.Find(spec.ServiceCode)!;
        bool transmit = request.TransmitShipment == true;
        var now = clock.Now;
        string shippingPoint = ShippingPointOf(request);
        var price = PriceOf(request, call.Account, shippingPoint, clock.Today);
        bool suspended = switches.Now.Suspended;
        string method = spec.SettlementInfo.IntendedMethodOfPayment;
        string Artifact(string kind, string shipmentId)
        {
            string id = (FirstArtifact + session.Next("artifact")).ToString();
            session.Put("artifact", id, new StoredArtifact(id, ConsumerId(call.Account.ClientId), kind, shipmentId));
            return id;
        }

        string shipmentId = (FirstShipment + session.Next("shipment")).ToString();
        if (raw["deliverySpec"]!["parcelCharacteristics"]!.AsObject() is { } parcel && parcel.ContainsKey("dimensions"))
        {
            parcel["oversized"] = Pricing.IsOversized(spec.ParcelCharacteristics);
        }

        return new StoredShipment(
            shipmentId,
            call.Owner,
            call.Account.ClientId,
            request.CustomerRequestId,
            request.GroupId,
            suspended ? "suspended" : transmit && !switches.Now.TransmittedSaysCreated ? "transmitted" : "created",
            !service.Tracked || suspended ? null : Pin(session, call.Account),
            request.ReturnSpec is null || suspended ? null : Pin(session, call.Account),
            transmit ? "P" + (200_600_000 + session.Next("po")) : null,
            now,
            transmit ? now : null,
            null,
            false,
            shippingPoint,
            request.ShippingPointId,
            Artifact("label", shipmentId),
            request.ReturnSpec is null ? null : Artifact("returnLabel", shipmentId),
            NeedsInvoice(spec) ? Artifact("commercialInvoice", shipmentId) : null,
            price,
            null,
            transmit && method == "CreditCard" ? Receipts.For(call.Account, price.DueAmount + switches.Now.ChargedAbove, clock) : null,
            request.CreatePublicKey == true || request.CreateQrCode == true ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) : null,
            raw,
            transmit && method == "SupplierAccount" ? Receipts.ForSupplier(call.Account, price.DueAmount, request.PreAuthorizedPayment?.AuthCode, clock) : null);
    }

    private static string ShippingPointOf(CreateShipmentRequest request) =>
        request.RequestedShippingPoint ?? request.DeliverySpec.Sender.AddressDetails.PostalZipCode!;

    /// <summary>Goods sold abroad in a parcel carry a commercial invoice; packets do not.</summary>
    private static bool NeedsInvoice(DeliverySpec spec) =>
        spec.Customs?.ReasonForExport == "SOG" && Catalogue.Find(spec.ServiceCode) is { IsPacket: false };

    private static string Pin(EmulatorStore.Session session, EmulatedAccount account) =>
        account.TestApp ? "123456789012" : CheckDigits.TrackingPin(account.CustomerNumber, 3_000_000 + session.Next("pin"));

    private static void Store(EmulatorStore.Session session, Call call, StoredShipment shipment, string declaration)
    {
        var reference = new ShipmentRef(shipment.Id, shipment.CreatedAt);
        session.Put("shipment", shipment.Id, shipment);
        if (shipment.CustomerRequestId is { Length: > 0 } requestId)
        {
            session.Put(RequestKind(call), requestId, reference);
        }

        if (declaration.Length > 0)
        {
            session.Put("declaration", declaration, reference);
        }

        if (shipment.PublicKey is { } key)
        {
            session.Put("public", key, reference);
        }

        foreach (string pin in new[] { shipment.TrackingPin, shipment.ReturnTrackingPin }.OfType<string>())
        {
            session.Put($"pin/{pin}", shipment.Id, reference);
        }

        foreach (string customerRef in References(shipment).Distinct())
        {
            session.Put($"ref/{EmulatedAccountNumbers.Pad(call.MailedBy)}/{customerRef}", shipment.Id, reference);
        }

        if (shipment.GroupId is { } group)
        {
            session.Put($"open/{shipment.Owner}/{group}", shipment.Id, reference);
            int open = session.Get<StoredGroup>(GroupKind(call), group)?.Open ?? 0;
            session.Put(GroupKind(call), group, new StoredGroup(group, open + 1, shipment.CreatedAt));
        }
        else
        {
            session.Put($"direct/{shipment.Owner}", shipment.Id, reference);
        }
    }

    private static IEnumerable<string> References(StoredShipment shipment)
    {
        var references = shipment.Request["deliverySpec"]!["references"];
        return new[] { references?["customerRef1"]?.GetValue<string>(), references?["customerRef2"]?.GetValue<string>() }.Where(text => !string.IsNullOrEmpty(text)).OfType<string>();
    }

    private List<StoredShipment> Matches(EmulatorStore.Session session, Call call, string criterion)
    {
        IEnumerable<ShipmentRef> references = criterion switch
        {
            "request" when switches.Now.SearchSkipsReferences => [],
            "request" => session.Get<ShipmentRef>(RequestKind(call), call.Query("request-id", "requestId")) is { } one ? [one] : [],
            "pin" => session.List<ShipmentRef>($"pin/{call.Query("tracking-pin", "trackingPIN")}"),
            "group" => session.List<ShipmentRef>($"open/{call.Owner}/{call.Query("group-id", "groupId")}"),
            "manifest" => session.List<ShipmentRef>($"manifested/{Manifests.IdOf(session, call.Query("manifest-id", "manifestId"))}"),
            _ => Direct(session, call),
        };
        var latest = clock.Now.AddSeconds(-switches.Now.SearchLagSeconds);
        return [.. references
            .Where(reference => reference.At <= latest)
            .Select(reference => Find(session, call, reference.ShipmentId))
            .OfType<StoredShipment>()
            .Where(shipment => criterion != "request" || !switches.Now.SearchSkipsTransmitted || shipment.GroupId is not null)];
    }

    private IEnumerable<ShipmentRef> Direct(EmulatorStore.Session session, Call call)
    {
        var from = DateOnly.TryParseExact(call.Query("date"), "yyyyMMdd", out var day) ? day : clock.Today;
        int limit = int.TryParse(call.Query("limit"), out int given) ? Math.Clamp(given, 1, 99_999) : 100;
        return session.List<ShipmentRef>($"direct/{call.Owner}").Where(reference => clock.DayOf(reference.At) >= from).Take(limit);
    }

    /// <summary>The shipment and its links; price and receipt inlined only in the answer to create, and only when asked.</summary>
    private static ShipmentInfo Info(Call call, StoredShipment shipment, CreateShipmentRequest? created)
    {
        string path = $"shipments/{shipment.Id}";
        bool direct = shipment.GroupId is null;
        bool priceInlined = created?.ProvidePricingInfo == true;
        bool receiptInlined = created?.ProvideReceiptInfo == true && shipment.Paid is not null;
        string consumer = ConsumerId(shipment.ClientId);
        string label = shipment.Request["deliverySpec"]!["printPreferences"]?["encoding"]?.GetValue<string>() == "ZPL" ? "application/zpl" : "application/pdf";
        var links = new List<Link>
        {
            call.ShippingLink("self", path),
            call.ShippingLink("details", $"{path}/details"),
        };
        if (!direct && !shipment.IsTransmitted)
        {
            links.Add(call.ShippingLink("group", $"shipments?group-id={Uri.EscapeDataString(shipment.GroupId!)}"));
        }

        if (!priceInlined)
        {
            links.Add(call.ShippingLink("price", $"{path}/price"));
        }

        if (shipment.Paid is not null && !receiptInlined)
        {
            links.Add(call.ShippingLink("receipt", $"{path}/receipt"));
        }

        if (direct)
        {
            links.Add(call.ShippingLink("refund", $"{path}/refund"));
        }

        links.Add(call.DocumentLink("label", consumer, shipment.LabelArtifact, label, 0));
        if (shipment.ReturnArtifact is { } returnLabel)
        {
            links.Add(call.DocumentLink("returnLabel", consumer, returnLabel, "application/pdf", 0));
        }

        if (shipment.InvoiceArtifact is { } invoice)
        {
            links.Add(call.DocumentLink("commercialInvoice", consumer, invoice, "application/pdf", 0));
        }

        if (shipment.PublicKey is { } key)
        {
            links.Add(new Link("publicLabel", PublicLabel(call, key), "application/pdf"));
            links.Add(call.ShippingLink("publicKeyInfo", $"{path}/qr-code"));
        }

        return new ShipmentInfo(
            shipment.CustomerRequestId,
            shipment.Id,
            shipment.Status,
            shipment.TrackingPin,
            shipment.ReturnTrackingPin,
            shipment.PoNumber,
            links,
            priceInlined ? shipment.Price : null,
            receiptInlined ? shipment.Paid : null);
    }

    /// <summary>Opens without signing in, so it is kept short and random.</summary>
    private static string PublicLabel(Call call, string key) => $"{call.Http.Request.Scheme}://{call.Http.Request.Host}/public-labels/{key}";

    private static string RequestKind(Call call) => $"request/{EmulatedAccountNumbers.Pad(call.MailedBy)}";

    private static string GroupKind(Call call) => $"group/{call.Owner}";
}

internal static class Receipts
{
    public static CcReceiptDetails For(EmulatedAccount account, decimal? amount, EasternClock clock) => new(
        "Canada Post",
        "www.canadapost.ca",
        account.TestApp ? "Test Cardholder" : "Cardholder",
        account.TestApp ? "AA1111" : AuthCode(clock),
        Timestamp(clock),
        "VIS",
        amount,
        "CAD",
        "Sale");

    /// <summary>Null for a test app, which never sees one.</summary>
    /// <param name="authCode">Of the payment that the supplier took beforehand; null where the carrier takes it.</param>
    public static SupplierAccountReceiptDetails? ForSupplier(EmulatedAccount account, decimal? amount, string? authCode, EasternClock clock) => account.TestApp ? null : new(
        "Canada Post",
        "www.canadapost.ca",
        authCode ?? AuthCode(clock),
        Timestamp(clock),
        account.SupplierAccount!,
        amount,
        "CAD",
        "Sale");

    private static string AuthCode(EasternClock clock) => "E" + (clock.Now.ToUnixTimeSeconds() % 100_000).ToString("00000");

    private static string Timestamp(EasternClock clock) => clock.Local(clock.Now).ToString("yyyy-MM-dd'T'HH:mm:sszzz");
}

/// <summary>The carrier's day is the Eastern one, and it forgets after 90 days.</summary>
internal sealed class EasternClock(TimeProvider time)
{
    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    public DateTimeOffset Now => time.GetUtcNow();

    public DateOnly Today => DayOf(Now);

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Eastern);

    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    public DateTimeOffset FromLocal(DateTime local) => new(local, Eastern.GetUtcOffset(local));

    /// <summary>EST or EDT.</summary>
    public string ZoneName(DateTimeOffset at) => Eastern.IsDaylightSavingTime(at) ? "EDT" : "EST";

    public bool IsForgotten(DateTimeOffset createdAt) => Now - createdAt > TimeSpan.FromDays(90);
}
