using Microsoft.Extensions.Localization;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components.Forms;

namespace OneBalance.Web.Components.Account;

/// <summary>Says what is wrong with a field of a Canadian business address, in the words of the address form.</summary>
public sealed class AddressPhrases(IStringLocalizer<AddressFormTexts> texts, PlaceNames places)
{
    /// <summary>Null when the field has no finding.</summary>
    public string? Of(AddressField field, IEnumerable<AddressFinding> findings, Address address) =>
        findings.Where(finding => finding.Field == field).Select(finding => (AddressFinding?)finding).FirstOrDefault() is { } found
            ? Phrase(found, address)
            : null;

    private string Phrase(AddressFinding finding, Address address) => finding.Problem switch
    {
        AddressProblem.Missing => texts[$"Missing.{finding.Field}"],
        AddressProblem.TooLong => texts["TooLong", Longest(finding.Field), Text(finding.Field, address).Length],
        AddressProblem.Malformed => texts[$"Malformed.{finding.Field}"],
        AddressProblem.NotKnown => texts[finding.Field == AddressField.Country ? "NotKnown.SenderCountry" : $"NotKnown.{finding.Field}"],
        AddressProblem.OtherProvince => texts[
            "OtherProvince",
            address.PostalCode,
            string.Join(", ", Provinces.WithPostalLetter(char.ToUpperInvariant(address.PostalCode.TrimStart()[0])).Select(places.Province))],
        _ => throw new ArgumentOutOfRangeException(nameof(finding), finding, null),
    };

    private static int Longest(AddressField field) => field switch
    {
        AddressField.Name or AddressField.Company => AddressRules.NameLength,
        AddressField.Line1 or AddressField.Line2 => AddressRules.LineLength,
        AddressField.City => AddressRules.CityLength,
        AddressField.Province => AddressRules.ProvinceLength,
        AddressField.PostalCode => AddressRules.PostalCodeLength,
        AddressField.Phone => AddressRules.PhoneLength,
        AddressField.Country => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private static string Text(AddressField field, Address address) => field switch
    {
        AddressField.Name => address.Name,
        AddressField.Company => address.Company,
        AddressField.Line1 => address.Line1,
        AddressField.Line2 => address.Line2,
        AddressField.City => address.City,
        AddressField.Province => address.Province,
        AddressField.PostalCode => address.PostalCode,
        AddressField.Country => address.Country,
        AddressField.Phone => address.Phone,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };
}
