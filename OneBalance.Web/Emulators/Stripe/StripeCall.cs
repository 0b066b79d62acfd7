using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>One request being worked, inside one transaction of the store: all of it is stored, or nothing.</summary>
/// <param name="store">The transaction.</param>
/// <param name="now">Seconds since 1970.</param>
/// <param name="address">Where the emulator was reached; its hosted pages live there too.</param>
internal sealed class StripeCall(
    EmulatorStore.Session store,
    Params parameters,
    RouteValueDictionary route,
    long now,
    Uri address,
    StripeEmulatorSettings settings,
    string? idempotencyKey)
{
    private readonly List<string> _events = [];

    public EmulatorStore.Session Store { get; } = store;

    public Params Params { get; } = parameters;

    public long Now { get; } = now;

    public Uri Address { get; } = address;

    public StripeEmulatorSettings Settings { get; } = settings;

    public string? IdempotencyKey { get; } = idempotencyKey;

    /// <summary>Ids of the events that this request caused, in order.</summary>
    public IReadOnlyList<string> Events => _events;

    /// <summary>The <c>{id}</c> of the route.</summary>
    public string Id { get; } = route.TryGetValue("id", out object? id) ? id?.ToString() ?? "" : "";

    public JsonObject? Find(string kind, string? id) => id is null ? null : Store.Get<JsonObject>(kind, id);

    /// <summary>The object of the route's id.</summary>
    public JsonObject Read(string kind, string what) => Find(kind, Id) ?? throw StripeFailure.NotFound(what, Id);

    /// <summary>The object named by a parameter.</summary>
    public JsonObject Referenced(string parameter, string kind, string what)
    {
        string id = Params.Required(parameter);
        return Find(kind, id) ?? throw StripeFailure.NoSuch(what, id, parameter);
    }

    public void Save(JsonObject document) => Store.Put(document.Text("object"), document.Text("id"), document);

    /// <summary>Writes down that something happened, with the object as it is now; it is delivered after the transaction.</summary>
    public void Happened(string type, JsonObject subject)
    {
        var happened = StripeObjects.Event(NewId("evt"), Now, type, subject, IdempotencyKey);
        Save(happened);
        _events.Add(happened.Text("id"));
    }

    public static string NewId(string prefix) =>
        $"{prefix}_{RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 24)}";
}

/// <summary>An answer on the wire.</summary>
internal sealed record StripeAnswer(int Status, JsonObject Body)
{
    public static StripeAnswer Ok(JsonObject body) => new(StatusCodes.Status200OK, body);
}

/// <summary>A request that is turned down with nothing done: the transaction is rolled back.</summary>
internal sealed class StripeFailure(int status, string type, string message, string? code = null, string? param = null) : Exception(message)
{
    public StripeAnswer Answer { get; } = Error(status, type, message, code, param);

    public static StripeAnswer Error(int status, string type, string message, string? code = null, string? param = null)
    {
        var error = new JsonObject { ["type"] = type, ["message"] = message };
        if (code is not null)
        {
            error["code"] = code;
            error["doc_url"] = $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}";
        }

        if (param is not null)
        {
            error["param"] = param;
        }

        return new StripeAnswer(status, new JsonObject { ["error"] = error });
    }

    /// <summary>The address names an object that does not exist.</summary>
    public static StripeFailure NotFound(string what, string id) =>
        new(StatusCodes.Status404NotFound, "invalid_request_error", $"No such {what}: '{id}'", "resource_missing", "id");

    /// <summary>A parameter names an object that does not exist.</summary>
    public static StripeFailure NoSuch(string what, string id, string param) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", $"No such {what}: '{id}'", "resource_missing", param);

    public static StripeFailure Missing(string param) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", $"Missing required param: {param}.", "parameter_missing", param);

    public static StripeFailure Unknown(string param) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", $"Received unknown parameter: {param}", "parameter_unknown", param);

    public static StripeFailure Invalid(string param, string message, string? code = null) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", message, code, param);
}

/// <summary>The form-encoded parameters of a request, e.g. <c>metadata[order]=1&amp;expand[0]=latest_charge</c>.</summary>
internal sealed class Params(IReadOnlyDictionary<string, StringValues> values)
{
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Count > 0 ? value[^1] : null;

    public string Required(string name) => this[name] is { Length: > 0 } value ? value : throw StripeFailure.Missing(name);

    public bool Flag(string name) => this[name] switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw StripeFailure.Invalid(name, $"Invalid boolean: {this[name]}"),
    };

    public long? Integer(string name) => this[name] switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) => value,
        var text => throw StripeFailure.Invalid(name, $"Invalid integer: {text}", "parameter_invalid_integer"),
    };

    /// <summary>The values of <c>name[]</c>, <c>name[0]</c>, <c>name[1]</c>...</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. values.Where(pair => pair.Key.StartsWith($"{name}[", StringComparison.Ordinal)).SelectMany(pair => pair.Value).OfType<string>()];

    /// <summary>The values of <c>name[key]</c> by key.</summary>
    public JsonObject Map(string name)
    {
        var map = new JsonObject();
        foreach (var (key, value) in values.Where(pair => pair.Key.StartsWith($"{name}[", StringComparison.Ordinal) && pair.Key.EndsWith(']')))
        {
            map[key[(name.Length + 1)..^1]] = value.ToString();
        }

        return map;
    }

    /// <summary>Refuses a parameter that the operation does not know, as the processor does.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (string key in values.Keys)
        {
            string name = key.Split('[')[0];
            if (name != "expand" && !names.Contains(name))
            {
                throw StripeFailure.Unknown(name);
            }
        }
    }

    /// <summary>The same for the same parameters in any order.</summary>
    public string Fingerprint(string method, string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{method} {path}\n{string.Join('\n', values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}")));
}

internal static class JsonReading
{
    public static string Text(this JsonObject document, string name) => document[name]!.GetValue<string>();

    public static string? TextOrNull(this JsonObject document, string name) => document[name] is JsonValue value ? value.GetValue<string>() : null;

    public static long Whole(this JsonObject document, string name) => document[name]!.GetValue<long>();
}
