using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OneBalance.Web.Emulators.CanadaPost.Contract;

/// <summary>What is wrong with the shape of one member.</summary>
/// <param name="Path">The member, from <c>$</c>, the body.</param>
internal sealed record ShapeFinding(string Path, string English, string French)
{
    public string Text(bool french) => french ? $"{Path}\u00a0: {French}" : $"{Path}: {English}";
}

/// <summary>
/// The shapes of request bodies, from the contract's schemas (<c>requests.json</c>, the part of the OpenAPI description that
/// speaks of requests). Knows the JSON Schema keywords that file uses, and no others.
/// </summary>
internal static class RequestContract
{
    private static readonly JsonObject Schemas = Load();

    private static readonly Dictionary<string, Regex> Patterns = [];

    /// <summary>What is wrong with the body, a finding for each member; empty when it has the shape.</summary>
    public static IReadOnlyList<ShapeFinding> Check(string schema, JsonNode? body)
    {
        var findings = new List<ShapeFinding>();
        Check(Schemas[schema]!.AsObject(), body, "$", findings);
        return findings;
    }

    private static void Check(JsonObject schema, JsonNode? value, string path, List<ShapeFinding> findings)
    {
        foreach (var (keyword, rule) in schema)
        {
            switch (keyword)
            {
                case "$ref":
                    Check(Schemas[rule!.GetValue<string>().Split('/')[^1]]!.AsObject(), value, path, findings);
                    break;
                case "allOf":
                    foreach (var part in rule!.AsArray())
                    {
                        Check(part!.AsObject(), value, path, findings);
                    }

                    break;
                case "anyOf":
                    if (!rule!.AsArray().Any(part => Fits(part!.AsObject(), value)))
                    {
                        findings.Add(new(path, "fits none of the allowed forms", "ne correspond à aucune des formes permises"));
                    }

                    break;
                case "oneOf":
                    if (rule!.AsArray().Count(part => Fits(part!.AsObject(), value)) != 1)
                    {
                        string names = string.Join(", ", rule!.AsArray().Select(part => part!["required"]?[0]?.GetValue<string>()));
                        findings.Add(new(path, $"exactly one of {names} is required", $"exactement un de {names} est obligatoire"));
                    }

                    break;
                default:
                    CheckValue(keyword, rule!, schema, value, path, findings);
                    break;
            }
        }
    }

    private static bool Fits(JsonObject schema, JsonNode? value)
    {
        var findings = new List<ShapeFinding>();
        Check(schema, value, "$", findings);
        return findings.Count == 0;
    }

    private static void CheckValue(string keyword, JsonNode rule, JsonObject schema, JsonNode? value, string path, List<ShapeFinding> findings)
    {
        switch (keyword)
        {
            case "type":
                if (!HasType(rule, value))
                {
                    findings.Add(new(path, $"must be of type {rule.ToJsonString()}", $"doit être de type {rule.ToJsonString()}"));
                }

                break;
            case "const":
                if (!JsonNode.DeepEquals(rule, value))
                {
                    findings.Add(new(path, $"must be {rule.ToJsonString()}", $"doit être {rule.ToJsonString()}"));
                }

                break;
            case "enum":
                if (!rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)))
                {
                    findings.Add(new(path, $"must be one of {rule.ToJsonString()}", $"doit être une des valeurs {rule.ToJsonString()}"));
                }

                break;
            case "required" or "properties" or "additionalProperties" or "minProperties" or "maxProperties":
                if (value is JsonObject members)
                {
                    CheckMembers(keyword, rule, schema, members, path, findings);
                }

                break;
            case "items" or "minItems" or "maxItems":
                if (value is JsonArray items)
                {
                    CheckItems(keyword, rule, items, path, findings);
                }

                break;
            case "minLength" or "maxLength" or "pattern" or "format":
                if (value is JsonValue text && text.TryGetValue(out string? characters))
                {
                    CheckText(keyword, rule, characters, path, findings);
                }

                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "multipleOf":
                if (value is JsonValue number && number.TryGetValue(out decimal amount))
                {
                    CheckNumber(keyword, rule.GetValue<decimal>(), amount, path, findings);
                }

                break;
            default:
                throw new InvalidOperationException($"The contract uses the keyword {keyword}, which is not known here.");
        }
    }

    private static void CheckMembers(string keyword, JsonNode rule, JsonObject schema, JsonObject members, string path, List<ShapeFinding> findings)
    {
        switch (keyword)
        {
            case "required":
                findings.AddRange(rule.AsArray().Select(name => name!.GetValue<string>()).Where(name => !members.ContainsKey(name))
                    .Select(name => new ShapeFinding($"{path}.{name}", "required", "obligatoire")));
                break;
            case "properties":
                foreach (var (name, member) in members)
                {
                    if (rule[name] is JsonObject known)
                    {
                        Check(known, member, $"{path}.{name}", findings);
                    }
                }

                break;
            case "additionalProperties":
                findings.AddRange(members.Select(member => member.Key).Where(name => schema["properties"]?[name] is null)
                    .Select(name => new ShapeFinding($"{path}.{name}", "unknown member", "membre inconnu")));
                break;
            case "minProperties" when members.Count < rule.GetValue<int>():
                findings.Add(new(path, "too few members", "trop peu de membres"));
                break;
            case "maxProperties" when members.Count > rule.GetValue<int>():
                findings.Add(new(path, "too many members", "trop de membres"));
                break;
            default:
                break;
        }
    }

    private static void CheckItems(string keyword, JsonNode rule, JsonArray items, string path, List<ShapeFinding> findings)
    {
        switch (keyword)
        {
            case "items":
                for (int index = 0; index < items.Count; index++)
                {
                    Check(rule.AsObject(), items[index], $"{path}[{index}]", findings);
                }

                break;
            case "minItems" when items.Count < rule.GetValue<int>():
                findings.Add(new(path, $"at least {rule} entries", $"au moins {rule} éléments"));
                break;
            case "maxItems" when items.Count > rule.GetValue<int>():
                findings.Add(new(path, $"at most {rule} entries", $"au plus {rule} éléments"));
                break;
            default:
                break;
        }
    }

    private static void CheckText(string keyword, JsonNode rule, string text, string path, List<ShapeFinding> findings)
    {
        bool fits = keyword switch
        {
            "minLength" => text.Length >= rule.GetValue<int>(),
            "maxLength" => text.Length <= rule.GetValue<int>(),
            "pattern" => Pattern(rule.GetValue<string>()).IsMatch(text),
            "format" => rule.GetValue<string>() switch
            {
                "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
                _ => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            },
            _ => true,
        };
        if (!fits)
        {
            string asked = rule.ToString();
            findings.Add(keyword switch
            {
                "minLength" => new(path, $"at least {asked} characters", $"au moins {asked} caractères"),
                "maxLength" => new(path, $"at most {asked} characters", $"au plus {asked} caractères"),
                "pattern" => new(path, $"must match {asked}", $"doit correspondre à {asked}"),
                _ => new(path, $"must be a {asked}", $"doit être de forme {asked}"),
            });
        }
    }

    private static void CheckNumber(string keyword, decimal rule, decimal amount, string path, List<ShapeFinding> findings)
    {
        bool fits = keyword switch
        {
            "minimum" => amount >= rule,
            "maximum" => amount <= rule,
            "exclusiveMinimum" => amount > rule,
            _ => amount % rule == 0m,
        };
        if (!fits)
        {
            string asked = rule.ToString(CultureInfo.InvariantCulture);
            findings.Add(keyword switch
            {
                "minimum" => new(path, $"at least {asked}", $"au moins {asked}"),
                "maximum" => new(path, $"at most {asked}", $"au plus {asked}"),
                "exclusiveMinimum" => new(path, $"more than {asked}", $"plus de {asked}"),
                _ => new(path, $"must be a multiple of {asked}", $"doit être un multiple de {asked}"),
            });
        }
    }

    private static bool HasType(JsonNode rule, JsonNode? value) => rule is JsonArray several
        ? several.Any(one => HasType(one!, value))
        : rule.GetValue<string>() switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "null" => value is null,
            "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
            "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
            "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
            "integer" => value is JsonValue number && value.GetValueKind() == System.Text.Json.JsonValueKind.Number && number.TryGetValue(out decimal amount) && decimal.IsInteger(amount),
            _ => false,
        };

    private static Regex Pattern(string pattern)
    {
        lock (Patterns)
        {
            if (!Patterns.TryGetValue(pattern, out var regex))
            {
                Patterns[pattern] = regex = new Regex(pattern, RegexOptions.ECMAScript, TimeSpan.FromMilliseconds(200));
            }

            return regex;
        }
    }

    private static JsonObject Load()
    {
        using var stream = typeof(RequestContract).Assembly.GetManifestResourceStream("OneBalance.Web.Emulators.CanadaPost.Contract.requests.json")
            ?? throw new InvalidOperationException("The contract is not in the assembly.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
