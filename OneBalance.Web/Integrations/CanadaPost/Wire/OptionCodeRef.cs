using System.Text.Json;
using System.Text.Json.Serialization;

namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <summary>An option named by another: a bare code or an object with one.</summary>
[JsonConverter(typeof(Converter))]
public sealed record OptionCodeRef(string OptionCode)
{
    internal sealed class Converter : JsonConverter<OptionCodeRef>
    {
        public override OptionCodeRef? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement switch
            {
                { ValueKind: JsonValueKind.String } text => new OptionCodeRef(text.GetString()!),
                { ValueKind: JsonValueKind.Object } named when named.TryGetProperty("optionCode", out var code) => new OptionCodeRef(code.ToString()),
                _ => throw new JsonException("An option code was expected."),
            };
        }

        public override void Write(Utf8JsonWriter writer, OptionCodeRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.OptionCode);
    }
}
