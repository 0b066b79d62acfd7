using OneBalance.Core.Shipping;

namespace OneBalance.Web.Components.Forms;

/// <summary>An address while it is being typed; same members as <see cref="Address"/>. Never null inside.</summary>
public sealed class AddressInput
{
    public string Name { get; set; } = "";
    public string Company { get; set; } = "";
    public string Line1 { get; set; } = "";
    public string Line2 { get; set; } = "";
    public string City { get; set; } = "";
    public string Province { get; set; } = "";
    public string PostalCode { get; set; } = "";
    public string Country { get; set; } = "CA";
    public string Phone { get; set; } = "";

    /// <summary>As typed; <see cref="AddressRules.Normalize"/> gives the carrier's form.</summary>
    public Address ToAddress() => new(Name, Company, Line1, Line2, City, Province, PostalCode, Country, Phone);

    public static AddressInput From(Address address) => new()
    {
        Name = address.Name,
        Company = address.Company,
        Line1 = address.Line1,
        Line2 = address.Line2,
        City = address.City,
        Province = address.Province,
        PostalCode = AddressRules.DisplayPostalCode(address.PostalCode, address.Country),
        Country = address.Country,
        Phone = address.Phone,
    };
}

/// <summary>Which rules an address form checks.</summary>
public enum AddressUse
{
    /// <summary>Where parcels come from, and a business address: in Canada, with company and phone.</summary>
    Sender,

    /// <summary>Where a parcel goes: any country.</summary>
    Destination,
}
