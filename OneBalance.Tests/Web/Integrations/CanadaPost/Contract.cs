using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>
/// The carrier's contract as described in <c>TestData/CanadaPost/canada-post-v1.openapi.yaml</c>: checks bodies against its schemas
/// and finds the operation of a request. Written apart from the emulator's own reading of the same schemas.
/// </summary>
internal sealed class Contract
{
    private readonly JsonObject _root;
    private readonly List<Operation> _operations = [];

    private Contract(JsonObject root)
    {
        _root = root;
        foreach (var (path, item) in root["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject().Where(member => member.Key is "get" or "post" or "delete" or "put"))
            {
                string pattern = "^" + Regex.Replace(Regex.Escape(path).Replace("\\{", "{"), "{[^}]+}", "[^/?]+") + "$";
                _operations.Add(new Operation(operation!["operationId"]!.GetValue<string>(), method.ToUpperInvariant(), new Regex(pattern), operation.AsObject(), item!.AsObject()));
            }
        }
    }

    public static Contract Load()
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Folder, "canada-post-v1.openapi.yaml"));
        yaml.Load(reader);
        return new Contract(Convert(yaml.Documents[0].RootNode)!.AsObject());
    }

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "TestData", "CanadaPost");

    public IReadOnlyList<string> OperationIds => [.. _operations.Select(operation => operation.Id)];

    public JsonObject Schemas => _root["components"]!["schemas"]!.AsObject();

    public sealed record Operation(string Id, string Method, Regex Path, JsonObject Description, JsonObject PathItem);

    /// <param name="path">Below the gateway, without the query.</param>
    public Operation? Find(string method, string path) => _operations.FirstOrDefault(operation => operation.Method == method && operation.Path.IsMatch(path));

    public JsonObject? RequestSchema(Operation operation) =>
        operation.Description["requestBody"]?["content"]?.AsObject().First().Value!["schema"]!.AsObject();

    /// <summary>The schema of a JSON answer; null when the answer has no described body. Throws for a status the contract does not know.</summary>
    public JsonObject? ResponseSchema(Operation operation, int status)
    {
        var response = operation.Description["responses"]![status.ToString(CultureInfo.InvariantCulture)]
            ?? throw new InvalidOperationException($"{operation.Id} does not describe status {status}.");
        var resolved = Resolve(response.AsObject());
        return resolved["content"]?["application/json"]?["schema"]?.AsObject();
    }

    /// <summary>Names of the query parameters an operation takes.</summary>
    public IReadOnlyList<string> QueryNames(Operation operation) =>
    [
        .. (operation.Description["parameters"]?.AsArray() ?? []).Concat(operation.PathItem["parameters"]?.AsArray() ?? [])
            .Select(parameter => Resolve(parameter!.AsObject()))
            .Where(parameter => parameter["in"]!.GetValue<string>() == "query")
            .Select(parameter => parameter["name"]!.GetValue<string>()),
    ];

    public IReadOnlyList<string> Check(string schema, JsonNode? value) => Check(Schemas[schema]!.AsObject(), value);

    public IReadOnlyList<string> Check(JsonObject schema, JsonNode? value, string path = "$")
    {
        if (schema["$ref"] is not null)
        {
            return Check(Resolve(schema), value, path);
        }

        return
        [
            .. Types(schema, value, path),
            .. Combinations(schema, value, path),
            .. value switch
            {
                JsonObject members => Members(schema, members, path),
                JsonArray items => Items(schema, items, path),
                JsonValue scalar => Scalar(schema, scalar, path),
                _ => [],
            },
        ];
    }

    private JsonObject Resolve(JsonObject node) =>
        node["$ref"]?.GetValue<string>() is { } reference
            ? Resolve(reference[2..].Split('/').Aggregate((JsonNode)_root, (at, name) => at[name]!).AsObject())
            : node;

    private static IEnumerable<string> Types(JsonObject schema, JsonNode? value, string path)
    {
        if (schema["type"] is not { } type)
        {
            yield break;
        }

        string[] allowed = type is JsonArray several ? [.. several.Select(one => one!.GetValue<string>())] : [type.GetValue<string>()];
        string actual = value switch
        {
            null => "null",
            JsonObject => "object",
            JsonArray => "array",
            JsonValue scalar => scalar.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.String => "string",
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
                _ => decimal.IsInteger(scalar.GetValue<decimal>()) ? "integer" : "number",
            },
            _ => throw new InvalidOperationException(),
        };
        if (!allowed.Contains(actual) && !(actual == "integer" && allowed.Contains("number")))
        {
            yield return $"{path} is {actual}, not {string.Join(" or ", allowed)}";
        }
    }

    private IEnumerable<string> Combinations(JsonObject schema, JsonNode? value, string path)
    {
        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            foreach (string finding in Check(part!.AsObject(), value, path))
            {
                yield return finding;
            }
        }

        if (schema["anyOf"] is JsonArray any && !any.Any(part => Check(part!.AsObject(), value, path).Count == 0))
        {
            yield return $"{path} fits none of anyOf";
        }

        if (schema["oneOf"] is JsonArray one && one.Count(part => Check(part!.AsObject(), value, path).Count == 0) != 1)
        {
            yield return $"{path} does not fit exactly one of oneOf";
        }
    }

    private IEnumerable<string> Members(JsonObject schema, JsonObject members, string path)
    {
        foreach (string name in (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).Where(name => !members.ContainsKey(name)))
        {
            yield return $"{path}.{name} is missing";
        }

        var properties = schema["properties"]?.AsObject();
        foreach (var (name, member) in members)
        {
            if (properties?[name] is JsonObject described)
            {
                foreach (string finding in Check(described, member, $"{path}.{name}"))
                {
                    yield return finding;
                }
            }
            else if (schema["additionalProperties"]?.GetValue<bool>() == false)
            {
                yield return $"{path}.{name} is not known";
            }
        }

        if (members.Count < (schema["minProperties"]?.GetValue<int>() ?? 0) || members.Count > (schema["maxProperties"]?.GetValue<int>() ?? int.MaxValue))
        {
            yield return $"{path} has {members.Count} members";
        }
    }

    private IEnumerable<string> Items(JsonObject schema, JsonArray items, string path)
    {
        if (items.Count < (schema["minItems"]?.GetValue<int>() ?? 0) || items.Count > (schema["maxItems"]?.GetValue<int>() ?? int.MaxValue))
        {
            yield return $"{path} has {items.Count} entries";
        }

        if (schema["items"] is not JsonObject described)
        {
            yield break;
        }

        for (int index = 0; index < items.Count; index++)
        {
            foreach (string finding in Check(described, items[index], $"{path}[{index}]"))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<string> Scalar(JsonObject schema, JsonValue value, string path)
    {
        if (schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value))
        {
            yield return $"{path} is not {constant.ToJsonString()}";
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value) || one!.ToString() == value.ToString()))
        {
            yield return $"{path} is {value}, none of {allowed.ToJsonString()}";
        }

        if (value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            string text = value.GetValue<string>();
            if (text.Length < (schema["minLength"]?.GetValue<int>() ?? 0) || text.Length > (schema["maxLength"]?.GetValue<int>() ?? int.MaxValue))
            {
                yield return $"{path} has {text.Length} characters";
            }

            if (schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.ECMAScript))
            {
                yield return $"{path} '{text}' does not match {pattern}";
            }

            bool wellFormed = schema["format"]?.GetValue<string>() switch
            {
                "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
                "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T'),
                _ => true,
            };
            if (!wellFormed)
            {
                yield return $"{path} '{text}' is no {schema["format"]}";
            }
        }
        else if (value.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            decimal number = value.GetValue<decimal>();
            if (number < (schema["minimum"]?.GetValue<decimal>() ?? decimal.MinValue) || number > (schema["maximum"]?.GetValue<decimal>() ?? decimal.MaxValue)
                || (schema["exclusiveMinimum"] is { } above && number <= above.GetValue<decimal>())
                || (schema["multipleOf"] is { } step && number % step.GetValue<decimal>() != 0m))
            {
                yield return $"{path} is {number}";
            }
        }
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Convert(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } plain => Plain(plain.Value!),
        YamlScalarNode quoted => JsonValue.Create(quoted.Value),
        _ => throw new InvalidOperationException(),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        "null" or "~" or "" => null,
        _ when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) => JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };
}
