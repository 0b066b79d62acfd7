namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>Where parcels for a post office go. Invented: every office stands at the carrier's head office.</summary>
internal static class PostOffices
{
    /// <summary>The office as the label shows it, with the name of whoever collects the parcel there; null for a parcel that goes to the door.</summary>
    public static Contact? For(DeliverySpec spec) =>
        spec.Options?.FirstOrDefault(option => option.OptionCode == "D2PO") is { OptionQualifier2: { Length: > 0 } office }
            ? spec.Destination with
            {
                Company = $"Canada Post / Postes Canada {office}",
                AdditionalAddressInfo = null,
                AddressDetails = new AddressDetails("2701 Riverside Drive", null, "Ottawa", "ON", "CA", "K1A0B1"),
            }
            : null;
}
