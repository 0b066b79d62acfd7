using Microsoft.AspNetCore.Components;
using MudBlazor;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Components.Forms;

/// <summary>
/// An address of a sender or a destination. A field shows what is wrong with it once it was changed; <see cref="Validate"/>
/// shows all of it. Several forms may stand on one page: each has its own <see cref="Prefix"/>.
/// </summary>
public sealed partial class AddressForm : ComponentBase
{
    private readonly HashSet<AddressField> _shown = [];
    private IReadOnlyList<AddressFinding> _findings = [];
    private string _announcement = "";
    private MudAutocomplete<string>? _country;
    private MudTextField<string>? _name;
    private MudTextField<string>? _company;
    private MudTextField<string>? _line1;
    private MudTextField<string>? _line2;
    private MudTextField<string>? _city;
    private MudSelect<string>? _provinceList;
    private MudTextField<string>? _province;
    private MudTextField<string>? _postalCode;
    private MudTextField<string>? _phone;

    /// <summary>Heading of the group, e.g. "Ship to": also its accessible name.</summary>
    [Parameter, EditorRequired]
    public string Legend { get; set; } = "";

    /// <summary>The heading right above says the same: the legend is there for assistive technology only.</summary>
    [Parameter]
    public bool LegendHidden { get; set; }

    /// <summary>Begins the ids of this form's fields, e.g. <c>ship-to</c>; unique on the page.</summary>
    [Parameter, EditorRequired]
    public string Prefix { get; set; } = "";

    /// <summary>What is being typed: the form changes it in place.</summary>
    [Parameter, EditorRequired]
    public AddressInput Value { get; set; } = new();

    [Parameter]
    public AddressUse Use { get; set; } = AddressUse.Destination;

    /// <summary>The parcel waits at a post office: name and phone of who collects it are needed.</summary>
    [Parameter]
    public bool AtPostOffice { get; set; }

    /// <summary>After each change of a field: save the draft here.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    private bool InCanada => Value.Country == "CA";

    private bool NorthAmerica => Value.Country is "CA" or "US";

    private bool PhoneRequired => Use == AddressUse.Sender || AtPostOffice || !InCanada;

    /// <summary>Shows and announces every problem. True when the carrier would take the address.</summary>
    public bool Validate()
    {
        Check();
        _shown.UnionWith(Enum.GetValues<AddressField>());
        Announce();
        StateHasChanged();
        return _findings.Count == 0;
    }

    /// <summary>Moves the focus to the first field, in reading order, that has a problem.</summary>
    public async Task FocusFirstProblemAsync()
    {
        foreach (var field in ReadingOrder)
        {
            if (_findings.Any(finding => finding.Field == field) && FocusOf(field) is { } focus)
            {
                await focus();
                return;
            }
        }
    }

    protected override void OnParametersSet()
    {
        if (Use == AddressUse.Sender)
        {
            Value.Country = "CA";
        }

        Check();
    }

    private static readonly AddressField[] ReadingOrder =
    [
        AddressField.Country, AddressField.Name, AddressField.Company, AddressField.Line1, AddressField.Line2,
        AddressField.City, AddressField.Province, AddressField.PostalCode, AddressField.Phone,
    ];

    private Func<ValueTask>? FocusOf(AddressField field) => field switch
    {
        AddressField.Name => _name is null ? null : _name.FocusAsync,
        AddressField.Company => _company is null ? null : _company.FocusAsync,
        AddressField.Line1 => _line1 is null ? null : _line1.FocusAsync,
        AddressField.Line2 => _line2 is null ? null : _line2.FocusAsync,
        AddressField.City => _city is null ? null : _city.FocusAsync,
        AddressField.Province => NorthAmerica ? (_provinceList is null ? null : _provinceList.FocusAsync) : _province is null ? null : _province.FocusAsync,
        AddressField.PostalCode => _postalCode is null ? null : _postalCode.FocusAsync,
        AddressField.Country => _country is null ? null : _country.FocusAsync,
        AddressField.Phone => _phone is null ? null : _phone.FocusAsync,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private Task ChangeCountryAsync(string? code)
    {
        if (code == Value.Country)
        {
            return Task.CompletedTask;
        }

        Value.Country = code ?? "";
        bool provinceFits = Value.Country switch
        {
            "CA" => Provinces.IsKnown(Value.Province),
            "US" => UsStates.IsKnown(Value.Province),
            _ => !Provinces.IsKnown(Value.Province) && !UsStates.IsKnown(Value.Province),
        };
        if (!provinceFits)
        {
            Value.Province = "";
        }

        return ChangedAsync(AddressField.Country);
    }

    private Task ChangeAsync(AddressField field, string? text)
    {
        string given = text ?? "";
        switch (field)
        {
            case AddressField.Name:
                Value.Name = given;
                break;
            case AddressField.Company:
                Value.Company = given;
                break;
            case AddressField.Line1:
                Value.Line1 = given;
                break;
            case AddressField.Line2:
                Value.Line2 = given;
                break;
            case AddressField.City:
                Value.City = given;
                break;
            case AddressField.Province:
                Value.Province = given;
                break;
            case AddressField.PostalCode:
                ChangePostalCode(given);
                break;
            case AddressField.Phone:
                Value.Phone = given;
                break;
            case AddressField.Country:
                Value.Country = given;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(field), field, null);
        }

        return ChangedAsync(field);
    }

    /// <summary>Writes the code as people do, and fills in the province when the code leaves only one.</summary>
    private void ChangePostalCode(string typed)
    {
        Value.PostalCode = typed;
        string code = AddressRules.Normalize(Value.ToAddress()).PostalCode;
        Value.PostalCode = AddressRules.DisplayPostalCode(code, Value.Country);
        if (InCanada && Value.Province.Length == 0 && code.Length > 0 && Provinces.WithPostalLetter(code[0]) is [var only])
        {
            Value.Province = only;
        }
    }

    private Task ChangedAsync(AddressField field)
    {
        _shown.Add(field);
        Check();
        Announce(field);
        return Changed.InvokeAsync();
    }

    private void Check() =>
        _findings = Use == AddressUse.Sender ? AddressRules.CheckSender(Value.ToAddress()) : AddressRules.CheckDestination(Value.ToAddress(), AtPostOffice);

    private void Announce(AddressField field) => _announcement = ErrorOf(field) ?? "";

    private void Announce()
    {
        string all = string.Join(" ", _findings.OrderBy(finding => Array.IndexOf(ReadingOrder, finding.Field)).Select(Phrase));
        _announcement = _findings.Count switch
        {
            0 => "",
            1 => $"{Legend}. {Texts["OneProblem", all]}",
            _ => $"{Legend}. {Texts["Problems", _findings.Count, all]}",
        };
    }

    private bool HasError(AddressField field) => ErrorOf(field) is not null;

    private string? ErrorOf(AddressField field) =>
        _shown.Contains(field) && _findings.Where(finding => finding.Field == field).Select(finding => (AddressFinding?)finding).FirstOrDefault() is { } found
            ? Phrase(found)
            : null;

    private string Phrase(AddressFinding finding) => finding.Problem switch
    {
        AddressProblem.Missing when AtPostOffice && finding.Field == AddressField.Name => Texts["Missing.Collector"],
        AddressProblem.Missing => Texts[$"Missing.{LocalName(finding.Field)}"],
        AddressProblem.TooLong => Texts["TooLong", Longest(finding.Field), TextOf(finding.Field).Length],
        AddressProblem.Malformed => Texts[$"Malformed.{LocalName(finding.Field)}"],
        AddressProblem.NotKnown => Texts[$"NotKnown.{(finding.Field == AddressField.Country && Use == AddressUse.Sender ? "SenderCountry" : LocalName(finding.Field))}"],
        AddressProblem.OtherProvince => Texts[
            "OtherProvince",
            Value.PostalCode,
            string.Join(", ", Provinces.WithPostalLetter(Value.PostalCode.TrimStart()[0]).Select(Places.Province))],
        _ => throw new ArgumentOutOfRangeException(nameof(finding), finding, null),
    };

    /// <summary>A US address has a state and a ZIP code where a Canadian one has a province and a postal code.</summary>
    private string LocalName(AddressField field) => (field, Value.Country) switch
    {
        (AddressField.Province, "US") => "State",
        (AddressField.PostalCode, "US") => "ZipCode",
        _ => field.ToString(),
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

    private string TextOf(AddressField field) => field switch
    {
        AddressField.Name => Value.Name,
        AddressField.Company => Value.Company,
        AddressField.Line1 => Value.Line1,
        AddressField.Line2 => Value.Line2,
        AddressField.City => Value.City,
        AddressField.Province => Value.Province,
        AddressField.PostalCode => Value.PostalCode,
        AddressField.Country => Value.Country,
        AddressField.Phone => Value.Phone,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private string ProvinceName(string code) => InCanada ? Places.Province(code) : Places.State(code);

    private Task<IEnumerable<string>> FindCountriesAsync(string? typed, CancellationToken ct)
    {
        bool showAll = string.IsNullOrWhiteSpace(typed) || typed == Places.Country(Value.Country);
        return Task.FromResult(showAll
            ? Places.CountriesByName()
            : Places.CountriesByName().Where(code => Places.CountryMatches(code, typed!.Trim())));
    }

    private string Id(string field) => $"{Prefix}-{field}";

    private string ErrorId(AddressField field) => $"{Prefix}-{field}-error";

    /// <summary>The purpose of a field is told for the merchant's own address only: a customer's must not fill in the merchant's.</summary>
    private Dictionary<string, object?> Attributes(bool required, string purpose) => new()
    {
        ["aria-required"] = required ? "true" : "false",
        ["autocomplete"] = Use == AddressUse.Sender ? $"section-{Prefix} {purpose}" : "off",
    };
}
