using System.Globalization;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Features.Labels;

/// <summary>A parcel while it is being typed: the words stay as they are, the measures follow.</summary>
public sealed class ParcelInput
{
    private readonly Dictionary<ParcelField, string> _texts = Enum.GetValues<ParcelField>().ToDictionary(field => field, _ => "");

    public Units Units { get; private set; } = Units.Metric;

    public string Text(ParcelField field) => _texts[field];

    public void Type(ParcelField field, string text) => _texts[field] = text;

    /// <summary>Turns what was typed into the other units.</summary>
    public void Use(Units units)
    {
        if (units == Units)
        {
            return;
        }

        var parcel = ToParcel();
        Units = units;
        Show(parcel);
    }

    public bool IsNumber(ParcelField field) => Measures.Read(_texts[field]) is not null;

    /// <summary>A measure that is missing or cannot be read is 0.</summary>
    public Parcel ToParcel() => new(
        Grams(_texts[ParcelField.Weight]),
        Millimetres(_texts[ParcelField.Length]),
        Millimetres(_texts[ParcelField.Width]),
        Millimetres(_texts[ParcelField.Height]));

    public static ParcelInput From(Parcel parcel, Units units)
    {
        var input = new ParcelInput { Units = units };
        input.Show(parcel);
        return input;
    }

    private void Show(Parcel parcel)
    {
        _texts[ParcelField.Weight] = Write(Measures.TypedFromGrams(parcel.WeightGrams, Units));
        _texts[ParcelField.Length] = Write(Measures.TypedFromMillimetres(parcel.LengthMm, Units));
        _texts[ParcelField.Width] = Write(Measures.TypedFromMillimetres(parcel.WidthMm, Units));
        _texts[ParcelField.Height] = Write(Measures.TypedFromMillimetres(parcel.HeightMm, Units));
    }

    private static string Write(decimal? value) =>
        value?.ToString("0.###", CultureInfo.GetCultureInfo(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr" ? "fr-CA" : "en-CA")) ?? "";

    private int Grams(string text) => Measures.Read(text) is { } value ? Measures.ToGrams(value, Units) ?? 0 : 0;

    private int Millimetres(string text) => Measures.Read(text) is { } value ? Measures.ToMillimetres(value, Units) ?? 0 : 0;
}
