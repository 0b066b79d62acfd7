namespace OneBalance.Core.Shipping;

/// <summary>A parcel: weight in grams, sides in millimetres. The carrier takes kg with three and cm with one decimal.</summary>
public sealed record Parcel(int WeightGrams, int LengthMm, int WidthMm, int HeightMm)
{
    public static readonly Parcel Empty = new(0, 0, 0, 0);
}

/// <summary>How a merchant types weight and size. Persisted: values are frozen.</summary>
public enum Units
{
    /// <summary>Kilograms and centimetres.</summary>
    Metric = 1,

    /// <summary>Pounds and inches.</summary>
    Imperial = 2,
}
