namespace OneBalance.Core.Shipping;

/// <summary>Canada's provinces and territories by the carrier's two letters.</summary>
public static class Provinces
{
    private static readonly Dictionary<string, string> PostalLetters = new()
    {
        ["AB"] = "T",
        ["BC"] = "V",
        ["MB"] = "R",
        ["NB"] = "E",
        ["NL"] = "A",
        ["NS"] = "B",
        ["NT"] = "X",
        ["NU"] = "X",
        ["ON"] = "KLMNP",
        ["PE"] = "C",
        ["QC"] = "GHJ",
        ["SK"] = "S",
        ["YT"] = "Y",
    };

    /// <summary>Two-letter codes in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. PostalLetters.Keys.Order(StringComparer.Ordinal)];

    public static bool IsKnown(string code) => PostalLetters.ContainsKey(code);

    /// <summary>Whether the province's postal codes can begin with this letter.</summary>
    public static bool HasPostalLetter(string province, char letter) =>
        PostalLetters.TryGetValue(province, out string? letters) && letters.Contains(letter, StringComparison.Ordinal);

    /// <summary>The provinces or territories whose postal codes begin with this letter: NT and NU share X.</summary>
    public static IReadOnlyList<string> WithPostalLetter(char letter) =>
        [.. All.Where(province => HasPostalLetter(province, letter))];
}

/// <summary>US states, the district, territories and military posts, as the carrier takes them.</summary>
public static class UsStates
{
    public static IReadOnlyList<string> All { get; } =
    [
        "AA", "AE", "AK", "AL", "AP", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "FM", "GA", "GU", "HI", "IA", "ID",
        "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MH", "MI", "MN", "MO", "MP", "MS", "MT", "NC", "ND", "NE", "NH", "NJ",
        "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "PW", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI",
        "WV", "WY",
    ];

    private static readonly HashSet<string> Known = [.. All];

    public static bool IsKnown(string code) => Known.Contains(code);
}

/// <summary>ISO 3166-1 alpha-2 country codes.</summary>
public static class Countries
{
    /// <summary>In alphabetical order of the code. Names come from the page's language.</summary>
    public static IReadOnlyList<string> All { get; } =
        ("AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV "
        + "CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GH GI GL GM GN GP GQ GR GT GW GY HK HN HR HT HU ID IE IL "
        + "IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MQ MR MS MT MU "
        + "MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF PG PH PK PL PM PN PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN "
        + "SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS YE YT ZA ZM ZW").Split(' ');

    private static readonly HashSet<string> Known = [.. All];

    public static bool IsKnown(string code) => Known.Contains(code);
}
