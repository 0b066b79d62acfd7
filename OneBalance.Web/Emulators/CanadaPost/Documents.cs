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

    private IResult? Document(string consumer, string id)
    {
        var (artifact, shipment) = store.Run(session =>
        {
            var artifact = session.Get<StoredArtifact>("artifact", id);
            return (artifact, artifact is null ? null : session.Get<StoredShipment>("shipment", artifact.OwnerId));
        });
        if (artifact is null || shipment is null || artifact.ConsumerId != consumer || clock.IsForgotten(shipment.CreatedAt))
        {
            return null;
        }

        var day = clock.DayOf(shipment.CreatedAt);
        var print = shipment.Asked().DeliverySpec.PrintPreferences;
        var facts = LabelFacts.Of(shipment, day, artifact.Kind == "returnLabel");
        byte[] pdf = print?.OutputFormat == "4x6" ? LabelDocument.Thermal(facts) : LabelDocument.Letter(facts, shipment.GroupId is null ? shipment.Price : null);
        return Results.Bytes(pdf, "application/pdf");
    }
}
