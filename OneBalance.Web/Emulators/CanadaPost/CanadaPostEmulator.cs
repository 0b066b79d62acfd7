using System.Text.Json;
using System.Text.Json.Nodes;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>
/// A stand-in for the carrier's JSON service, speaking its wire protocol over HTTP on loopback: tokens, prices, shipments,
/// documents, manifests, tracking, with the carrier's rules and error codes in both languages. Prices are synthetic.
/// </summary>
public static class CanadaPostEmulator
{
    /// <summary>What stands before every product in an address, as at the carrier's gateway.</summary>
    public const string GatewayPath = "/prod/devportal-portaildesdeveloppeurs";

    private const string Owner = GatewayPath + "/shipping/v1/{mailedBy:regex(^[0-9]{{1,10}}(-[0-9]{{1,10}})?$)}/{mobo:regex(^[0-9]{{1,18}}$)}";

    /// <summary>Builds the service; the caller starts and stops it.</summary>
    /// <param name="url">Loopback address to listen on.</param>
    /// <param name="stateFile">SQLite file that keeps its state across restarts.</param>
    public static WebApplication Create(string url, string stateFile, TimeProvider time)
    {
        var builder = EmulatedHost.CreateBuilder(url);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddRouting(options => options.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));
        builder.Services.AddSingleton(_ => new EmulatorStore(stateFile));
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton<SwitchBoard>();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<EasternClock>();
        builder.Services.AddSingleton<Gateway>();
        builder.Services.AddSingleton<Ratings>();
        builder.Services.AddSingleton<Shipments>();
        builder.Services.AddSingleton<Manifests>();
        builder.Services.AddSingleton<ArtifactDesk>();
        builder.Services.AddSingleton<Tracking>();
        builder.Services.AddSingleton<ServiceInfo>();
        var app = builder.Build();
        var faults = app.Services.GetRequiredService<Faults>();
        app.UseFaults(faults);
        app.MapFaults(faults);
        MapSwitches(app);
        MapGateway(app);
        return app;
    }

    private static void MapGateway(WebApplication app)
    {
        var gateway = app.Services.GetRequiredService<Gateway>();
        var ratings = app.Services.GetRequiredService<Ratings>();
        var shipments = app.Services.GetRequiredService<Shipments>();
        var manifests = app.Services.GetRequiredService<Manifests>();
        var tracking = app.Services.GetRequiredService<Tracking>();
        var serviceInfo = app.Services.GetRequiredService<ServiceInfo>();
        var artifacts = app.Services.GetRequiredService<ArtifactDesk>();

        app.MapPost(GatewayPath + "/cpc-api-native-oauth-provider/oauth2/token", async http =>
        {
            var answer = await gateway.IssueTokenAsync(http);
            await answer.ExecuteAsync(http);
        });

        Map("POST", GatewayPath + "/rating/v1/prices", "rating", CallGroup.Rating, ratings.PricesAsync);
        MapGet(GatewayPath + "/rating/v1/services", "rating", CallGroup.Rating, ratings.Services);
        MapGet(GatewayPath + "/rating/v1/services/{serviceCode}", "rating", CallGroup.Rating, ratings.Service);
        MapGet(GatewayPath + "/rating/v1/options/{optionCode}", "rating", CallGroup.Rating, ratings.Option);

        Map("POST", Owner + "/shipments", "shipping", CallGroup.Shipments, shipments.CreateAsync);
        MapGet(Owner + "/shipments", "shipping", CallGroup.SearchAndManifests, shipments.Search);
        MapGet(Owner + "/shipments/{id}", "shipping", CallGroup.Shipments, shipments.Read);
        MapGet(Owner + "/shipments/{id}/price", "shipping", CallGroup.Shipments, shipments.Price);
        MapGet(Owner + "/shipments/{id}/receipt", "shipping", CallGroup.Shipments, shipments.Receipt);
        MapGet(Owner + "/shipments/{id}/details", "shipping", CallGroup.Shipments, shipments.Details);
        MapGet(Owner + "/shipments/{id}/qr-code", "shipping", CallGroup.Shipments, shipments.PublicKey);
        Map("DELETE", Owner + "/shipments/{id}", "shipping", CallGroup.VoidAndRefund, call => Task.FromResult(shipments.Void(call)));
        Map("POST", Owner + "/shipments/{id}/refund", "shipping", CallGroup.VoidAndRefund, shipments.RefundAsync);
        MapGet(GatewayPath + "/shipping/v1/artifacts/{consumerId}/shipping/{artifactId}/{index}", "shipping", CallGroup.Shipments, artifacts.Get);
        MapGet(Owner + "/groups", "shipping", CallGroup.SearchAndManifests, manifests.Groups);
        Map("POST", Owner + "/manifests", "shipping", CallGroup.SearchAndManifests, manifests.TransmitAsync);
        MapGet(Owner + "/manifests", "shipping", CallGroup.SearchAndManifests, manifests.List);
        MapGet(Owner + "/manifests/{id}", "shipping", CallGroup.SearchAndManifests, manifests.Read);
        MapGet(Owner + "/manifests/{id}/details", "shipping", CallGroup.SearchAndManifests, manifests.Details);

        MapGet(GatewayPath + "/tracking/v1/pins/{pin:length(11,16)}/summaries", "tracking", CallGroup.Tracking, tracking.Summaries);
        MapGet(GatewayPath + "/tracking/v1/pins/{pin:length(11,16)}/details", "tracking", CallGroup.Tracking, tracking.Details);
        MapGet(GatewayPath + "/tracking/v1/dncs/{dnc:length(15)}/summaries", "tracking", CallGroup.Tracking, tracking.Summaries);
        MapGet(GatewayPath + "/tracking/v1/dncs/{dnc:length(15)}/details", "tracking", CallGroup.Tracking, tracking.Details);
        MapGet(GatewayPath + "/tracking/v1/refs/summaries", "tracking", CallGroup.Tracking, tracking.ByReference);
        MapGet(GatewayPath + "/serviceinfo/v1/shipments-service", "serviceinfo", CallGroup.SearchAndManifests, serviceInfo.Read);

        app.MapGet("/public-labels/{key}", artifacts.GetPublic);
        app.MapGet("/documents/{consumerId}/{artifactId}", artifacts.GetRedirected);

        void MapGet(string path, string product, CallGroup group, Func<Call, IResult> serve) =>
            Map("GET", path, product, group, call => Task.FromResult(serve(call)));

        void Map(string method, string path, string product, CallGroup group, Func<Call, Task<IResult>> serve) =>
            app.MapMethods(path, [method], http => RunAsync(http, product, group, serve));

        async Task RunAsync(HttpContext http, string product, CallGroup group, Func<Call, Task<IResult>> serve)
        {
            var answer = await gateway.ServeAsync(http, product, group, serve);
            await answer.ExecuteAsync(http);
        }
    }

    private static void MapSwitches(WebApplication app)
    {
        var board = app.Services.GetRequiredService<SwitchBoard>();
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        app.MapGet("/_control/switches", () => board.Now);
        app.MapPut("/_control/switches", (JsonObject changes) =>
        {
            var merged = JsonSerializer.SerializeToNode(board.Now, json)!.AsObject();
            foreach (var (name, value) in changes)
            {
                merged[name] = value?.DeepClone();
            }

            return board.Now = merged.Deserialize<Switches>(json)!;
        });
        app.MapDelete("/_control/switches", () =>
        {
            board.Now = new Switches();
            return TypedResults.NoContent();
        });
        app.MapPost("/_control/bill-untransmitted", (Manifests manifests) => new { billed = manifests.BillUntransmitted() });
        app.MapPost("/_control/expire-tokens", (Gateway gateway) =>
        {
            gateway.ExpireTokens();
            return TypedResults.NoContent();
        });
    }
}
