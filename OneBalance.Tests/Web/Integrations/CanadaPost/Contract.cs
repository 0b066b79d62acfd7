using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>
/// The carrier's contract as described in <c>TestData/CanadaPost/canada-post-v1.openapi.yaml</c>: checks bodies against its schemas
/// and finds the operation of a request. Written apart from the emulator's own reading of the same schemas, and stricter than the
/// carrier: it lets unknown members of inner objects pass and loses them, so here a member that no schema names is a finding.
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

    /// <summary>
    /// What is wrong with one exchange: the operation, the names and values of its query, its headers, its body, and, where
    /// <paramref name="answer"/>, the status and body of the answer.
    /// </summary>
    public IEnumerable<string> Check(Recorder.Turn turn, string gatewayPath, bool answer)
    {
        string path = turn.Address.AbsolutePath[gatewayPath.Length..];
        if (Find(turn.Method.Method, path) is not { } operation)
        {
            yield return $"{turn.Method} {path} is not in the contract";
            yield break;
        }

        string what = $"{operation.Id} {turn.Status}";
        var query = System.Web.HttpUtility.ParseQueryString(turn.Address.Query);
        var headers = turn.Request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        foreach (string? name in query.AllKeys.Where(name => !Parameters(operation, "query").Any(parameter => parameter.Name == name)))
        {
            yield return $"{what} query {name} is not known";
        }

        var given = Parameters(operation, "query").Select(parameter => (parameter, Value: query[parameter.Name]))
            .Concat(Parameters(operation, "header").Select(parameter => (parameter, Value: headers.GetValueOrDefault(parameter.Name))));
        foreach (var (parameter, value) in given)
        {
            foreach (string finding in value is not null ? Check(parameter.Schema, Parsed(parameter.Schema, value), parameter.Name)
                : parameter.Required ? [$"{parameter.Name} is missing"] : [])
            {
                yield return $"{what} {finding}";
            }
        }

        if (!headers.ContainsKey("Accept"))
        {
            yield return $"{what} Accept is missing";
        }

        if (turn.Sent.Length > 0)
        {
            foreach (string finding in RequestSchema(operation) is { } schema ? Check(schema, Body(turn)) : ["no body is described"])
            {
                yield return $"{what} request: {finding}";
            }
        }

        if (!answer || (turn.Status == 200 && turn.MediaType != "application/json"))
        {
            yield break;
        }

        if (operation.Description["responses"]![turn.Status.ToString(CultureInfo.InvariantCulture)] is null)
        {
            yield return $"{what} is not described";
        }
        else if (ResponseSchema(operation, turn.Status) is { } described)
        {
            foreach (string finding in Check(described, JsonNode.Parse(turn.Received)))
            {
                yield return $"{what} answer: {finding} in {System.Text.Encoding.UTF8.GetString(turn.Received)}";
            }
        }
    }

    private sealed record Parameter(string Name, bool Required, JsonObject Schema);

    private IEnumerable<Parameter> Parameters(Operation operation, string place) =>
        from parameter in (operation.Description["parameters"]?.AsArray() ?? []).Concat(operation.PathItem["parameters"]?.AsArray() ?? [])
        let resolved = Resolve(parameter!.AsObject())
        where resolved["in"]!.GetValue<string>() == place
        select new Parameter(resolved["name"]!.GetValue<string>(), resolved["required"]?.GetValue<bool>() == true, resolved["schema"]!.AsObject());

    /// <summary>JSON, or a form as an object of texts.</summary>
    private static JsonNode? Body(Recorder.Turn turn)
    {
        string text = System.Text.Encoding.UTF8.GetString(turn.Sent);
        if (text.StartsWith('{'))
        {
            return JsonNode.Parse(text);
        }

        var form = System.Web.HttpUtility.ParseQueryString(text);
        return new JsonObject(form.AllKeys.Select(name => KeyValuePair.Create(name!, (JsonNode?)JsonValue.Create(form[name]))));
    }

    /// <summary>A text as what its schema wants.</summary>
    private JsonNode? Parsed(JsonObject schema, string text) => Resolve(schema)["type"]?.ToString() switch
    {
        "integer" or "number" when decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) => JsonValue.Create(number),
        "boolean" when bool.TryParse(text, out bool truth) => JsonValue.Create(truth),
        _ => JsonValue.Create(text),
    };

    public IReadOnlyList<string> Check(string schema, JsonNode? value) => Check(Schemas[schema]!.AsObject(), value);

    /// <param name="closed">False for a part of a combination: the whole of it names the members.</param>
    public IReadOnlyList<string> Check(JsonObject schema, JsonNode? value, string path = "$", bool closed = true)
    {
        if (schema["$ref"] is not null)
        {
            return Check(Resolve(schema), value, path, closed);
        }

        return
        [
            .. Types(schema, value, path),
            .. Combinations(schema, value, path),
            .. value switch
            {
                JsonObject members => [.. Members(schema, members, path), .. closed ? Unknown(schema, members, path) : []],
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
            foreach (string finding in Check(part!.AsObject(), value, path, closed: false))
            {
                yield return finding;
            }
        }

        if (schema["anyOf"] is JsonArray any && !any.Any(part => Check(part!.AsObject(), value, path, closed: false).Count == 0))
        {
            yield return $"{path} fits none of anyOf";
        }

        if (schema["oneOf"] is JsonArray one && one.Count(part => Check(part!.AsObject(), value, path, closed: false).Count == 0) != 1)
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
        }

        if (members.Count < (schema["minProperties"]?.GetValue<int>() ?? 0) || members.Count > (schema["maxProperties"]?.GetValue<int>() ?? int.MaxValue))
        {
            yield return $"{path} has {members.Count} members";
        }
    }

    private IEnumerable<string> Unknown(JsonObject schema, JsonObject members, string path)
    {
        var known = Named(schema).ToHashSet();
        return known.Count == 0 ? [] : members.Select(member => member.Key).Where(name => !known.Contains(name)).Select(name => $"{path}.{name} is not known");
    }

    /// <summary>The members that a schema or any part of it names; none when it describes no object.</summary>
    private IEnumerable<string> Named(JsonObject schema)
    {
        var resolved = Resolve(schema);
        return (resolved["properties"]?.AsObject().Select(property => property.Key) ?? [])
            .Concat(((string[])["allOf", "anyOf", "oneOf"]).SelectMany(combination => resolved[combination]?.AsArray() ?? []).SelectMany(part => Named(part!.AsObject())));
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
