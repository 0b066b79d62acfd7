using System.Globalization;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Components.Forms;

/// <summary>Names of countries, provinces and states in the reader's language. A code without a name answers the code.</summary>
public sealed class PlaceNames(IStringLocalizer<PlaceTexts> texts)
{
    public string Country(string code) => Name("Country", code);

    public string Province(string code) => Name("Province", code);

    public string State(string code) => Name("State", code);

    /// <summary>Canada and the United States first, then by name.</summary>
    public IReadOnlyList<string> CountriesByName() =>
    [
        "CA",
        "US",
        .. Countries.All.Where(code => code is not ("CA" or "US")).OrderBy(Country, StringComparer.Create(CultureInfo.CurrentUICulture, ignoreCase: true)),
    ];

    public IReadOnlyList<string> ProvincesByName() =>
        [.. Provinces.All.OrderBy(Province, StringComparer.Create(CultureInfo.CurrentUICulture, ignoreCase: true))];

    public IReadOnlyList<string> StatesByName() =>
        [.. UsStates.All.OrderBy(State, StringComparer.Create(CultureInfo.CurrentUICulture, ignoreCase: true))];

    /// <summary>Whether a country's name or code begins with what was typed, or a word of its name does; accents do not matter.</summary>
    public bool CountryMatches(string code, string typed)
    {
        var compare = CultureInfo.CurrentUICulture.CompareInfo;
        const CompareOptions Loose = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace;
        return string.Equals(code, typed, StringComparison.OrdinalIgnoreCase)
            || Country(code).Split(' ', '-').Any(word => compare.IsPrefix(word, typed, Loose))
            || compare.IsPrefix(Country(code), typed, Loose);
    }

    private string Name(string kind, string code) =>
        code.Length > 0 && texts[$"{kind}.{code}"] is { ResourceNotFound: false } text ? text.Value : code;
}
