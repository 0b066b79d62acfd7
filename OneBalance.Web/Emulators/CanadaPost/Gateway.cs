using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OneBalance.Web.Emulators.CanadaPost.Contract;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>The carrier's groups of calls, each with a limit a minute of its own.</summary>
internal enum CallGroup
{
    Shipments = 646,
    VoidAndRefund = 468,
    SearchAndManifests = 730,
    Rating = 840,
    Tracking = 20,
}

/// <summary>One call that passed the gateway.</summary>
internal sealed record Call(EmulatedAccount Account, bool French, string Base, HttpContext Http)
{
    /// <summary>As given in the address; answers echo it.</summary>
    public string MailedBy => (string)Http.Request.RouteValues["mailedBy"]!;

    public string Mobo => (string)Http.Request.RouteValues["mobo"]!;

    public string Id => (string)Http.Request.RouteValues["id"]!;

    /// <summary>Whose shipments: customer and mobo, both padded.</summary>
    public string Owner => $"{EmulatedAccountNumbers.Pad(MailedBy)}/{EmulatedAccountNumbers.Pad(Mobo)}";

    public string Query(params string[] names) => names.Select(name => Http.Request.Query[name].ToString()).FirstOrDefault(value => value.Length > 0) ?? "";

    public bool Has(params string[] names) => names.Any(Http.Request.Query.ContainsKey);

    public IResult Refuse(params IEnumerable<string> codes) => Json(Errors.Answer(codes, French), StatusCodes.Status400BadRequest);

    public IResult NotFound() => Json(Errors.Answer(["9999"], French), StatusCodes.Status404NotFound);

    public IResult Ok<T>(T body) => Json(body, StatusCodes.Status200OK);

    public Link ShippingLink(string rel, string path, string mediaType = "application/json", int? index = null) =>
        new(rel, $"{Base}/shipping/v1/{MailedBy}/{Mobo}/{path}", mediaType, index);

    public Link DocumentLink(string rel, string consumer, string artifact, string mediaType, int? index) =>
        new(rel, $"{Base}/shipping/v1/artifacts/{consumer}/shipping/{artifact}/0", mediaType, index);

    public static IResult Json<T>(T body, int status) => Results.Json(body, Gateway.JsonOut, "application/json", status);
}

internal static class EmulatedAccountNumbers
{
    /// <summary>Customer numbers and contracts are compared padded to ten digits; a platform id after the hyphen does not count.</summary>
    public static string Pad(string number) => number.Split('-')[0].PadLeft(10, '0');
}

/// <summary>What stands before every product: tokens, subscriptions, throttling, language.</summary>
internal sealed class Gateway(SwitchBoard switches, TimeProvider time)
{
    public static readonly JsonSerializerOptions JsonOut = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions JsonIn = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Token> _tokens = new();
    private readonly Dictionary<(string Client, CallGroup Group), Queue<DateTimeOffset>> _calls = [];

    private sealed record Token(EmulatedAccount Account, DateTimeOffset Expires);

    /// <summary>Client credentials by the <c>X-IBM-*</c> headers, as form fields or by HTTP Basic.</summary>
    public async Task<IResult> IssueTokenAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            return TokenError("invalid_request", "A form is required.", StatusCodes.Status400BadRequest);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form["grant_type"] != "client_credentials")
        {
            return TokenError("invalid_request", "grant_type must be client_credentials.", StatusCodes.Status400BadRequest);
        }

        if (form["scope"].ToString() is not ("merchant" or "platform"))
        {
            return TokenError("invalid_scope", "scope must be merchant or platform.", StatusCodes.Status400BadRequest);
        }

        var (id, secret) = Credentials(http, form);
        var account = EmulatedAccount.All.FirstOrDefault(account => account.ClientId == id && account.ClientSecret == secret);
        if (account is null)
        {
            return TokenError("unauthorized_client", "Invalid client ID or secret, or client not subscribed to this API", StatusCodes.Status401Unauthorized);
        }

        var now = time.GetUtcNow();
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _tokens[token] = new Token(account, now.AddSeconds(switches.Now.TokenSeconds));
        return Results.Json(new JsonObject
        {
            ["token_type"] = "Bearer",
            ["access_token"] = token,
            ["scope"] = form["scope"].ToString(),
            ["expires_in"] = switches.Now.TokenSeconds,
            ["consented_on"] = now.ToUnixTimeSeconds(),
        });
    }

    /// <summary>Forgets every token: the next call with one is answered 401.</summary>
    public void ExpireTokens() => _tokens.Clear();

    /// <summary>Serves the call, unless the gateway itself answers.</summary>
    public async Task<IResult> ServeAsync(HttpContext http, string product, CallGroup group, Func<Call, Task<IResult>> serve)
    {
        string bearer = http.Request.Headers.Authorization.ToString();
        if (!bearer.StartsWith("Bearer ", StringComparison.Ordinal)
            || !_tokens.TryGetValue(bearer["Bearer ".Length..], out var token)
            || token.Expires <= time.GetUtcNow()
            || !token.Account.Products.Contains(product))
        {
            return Unauthorized();
        }

        if (IsThrottled(token.Account.ClientId, group))
        {
            return Call.Json(Errors.Throttled, switches.Now.ThrottleStatus);
        }

        bool french = http.Request.Headers.AcceptLanguage.ToString().StartsWith("fr", StringComparison.OrdinalIgnoreCase);
        var call = new Call(token.Account, french, $"{http.Request.Scheme}://{http.Request.Host}{CanadaPostEmulator.GatewayPath}", http);
        return http.Request.RouteValues.ContainsKey("mailedBy") && Foreign(call) is { } refusal ? refusal : await serve(call);
    }

    /// <summary>The body in the shape of the schema, or the refusal that names every member that is not.</summary>
    public static async Task<(T? Body, JsonObject? Raw, IResult? Refusal)> ReadAsync<T>(Call call, string schema)
        where T : class
    {
        JsonNode? node;
        try
        {
            node = await JsonNode.ParseAsync(call.Http.Request.Body, cancellationToken: call.Http.RequestAborted);
        }
        catch (JsonException)
        {
            return (null, null, Call.Json(Errors.Shape([new ShapeFinding("$", "the body is not JSON", "le corps n'est pas du JSON")], call.French), StatusCodes.Status400BadRequest));
        }

        var findings = RequestContract.Check(schema, node);
        return findings.Count == 0
            ? (node!.Deserialize<T>(JsonIn), node!.AsObject(), null)
            : (null, null, Call.Json(Errors.Shape(findings, call.French), StatusCodes.Status400BadRequest));
    }

    private static IResult? Foreign(Call call)
    {
        if (EmulatedAccountNumbers.Pad(call.MailedBy) != EmulatedAccountNumbers.Pad(call.Account.CustomerNumber))
        {
            bool groups = call.Http.Request.Path.Value!.EndsWith("/groups", StringComparison.Ordinal);
            return Call.Json(Errors.Answer(["AA003"], call.French), groups ? StatusCodes.Status400BadRequest : StatusCodes.Status403Forbidden);
        }

        // Every emulated customer mails for itself.
        return EmulatedAccountNumbers.Pad(call.Mobo) != EmulatedAccountNumbers.Pad(call.MailedBy)
            ? Call.Json(Errors.Answer(["AA004"], call.French), StatusCodes.Status403Forbidden)
            : null;
    }

    private bool IsThrottled(string client, CallGroup group)
    {
        if (!switches.Now.Throttling)
        {
            return false;
        }

        var now = time.GetUtcNow();
        int limit = switches.Now.ThrottleLimit > 0 ? switches.Now.ThrottleLimit : (int)group;
        lock (_calls)
        {
            if (!_calls.TryGetValue((client, group), out var calls))
            {
                _calls[(client, group)] = calls = new Queue<DateTimeOffset>();
            }

            while (calls.TryPeek(out var first) && first <= now - Window)
            {
                calls.Dequeue();
            }

            if (calls.Count >= limit)
            {
                return true;
            }

            calls.Enqueue(now);
            return false;
        }
    }

    private IResult Unauthorized()
    {
        var error = new GatewayError("401", "Unauthorized", "Cannot find valid subscription for the incoming API request.");
        return switches.Now.UnauthorizedAsArray
            ? Call.Json(new[] { error }, StatusCodes.Status401Unauthorized)
            : Call.Json(error, StatusCodes.Status401Unauthorized);
    }

    private static IResult TokenError(string error, string description, int status) =>
        Results.Json(new JsonObject { ["error"] = error, ["error_description"] = description }, statusCode: status);

    private static (string Id, string Secret) Credentials(HttpContext http, IFormCollection form)
    {
        if (http.Request.Headers["X-IBM-Client-Id"].ToString() is { Length: > 0 } headerId)
        {
            return (headerId, http.Request.Headers["X-IBM-Client-Secret"].ToString());
        }

        if (form["client_id"].ToString() is { Length: > 0 } formId)
        {
            return (formId, form["client_secret"].ToString());
        }

        string basic = http.Request.Headers.Authorization.ToString();
        if (!basic.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return ("", "");
        }

        try
        {
            string[] parts = Encoding.UTF8.GetString(Convert.FromBase64String(basic["Basic ".Length..])).Split(':', 2);
            return parts.Length == 2 ? (parts[0], parts[1]) : ("", "");
        }
        catch (FormatException)
        {
            return ("", "");
        }
    }
}
