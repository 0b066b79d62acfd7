using System.Globalization;
using System.Resources;
using System.Text.Json;
using System.Text.Json.Serialization;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Web.Features.Batches;

/// <summary>Between the rows of a batch and what the rules speak of.</summary>
internal static class StoredBatch
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { Converters = { new LineFieldConverter(), new JsonStringEnumConverter() } };

    private static readonly BatchPlaces Places = ReadPlaces();

    public static string Write<TColumn>(TColumn value) => JsonSerializer.Serialize(value, Form);

    public static IReadOnlyList<BatchColumn> Columns(this Batch batch) => Read<List<BatchColumn>>(batch.ColumnsJson);

    /// <summary>Due at once: any node may take it up.</summary>
    public static void Begin(this Batch batch, DateTimeOffset now)
    {
        batch.Stop = null;
        batch.NextRunAt = now;
        batch.UpdatedAt = now;
        batch.Version++;
    }

    /// <summary>In which the carrier is spoken to.</summary>
    public static Language Words(this Batch batch) => batch.ReaderLanguage ?? batch.Language;

    public static BatchTerms Terms(this Batch batch, ICarrier carrier) => new(
        batch.Language,
        batch.Units,
        batch.From.ToAddress(),
        batch.ParcelJson is { } json ? Read<Parcel>(json) : null,
        carrier.Terms.UsDutiesPrepaid,
        Places);

    public static IReadOnlyDictionary<LineField, string> Fields(this BatchLine line) => Fields(line.FieldsJson);

    public static IReadOnlyDictionary<LineField, string> Fields(string json) => Read<Dictionary<LineField, string>>(json);

    public static IReadOnlyList<string> Cells(BatchLine line) => Cells(line.CellsJson);

    public static IReadOnlyList<string> Cells(string json) => Read<List<string>>(json);

    /// <summary>Takes over what a line says now: checked again, and without the price of what it said before.</summary>
    public static void Say(this BatchLine line, IReadOnlyDictionary<LineField, string> fields, BatchTerms terms)
    {
        line.FieldsJson = Write(fields);
        line.State = BatchLineRules.Read(fields, terms).Findings.Count == 0 ? BatchLineState.Ready : BatchLineState.Wrong;
        line.RatesJson = null;
        line.RatesFor = null;
        line.RatedAt = null;
        line.ServiceCode = null;
        line.ServiceName = null;
        line.Total = null;
        line.InsteadOfNamed = false;
        line.ErrorsJson = null;
        line.LabelId = null;
        line.Version++;
    }

    /// <summary>Chooses the line's service among these rates by the batch's rule.</summary>
    public static void Choose(this BatchLine line, IReadOnlyList<Rate> rates, Batch batch)
    {
        if (ServiceChoices.Choose(rates, batch.Choice, batch.ServiceCode) is not { } chosen)
        {
            return;
        }

        line.State = BatchLineState.Rated;
        line.ServiceCode = chosen.Rate.ServiceCode;
        line.ServiceName = chosen.Rate.ServiceName;
        line.Total = chosen.Rate.Price.Total;
        line.InsteadOfNamed = chosen.InsteadOfNamed;
        line.ErrorsJson = null;
    }

    /// <param name="errors">The carrier's words; empty when it offers nothing, null when it could not be reached.</param>
    public static void HasNoPrice(this BatchLine line, IReadOnlyList<CarrierError>? errors)
    {
        line.State = BatchLineState.NotRated;
        line.ErrorsJson = errors is null ? null : StoredLabel.Json.Write(errors);
    }

    private static TColumn Read<TColumn>(string json) =>
        JsonSerializer.Deserialize<TColumn>(json, Form) ?? throw new InvalidOperationException("A batch's column holds no value.");

    /// <summary>The names of places in both languages: a French file may well say Allemagne, and an English one Québec.</summary>
    private static BatchPlaces ReadPlaces()
    {
        var names = new ResourceManager(typeof(PlaceTexts));
        return new BatchPlaces(
            Named("Country", Countries.All),
            Named("Province", Provinces.All),
            Named("State", UsStates.All));

        Dictionary<string, string> Named(string kind, IReadOnlyList<string> codes) => codes
            .SelectMany(code => new[] { CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("fr") }
                .Select(language => (Name: FoldedText.Of(names.GetString($"{kind}.{code}", language) ?? code), Code: code)))
            .DistinctBy(place => place.Name)
            .ToDictionary(place => place.Name, place => place.Code);
    }

    /// <summary>By name and number, as a value and as a key.</summary>
    private sealed class LineFieldConverter : JsonConverter<LineField>
    {
        public override LineField Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            LineField.Read(reader.GetString()) ?? throw new JsonException($"No line has a field {reader.GetString()}.");

        public override LineField ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader, typeToConvert, options);

        public override void Write(Utf8JsonWriter writer, LineField value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

        public override void WriteAsPropertyName(Utf8JsonWriter writer, LineField value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
    }
}
