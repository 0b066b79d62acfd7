using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Data.Model;

/// <summary>What a saved address is for. Persisted: values are frozen.</summary>
public enum AddressKind
{
    /// <summary>Where parcels go.</summary>
    Recipient = 1,

    /// <summary>Where parcels come from: in Canada, with company and phone.</summary>
    Sender = 2,
}

/// <summary>An address a merchant keeps for use on labels.</summary>
public sealed class SavedAddress
{
    public MerchantId MerchantId { get; set; }

    public SavedAddressId Id { get; set; }

    public AddressKind Kind { get; set; }

    public required PostalAddress Address { get; set; }

    /// <summary>What search looks in: names, place and phone without accents, in lower case; at most 300 characters.</summary>
    public required string SearchText { get; set; }

    /// <summary>The ship-from of new labels; at most one sender of a merchant.</summary>
    public bool IsDefault { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>Weight and size of a parcel that is sent often.</summary>
public sealed class ParcelPreset
{
    public MerchantId MerchantId { get; set; }

    public ParcelPresetId Id { get; set; }

    /// <summary>At most 40 characters, unique for a merchant whatever the case.</summary>
    public required string Name { get; set; }

    /// <summary>The name in lower case: two presets cannot differ by case alone.</summary>
    public required string NameKey { get; set; }

    public int WeightGrams { get; set; }

    public int LengthMm { get; set; }

    public int WidthMm { get; set; }

    public int HeightMm { get; set; }

    /// <summary>How it was typed; stored in grams and millimetres either way.</summary>
    public Units Units { get; set; } = Units.Metric;

    /// <summary>The parcel of new labels; at most one of a merchant.</summary>
    public bool IsDefault { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}
