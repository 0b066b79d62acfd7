using System.Globalization;
using System.Text.Json.Nodes;

namespace OneBalance.Web.Emulators.CanadaPost;

internal sealed record StoredManifest(
    string Id,
    string Owner,
    string ClientId,
    string PoNumber,
    IReadOnlyList<string> ShipmentIds,
    DateTimeOffset CreatedAt,
    DateTimeOffset ReadyAt,
    string Artifact,
    string ShippingPoint,
    string? ShippingPointId,
    bool? Pickup,
    string PaidBy,
    string? ContractId,
    string MethodOfPayment,
    string? CustomerReference,
    bool Detailed,
    bool PaymentFailed,
    CcReceiptDetails? Receipt,
    ManifestPricingInfo Pricing,
    JsonObject Address,
    SupplierAccountReceiptDetails? SupplierReceipt = null)
{
    /// <summary>Its shipments were billed before it was asked for.</summary>
    public bool IsEmpty => ShipmentIds.Count == 0;
}

/// <summary>Groups, transmitting them, and the manifests that come of it.</summary>
internal sealed class Manifests(EmulatorStore store, SwitchBoard switches, EasternClock clock, Shipments shipments)
{
    private const int MostGroups = 50;
    private const long FirstManifest = 933_231_773_600_000_000;
    private const long FirstArtifact = 10_001_600_000;

    /// <summary>Groups with untransmitted shipments, and empty ones for a day.</summary>
    public IResult Groups(Call call)
    {
        var since = clock.Now - TimeSpan.FromHours(24);
        var groups = store.Run(session => session.List<StoredGroup>($"group/{call.Owner}"));
        return call.Ok(groups
            .Where(group => group.Open > 0 || group.ChangedAt > since)
            .Select(group => new GroupEntry(group.GroupId, call.ShippingLink("group", $"shipments?group-id={Uri.EscapeDataString(group.GroupId)}")))
            .ToList());
    }

    /// <summary>One manifest for each of Canada, the US and abroad, payer and contract: their links at once, the manifests when ready.</summary>
    public async Task<IResult> TransmitAsync(Call call)
    {
        var (request, _, refusal) = await Gateway.ReadAsync<TransmitRequest>(call, "TransmitRequest");
        if (refusal is not null)
        {
            return refusal;
        }

        return store.Run(session =>
        {
            var asked = request!;
            var references = asked.GroupIds.Distinct().ToDictionary(group => group, group => session.List<ShipmentRef>($"open/{call.Owner}/{group}"));
            var open = references.Values.SelectMany(list => list).Select(reference => reference.ShipmentId).Where(id => shipments.Find(session, call, id) is not null).ToHashSet();
            var leaving = open.Except(asked.ExcludedShipments ?? []).ToList();
            var problems = Problems(session, call, asked, open, leaving).ToList();
            if (problems is ["9122"] && asked.GroupIds.Any(group => session.List<ShipmentRef>($"billed/{call.Owner}/{group}").Count > 0))
            {
                return call.Ok(new[] { MakeEmpty(session, call, asked) });
            }

            if (problems.Count > 0)
            {
                return call.Refuse(problems);
            }

            var parts = leaving
                .Select(id => shipments.Find(session, call, id)!)
                .GroupBy(shipment => PartOf(shipment))
                .OrderBy(part => part.Key.Reach)
                .ToList();
            return call.Ok(parts.Select(part => Transmit(session, call, asked, part.Key, [.. part])).ToList());
        });
    }

    public IResult List(Call call)
    {
        string from = call.Query("from");
        string to = call.Query("to");
        if (!DateOnly.TryParseExact(from, "yyyyMMdd", out var first) || !DateOnly.TryParseExact(to, "yyyyMMdd", out var last))
        {
            return call.Refuse("9105");
        }

        if (first > last)
        {
            return call.Refuse("9116");
        }

        var manifests = store.Run(session => session.List<StoredManifest>($"manifests/{call.Owner}"));
        return call.Ok(manifests
            .Where(manifest => !manifest.IsEmpty && !clock.IsForgotten(manifest.CreatedAt) && clock.DayOf(manifest.CreatedAt) is var day && day >= first && day <= last)
            .Select(manifest => call.ShippingLink("manifest", $"manifests/{manifest.Id}"))
            .ToList());
    }

    /// <summary>9153 until it is ready, which takes its time for each shipment.</summary>
    public IResult Read(Call call)
    {
        if (Find(call) is not { } manifest)
        {
            return call.NotFound();
        }

        if (manifest.PaymentFailed)
        {
            return call.Refuse(manifest.MethodOfPayment == "Account" ? "1653" : "9153");
        }

        if (clock.Now < manifest.ReadyAt)
        {
            return call.Refuse("9153");
        }

        string path = $"manifests/{manifest.Id}";
        List<Link> links =
        [
            call.ShippingLink("self", path),
            call.DocumentLink("artifact", Shipments.ConsumerId(manifest.ClientId), manifest.Artifact, "application/pdf", null),
        ];
        if (!manifest.IsEmpty)
        {
            links.Add(call.ShippingLink("details", $"{path}/details"));
            links.Add(call.ShippingLink("manifestShipments", $"shipments?manifest-id={manifest.Id}"));
        }

        return call.Ok(new ManifestInfo(manifest.PoNumber, links));
    }

    public IResult Details(Call call)
    {
        if (Find(call) is not { IsEmpty: false } manifest || manifest.PaymentFailed || clock.Now < manifest.ReadyAt)
        {
            return call.NotFound();
        }

        var local = clock.Local(manifest.CreatedAt);
        string[] owner = manifest.Owner.Split('/');
        return call.Ok(new ManifestDetails(
            manifest.PoNumber,
            manifest.ShippingPoint,
            "EMULATED POST OFFICE",
            manifest.ShippingPointId ?? "0349",
            manifest.Pickup,
            owner[0],
            owner[1],
            manifest.PaidBy,
            manifest.CustomerReference,
            local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            local.ToString("HH:mm", CultureInfo.InvariantCulture) + " " + clock.ZoneName(manifest.CreatedAt),
            manifest.ContractId,
            manifest.MethodOfPayment,
            manifest.Receipt,
            manifest.SupplierReceipt,
            manifest.Pricing,
            manifest.Address));
    }

    /// <summary>
    /// What happens to labels that were used but never transmitted: billed one by one, with a fee for each and without the automation
    /// discount. Transmitting their group afterwards gives an empty manifest.
    /// </summary>
    /// <returns>How many were billed.</returns>
    public int BillUntransmitted() => store.Run(session =>
    {
        var open = session.List<StoredShipment>("shipment").Where(shipment => shipment is { Voided: false, IsTransmitted: false, GroupId: not null }).ToList();
        foreach (var shipment in open)
        {
            session.Put("shipment", shipment.Id, shipment with
            {
                Status = "transmitted",
                TransmittedAt = clock.Now,
                PoNumber = "P" + (200_600_000 + session.Next("po")),
                Price = WithFee(shipment.Price),
            });
            session.Put($"billed/{shipment.Owner}/{shipment.GroupId}", shipment.Id, new ShipmentRef(shipment.Id, clock.Now));
            Shipments.LeaveGroup(session, shipment, clock.Now);
        }

        return open.Count;
    });

    /// <summary>The manifest's id, whether it was named by that or by its purchase order number.</summary>
    public static string IdOf(EmulatorStore.Session session, string named) =>
        session.Get<ShipmentRef>("manifest-po", named)?.ShipmentId ?? named;

    private StoredManifest? Find(Call call) => store.Run(session =>
        session.Get<StoredManifest>($"manifests/{call.Owner}", IdOf(session, call.Id)) is { } manifest && !clock.IsForgotten(manifest.CreatedAt) ? manifest : null);

    private static IEnumerable<string> Problems(EmulatorStore.Session session, Call call, TransmitRequest request, HashSet<string> open, List<string> leaving)
    {
        if (!call.Account.HasContract)
        {
            yield return "7302";
            yield break;
        }

        if (request.GroupIds.Count > MostGroups)
        {
            yield return "9109";
        }

        bool known = request.GroupIds.All(group => session.Get<StoredGroup>($"group/{call.Owner}", group) is not null);
        if (!known)
        {
            yield return "9118";
        }

        if ((request.ExcludedShipments ?? []).Any(id => !open.Contains(id)))
        {
            yield return "9119";
        }
        else if (known && leaving.Count == 0)
        {
            yield return "9122";
        }

        foreach (string code in ShipmentRules.ShippingPoint(request.RequestedShippingPoint, request.ShippingPointId, request.CpcPickupIndicator == true)
            .Concat(ShipmentRules.Payment(request.MethodOfPayment, null, null, call.Account, contractRequired: false)))
        {
            yield return code;
        }
    }

    private sealed record Part(Reach Reach, string PaidBy, string? ContractId);

    private static Part PartOf(StoredShipment shipment)
    {
        var spec = shipment.Asked().DeliverySpec;
        return new Part(
            Catalogue.Find(spec.ServiceCode)!.Reach,
            EmulatedAccountNumbers.Pad(spec.SettlementInfo.PaidByCustomer ?? shipment.Owner.Split('/')[1]),
            spec.SettlementInfo.ContractId is { Length: > 0 } contract ? EmulatedAccountNumbers.Pad(contract) : null);
    }

    private Link Transmit(EmulatorStore.Session session, Call call, TransmitRequest request, Part part, List<StoredShipment> leaving)
    {
        string id = (FirstManifest + session.Next("manifest")).ToString();
        string po = "P" + (200_600_000 + session.Next("po"));
        var now = clock.Now;
        string consumer = Shipments.ConsumerId(call.Account.ClientId);
        string artifact = (FirstArtifact + session.Next("manifest-artifact")).ToString();
        session.Put("artifact", artifact, new StoredArtifact(artifact, consumer, "manifest", $"{call.Owner}|{id}"));
        var prices = new List<ShipmentPrice>();
        foreach (var shipment in leaving)
        {
            // The price of today and of this shipping point is the one that is billed.
            string point = request.RequestedShippingPoint ?? shipment.ShippingPoint;
            var price = shipments.PriceOf(shipment.Asked(), call.Account, point, clock.Today);
            prices.Add(price);
            session.Put("shipment", shipment.Id, shipment with
            {
                Status = "transmitted",
                TransmittedAt = now,
                ManifestId = id,
                PoNumber = po,
                Price = price,
                ShippingPoint = point,
            });
            session.Put($"manifested/{id}", shipment.Id, new ShipmentRef(shipment.Id, shipment.CreatedAt));
            Shipments.LeaveGroup(session, shipment, now);
        }

        var pricing = Total(prices);
        session.Put($"manifests/{call.Owner}", id, new StoredManifest(
            id, call.Owner, call.Account.ClientId, po, [.. leaving.Select(shipment => shipment.Id)], now,
            now.AddMilliseconds((double)switches.Now.ManifestMillisecondsPerShipment * leaving.Count), artifact,
            request.RequestedShippingPoint ?? leaving[0].ShippingPoint, request.ShippingPointId, request.CpcPickupIndicator,
            part.PaidBy, part.ContractId, request.MethodOfPayment, request.CustomerReference, request.DetailedManifests,
            switches.Now.ManifestPaymentFails,
            request.MethodOfPayment == "CreditCard" ? Receipts.For(call.Account, null, clock) : null,
            pricing, request.ManifestAddress,
            request.MethodOfPayment == "SupplierAccount" ? Receipts.ForSupplier(call.Account, null, null, clock) : null));
        session.Put("manifest-po", po, new ShipmentRef(id, now));
        return call.ShippingLink("manifest", $"manifests/{id}");
    }

    private Link MakeEmpty(EmulatorStore.Session session, Call call, TransmitRequest request)
    {
        string id = (FirstManifest + session.Next("manifest")).ToString();
        string artifact = (FirstArtifact + session.Next("manifest-artifact")).ToString();
        session.Put("artifact", artifact, new StoredArtifact(artifact, Shipments.ConsumerId(call.Account.ClientId), "manifest", $"{call.Owner}|{id}"));
        session.Put($"manifests/{call.Owner}", id, new StoredManifest(
            id, call.Owner, call.Account.ClientId, "EMPTY", [], clock.Now, clock.Now, artifact, request.RequestedShippingPoint ?? "",
            request.ShippingPointId, request.CpcPickupIndicator, call.Owner.Split('/')[1], null, request.MethodOfPayment,
            request.CustomerReference, request.DetailedManifests, false, null, Total([]), request.ManifestAddress));
        return call.ShippingLink("manifest", $"manifests/{id}");
    }

    /// <summary>The fee is taxed like the rest; fuel stays as it was quoted.</summary>
    private static ShipmentPrice WithFee(ShipmentPrice price)
    {
        var adjustments = (price.Adjustments ?? []).Where(line => line.AdjustmentCode != "AUTDISC").Append(new ShipmentAdjustment("PURFEE", 2.00m)).ToList();
        decimal before = price.PreTaxAmount;
        decimal preTax = price.BaseAmount + (price.PricedOptions ?? []).Sum(option => option.OptionPrice) + adjustments.Sum(line => line.AdjustmentAmount);
        decimal Tax(decimal amount) => decimal.Round(amount * preTax / before, 2, MidpointRounding.AwayFromZero);
        var (gst, pst, hst) = (Tax(price.GstAmount), Tax(price.PstAmount), Tax(price.HstAmount));
        return price with
        {
            Adjustments = adjustments,
            PreTaxAmount = preTax,
            GstAmount = gst,
            PstAmount = pst,
            HstAmount = hst,
            DueAmount = preTax + gst + pst + hst,
        };
    }

    private static ManifestPricingInfo Total(List<ShipmentPrice> prices)
    {
        decimal automation = prices.Sum(price => (price.Adjustments ?? []).Where(line => line.AdjustmentCode == "AUTDISC").Sum(line => line.AdjustmentAmount));
        decimal adjustments = prices.Sum(price => (price.Adjustments ?? []).Sum(line => line.AdjustmentAmount)) - automation;
        return new ManifestPricingInfo(
            prices.Sum(price => price.BaseAmount),
            automation,
            adjustments + prices.Sum(price => (price.PricedOptions ?? []).Sum(option => option.OptionPrice)),
            prices.Sum(price => price.GstAmount),
            prices.Sum(price => price.PstAmount),
            prices.Sum(price => price.HstAmount),
            prices.Sum(price => price.DueAmount));
    }
}
