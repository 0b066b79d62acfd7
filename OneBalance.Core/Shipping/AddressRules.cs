using System.Text.RegularExpressions;

namespace OneBalance.Core.Shipping;

/// <summary>Which field of an address a problem belongs to.</summary>
public enum AddressField
{
    Name,
    Company,
    Line1,
    Line2,
    City,
    Province,
    PostalCode,
    Country,
    Phone,
}

/// <summary>What is wrong with a field: a closed set; the page phrases it.</summary>
public enum AddressProblem
{
    /// <summary>Must be given.</summary>
    Missing,

    /// <summary>Longer than the carrier takes.</summary>
    TooLong,

    /// <summary>Not in the form the carrier takes.</summary>
    Malformed,

    /// <summary>Not a province, territory, state or country the carrier knows.</summary>
    NotKnown,

    /// <summary>A Canadian postal code whose first letter belongs to another province.</summary>
    OtherProvince,
}

public readonly record struct AddressFinding(AddressField Field, AddressProblem Problem);

/// <summary>
/// What the carrier checks of an address, checked before money moves.
/// <code>
/// name or company   one of them always; 44 characters each
/// company           required of a sender
/// line 1            required, 44; line 2 up to 44
/// city              required in CA and US, 40
/// province, state   required in CA and US, two letters and known; elsewhere up to 20
/// postal code       CA A9A9A9 (and the province's first letter), US 99999 or 99999-9999, elsewhere up to 14
/// phone             required of a sender, outside Canada and at a post office; 25; digits, leading +, . - ( ) space x p
/// </code>
/// Source: the carrier's errors 1156, 1157, 1159, 7042, 7266, 7282 and the field rules of its shipping contract.
/// </summary>
public static partial class AddressRules
{
    public const int NameLength = 44;
    public const int LineLength = 44;
    public const int CityLength = 40;
    public const int ProvinceLength = 20;
    public const int PostalCodeLength = 14;
    public const int PhoneLength = 25;

    /// <summary>Findings for where a parcel goes; empty when the carrier would take it.</summary>
    /// <param name="atPostOffice">It goes to a post office: who collects it is known by name and phone.</param>
    public static IReadOnlyList<AddressFinding> CheckDestination(Address address, bool atPostOffice = false)
    {
        var given = Normalize(address);
        return
        [
            .. atPostOffice && given.Name.Length == 0 ? [new AddressFinding(AddressField.Name, AddressProblem.Missing)] : CheckNames(given),
            .. CheckPlace(given),
            .. CheckPhone(given, required: atPostOffice || given.Region != Region.Domestic),
        ];
    }

    /// <summary>Findings for where a parcel comes from, and for a business address: in Canada, with company and phone.</summary>
    public static IReadOnlyList<AddressFinding> CheckSender(Address address)
    {
        var given = Normalize(address);
        var findings = new List<AddressFinding>();
        if (given.Company.Length == 0)
        {
            findings.Add(new AddressFinding(AddressField.Company, AddressProblem.Missing));
        }

        if (given.Country != "CA")
        {
            findings.Add(new AddressFinding(AddressField.Country, AddressProblem.NotKnown));
        }

        return [.. findings, .. CheckNames(given).Where(finding => finding.Problem != AddressProblem.Missing), .. CheckPlace(given), .. CheckPhone(given, required: true)];
    }

    /// <summary>The form the carrier takes: trimmed, inner spaces folded, codes upper case, Canadian postal codes without space.</summary>
    public static Address Normalize(Address address)
    {
        string country = Fold(address.Country).ToUpperInvariant();
        string postalCode = Fold(address.PostalCode).ToUpperInvariant();
        string province = Fold(address.Province);
        return new Address(
            Fold(address.Name),
            Fold(address.Company),
            Fold(address.Line1),
            Fold(address.Line2),
            Fold(address.City),
            country is "CA" or "US" ? province.ToUpperInvariant() : province,
            country == "CA" ? postalCode.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal) : postalCode,
            country,
            Fold(address.Phone));
    }

    /// <summary>As people write it: <c>K1A 0B1</c> for a Canadian code, unchanged otherwise.</summary>
    public static string DisplayPostalCode(string postalCode, string country) =>
        country == "CA" && CanadianPostalCode().IsMatch(postalCode) ? $"{postalCode[..3]} {postalCode[3..]}" : postalCode;

    private static IEnumerable<AddressFinding> CheckNames(Address given)
    {
        if (given.Name.Length == 0 && given.Company.Length == 0)
        {
            yield return new AddressFinding(AddressField.Name, AddressProblem.Missing);
        }

        if (given.Name.Length > NameLength)
        {
            yield return new AddressFinding(AddressField.Name, AddressProblem.TooLong);
        }

        if (given.Company.Length > NameLength)
        {
            yield return new AddressFinding(AddressField.Company, AddressProblem.TooLong);
        }
    }

    private static IEnumerable<AddressFinding> CheckPlace(Address given)
    {
        if (!Countries.IsKnown(given.Country))
        {
            yield return new AddressFinding(AddressField.Country, given.Country.Length == 0 ? AddressProblem.Missing : AddressProblem.NotKnown);
        }

        if (Length(given.Line1, LineLength, required: true) is { } line1)
        {
            yield return new AddressFinding(AddressField.Line1, line1);
        }

        if (Length(given.Line2, LineLength, required: false) is { } line2)
        {
            yield return new AddressFinding(AddressField.Line2, line2);
        }

        bool northAmerica = given.Country is "CA" or "US";
        if (Length(given.City, CityLength, required: northAmerica) is { } city)
        {
            yield return new AddressFinding(AddressField.City, city);
        }

        if (Province(given, northAmerica) is { } province)
        {
            yield return new AddressFinding(AddressField.Province, province);
        }

        if (PostalCode(given) is { } postalCode)
        {
            yield return new AddressFinding(AddressField.PostalCode, postalCode);
        }
    }

    private static AddressProblem? Province(Address given, bool northAmerica)
    {
        if (Length(given.Province, ProvinceLength, required: northAmerica) is { } problem)
        {
            return problem;
        }

        return given.Country switch
        {
            "CA" when !Provinces.IsKnown(given.Province) => AddressProblem.NotKnown,
            "US" when !UsStates.IsKnown(given.Province) => AddressProblem.NotKnown,
            _ => null,
        };
    }

    private static AddressProblem? PostalCode(Address given) => given.Country switch
    {
        "CA" or "US" when given.PostalCode.Length == 0 => AddressProblem.Missing,
        "CA" when !CanadianPostalCode().IsMatch(given.PostalCode) => AddressProblem.Malformed,
        "CA" when Provinces.IsKnown(given.Province) && !Provinces.HasPostalLetter(given.Province, given.PostalCode[0]) => AddressProblem.OtherProvince,
        "US" when !ZipCode().IsMatch(given.PostalCode) => AddressProblem.Malformed,
        _ => Length(given.PostalCode, PostalCodeLength, required: false),
    };

    private static IEnumerable<AddressFinding> CheckPhone(Address given, bool required)
    {
        if (Length(given.Phone, PhoneLength, required) is { } problem)
        {
            yield return new AddressFinding(AddressField.Phone, problem);
        }
        else if (given.Phone.Length > 0 && (!Phone().IsMatch(given.Phone) || given.Phone.Count(char.IsAsciiDigit) < 7))
        {
            yield return new AddressFinding(AddressField.Phone, AddressProblem.Malformed);
        }
    }

    private static AddressProblem? Length(string text, int most, bool required) =>
        required && text.Length == 0 ? AddressProblem.Missing
        : text.Length > most ? AddressProblem.TooLong
        : null;

    private static string Fold(string text) => Spaces().Replace(text.Trim(), " ");

    /// <summary>The letters D F I O Q U never occur, W and Z never first.</summary>
    [GeneratedRegex("^[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][0-9][ABCEGHJ-NPRSTV-Z][0-9]$")]
    private static partial Regex CanadianPostalCode();

    [GeneratedRegex("^[0-9]{5}(-[0-9]{4})?$")]
    private static partial Regex ZipCode();

    [GeneratedRegex(@"^\+?[0-9.\-() xp]+$")]
    private static partial Regex Phone();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
