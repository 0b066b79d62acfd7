using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <summary>
/// Strict when writing, tolerant when reading: official examples print numbers where the schema says text, one object where it
/// says a list, leave blocks out, leave text empty where a number belongs, and add members nobody described.
/// </summary>
internal static class WireJson
{
    public static readonly JsonSerializerOptions Writing = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        AllowTrailingCommas = true,
        Converters = { new TextConverter(), new DecimalConverter(), new IntegerConverter(), new OneOrManyConverter() },
    };

    /// <summary>The answer's body, or null when it is not what was expected.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Reading);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Text, also where a bare number or a boolean stands.</summary>
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => throw new JsonException("Text was expected."),
        };

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    /// <summary>A number, also as text; empty text is none.</summary>
    private sealed class DecimalConverter : JsonConverter<decimal?>
    {
        public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? reader.GetDecimal()
            : reader.TokenType != JsonTokenType.String ? throw new JsonException("A number was expected.")
            : reader.GetString() is var text && string.IsNullOrWhiteSpace(text) ? null
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number
            : throw new JsonException("A number was expected.");

        public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    /// <summary>A whole number, also as text; empty text is none.</summary>
    private sealed class IntegerConverter : JsonConverter<int?>
    {
        public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? reader.GetInt32()
            : reader.TokenType != JsonTokenType.String ? throw new JsonException("A whole number was expected.")
            : reader.GetString() is var text && string.IsNullOrWhiteSpace(text) ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
            : throw new JsonException("A whole number was expected.");

        public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    /// <summary>A list, also where its one entry stands alone.</summary>
    private sealed class OneOrManyConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(OneOrMany<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class OneOrMany<T> : JsonConverter<IReadOnlyList<T>>
    {
        public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.StartArray
                ? JsonSerializer.Deserialize<List<T>>(ref reader, options)!
                : [JsonSerializer.Deserialize<T>(ref reader, options)!];

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
