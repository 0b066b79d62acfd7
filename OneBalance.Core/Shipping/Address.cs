namespace OneBalance.Core.Shipping;

/// <summary>
/// A postal address in the carrier's limits: name, company and lines up to 44 characters, city 40, phone 25.
/// As typed; <see cref="AddressRules"/> says what the carrier would refuse and <see cref="AddressRules.Normalize"/>
/// gives the form the carrier wants.
/// </summary>
/// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
/// <param name="Province">Two letters in Canada and the US; free up to 20 characters elsewhere.</param>
public sealed record Address(
    string Name,
    string Company,
    string Line1,
    string Line2,
    string City,
    string Province,
    string PostalCode,
    string Country,
    string Phone)
{
    public static readonly Address Empty = new("", "", "", "", "", "", "", "CA", "");

    public Region Region => Regions.Of(Country);
}

/// <summary>What decides services, customs and manifests. Persisted: values are frozen.</summary>
public enum Region
{
    Domestic = 1,
    UnitedStates = 2,
    International = 3,
}

public static class Regions
{
    public static Region Of(string country) => country switch
    {
        "CA" => Region.Domestic,
        "US" => Region.UnitedStates,
        _ => Region.International,
    };
}
