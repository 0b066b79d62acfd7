using System.Collections.Concurrent;
using OneBalance.Web.Emulators.CanadaPost.Documents;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>Label, return label, invoice and manifest documents behind their links.</summary>
internal sealed class ArtifactDesk(EmulatorStore store, SwitchBoard switches, EasternClock clock)
{
    private readonly ConcurrentDictionary<string, int> _asked = new();

    /// <summary>The same bytes each time, for whoever created it only.</summary>
    public IResult Get(Call call)
    {
        string consumer = (string)call.Http.Request.RouteValues["consumerId"]!;
        string id = (string)call.Http.Request.RouteValues["artifactId"]!;
        if ((string)call.Http.Request.RouteValues["index"]! != "0" || consumer != Shipments.ConsumerId(call.Account.ClientId))
        {
            return call.NotFound();
        }

        if (switches.Now.DocumentFails)
        {
            return call.Refuse("9150");
        }

        if (_asked.AddOrUpdate(id, 1, (_, asked) => asked + 1) <= switches.Now.DocumentNotReady)
        {
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        if (switches.Now.DocumentRedirect)
        {
            string target = switches.Now.DocumentRedirectTo.Length > 0 ? switches.Now.DocumentRedirectTo : $"{call.Http.Request.Scheme}://{call.Http.Request.Host}";
            return Results.Redirect($"{target}/documents/{consumer}/{id}");
        }

        return Document(consumer, id) ?? call.NotFound();
    }

    /// <summary>Where a redirect leads: no sign-in, so the address is a secret.</summary>
    public IResult GetRedirected(string consumerId, string artifactId) => Document(consumerId, artifactId) ?? Results.NotFound();

    /// <summary>The label of a shipment made with a public key, for whoever has the address.</summary>
    public IResult GetPublic(string key)
    {
        var shipment = store.Run(session => session.Get<ShipmentRef>("public", key) is { } reference ? session.Get<StoredShipment>("shipment", reference.ShipmentId) : null);
        return shipment is { Voided: false } && clock.Now < shipment.CreatedAt.AddDays(30) ? Label(shipment, returning: false) : Results.NotFound();
    }

    private IResult? Document(string consumer, string id)
    {
        var artifact = store.Run(session => session.Get<StoredArtifact>("artifact", id));
        if (artifact is null || artifact.ConsumerId != consumer)
        {
            return null;
        }

        if (artifact.Kind == "manifest")
        {
            return Manifest(artifact.OwnerId.Split('|'));
        }

        var shipment = store.Run(session => session.Get<StoredShipment>("shipment", artifact.OwnerId));
        if (shipment is null || clock.IsForgotten(shipment.CreatedAt))
        {
            return null;
        }

        return artifact.Kind switch
        {
            "commercialInvoice" => Pdf(InvoiceDocument.Draw(shipment, clock.DayOf(shipment.CreatedAt))),
            "returnLabel" => Label(shipment, returning: true),
            _ => Label(shipment, returning: false),
        };
    }

    private IResult Label(StoredShipment shipment, bool returning)
    {
        var print = shipment.Asked().DeliverySpec.PrintPreferences;
        var facts = LabelFacts.Of(shipment, clock.DayOf(shipment.CreatedAt), returning);
        if (print?.Encoding == "ZPL" && !returning)
        {
            return Results.Bytes(ZplLabel.Write(facts), "application/zpl");
        }

        return Pdf(print?.OutputFormat == "4x6" ? LabelDocument.Thermal(facts) : LabelDocument.Letter(facts, shipment.GroupId is null ? shipment.Price : null));
    }

    private IResult? Manifest(string[] ownerAndId)
    {
        var (manifest, shipments) = store.Run(session =>
        {
            var manifest = session.Get<StoredManifest>($"manifests/{ownerAndId[0]}", ownerAndId[1]);
            return (manifest, manifest?.ShipmentIds.Select(id => session.Get<StoredShipment>("shipment", id)).OfType<StoredShipment>().ToList());
        });
        return manifest is null || clock.Now < manifest.ReadyAt || clock.IsForgotten(manifest.CreatedAt)
            ? null
            : Pdf(ManifestDocument.Draw(manifest, shipments!, clock.DayOf(manifest.CreatedAt)));
    }

    private static IResult Pdf(byte[] content) => Results.Bytes(content, "application/pdf");
}
