using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

/// <summary>The table of <see cref="AddressRules"/>, row by row, and the sample addresses.</summary>
public sealed class AddressRulesTests
{
    private static readonly Address Canadian = new("Retail Store", "Royal Ontario Museum", "100 Queens Park", "", "Toronto", "ON", "M5S 2C6", "CA", "416-586-8000");

    private static readonly Address American = Canadian with { City = "Chicago", Province = "IL", PostalCode = "60603", Country = "US" };

    private static readonly Address German = Canadian with { City = "München", Province = "", PostalCode = "80538", Country = "DE" };

    /// <summary>Every row of the sample addresses.</summary>
    public static TheoryData<string, string, string, string, string, string, string, string, string> Samples
    {
        get
        {
            var rows = new TheoryData<string, string, string, string, string, string, string, string, string>();
            foreach (string line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "addresses.csv")).Skip(1).Where(line => line.Length > 0))
            {
                // No cell of the samples holds a comma.
                string[] cells = line.Split(',');
                rows.Add(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], cells[8]);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_address_is_taken_as_a_destination_and_one_in_Canada_as_a_senders_too(
        string name, string company, string line1, string line2, string city, string province, string postalCode, string country, string phone)
    {
        var address = new Address(name, company, line1, line2, city, province, postalCode, country, phone);

        Assert.Empty(AddressRules.CheckDestination(address));
        Assert.Equal(
            country == "CA" ? [] : [new AddressFinding(AddressField.Country, AddressProblem.NotKnown)],
            AddressRules.CheckSender(address));
    }

    [Fact]
    public void There_are_37_sample_addresses() => Assert.Equal(37, Samples.Count);

    [Theory]
    [InlineData(44, true)]
    [InlineData(45, false)]
    public void Names_and_lines_have_44_characters(int length, bool fits)
    {
        string text = new('x', length);
        AssertFinding(fits, AddressField.Name, AddressProblem.TooLong, Canadian with { Name = text });
        AssertFinding(fits, AddressField.Company, AddressProblem.TooLong, Canadian with { Company = text });
        AssertFinding(fits, AddressField.Line1, AddressProblem.TooLong, Canadian with { Line1 = text });
        AssertFinding(fits, AddressField.Line2, AddressProblem.TooLong, Canadian with { Line2 = text });
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void A_city_has_40_characters(int length, bool fits) =>
        AssertFinding(fits, AddressField.City, AddressProblem.TooLong, Canadian with { City = new string('x', length) });

    [Theory]
    [InlineData(25, true)]
    [InlineData(26, false)]
    public void A_phone_has_25_characters(int length, bool fits) =>
        AssertFinding(fits, AddressField.Phone, AddressProblem.TooLong, Canadian with { Phone = new string('4', length) });

    [Theory]
    [InlineData(20, 14, true)]
    [InlineData(21, 15, false)]
    public void Elsewhere_a_region_has_20_characters_and_a_postal_code_14(int region, int postalCode, bool fits)
    {
        AssertFinding(fits, AddressField.Province, AddressProblem.TooLong, German with { Province = new string('x', region) });
        AssertFinding(fits, AddressField.PostalCode, AddressProblem.TooLong, German with { PostalCode = new string('8', postalCode) });
    }

    [Fact]
    public void A_name_or_a_company_is_required_and_of_a_sender_the_company()
    {
        AssertFinding(true, AddressField.Name, AddressProblem.Missing, Canadian with { Company = "" });
        AssertFinding(true, AddressField.Name, AddressProblem.Missing, Canadian with { Name = "" });
        AssertFinding(false, AddressField.Name, AddressProblem.Missing, Canadian with { Name = " ", Company = "" });
        Assert.Contains(new AddressFinding(AddressField.Company, AddressProblem.Missing), AddressRules.CheckSender(Canadian with { Company = "" }));
    }

    [Fact]
    public void City_and_region_are_required_in_North_America_alone()
    {
        foreach (var address in new[] { Canadian, American })
        {
            AssertFinding(false, AddressField.City, AddressProblem.Missing, address with { City = "" });
            AssertFinding(false, AddressField.Province, AddressProblem.Missing, address with { Province = "" });
            AssertFinding(false, AddressField.PostalCode, AddressProblem.Missing, address with { PostalCode = "" });
            AssertFinding(false, AddressField.Province, AddressProblem.NotKnown, address with { Province = "ZZ" });
        }

        Assert.Empty(AddressRules.CheckDestination(German with { City = "", Province = "", PostalCode = "" }));
    }

    [Fact]
    public void A_phone_is_required_of_a_sender_abroad_and_at_a_post_office()
    {
        var missing = new AddressFinding(AddressField.Phone, AddressProblem.Missing);
        Assert.Empty(AddressRules.CheckDestination(Canadian with { Phone = "" }));
        Assert.Equal([missing], AddressRules.CheckSender(Canadian with { Phone = "" }));
        Assert.Equal([missing], AddressRules.CheckDestination(American with { Phone = "" }));
        Assert.Equal([missing], AddressRules.CheckDestination(German with { Phone = "" }));
        Assert.Equal([missing], AddressRules.CheckDestination(Canadian with { Phone = "" }, atPostOffice: true));
        Assert.Equal(
            [new AddressFinding(AddressField.Name, AddressProblem.Missing)],
            AddressRules.CheckDestination(Canadian with { Name = "" }, atPostOffice: true));
    }

    [Theory]
    [InlineData("+1 (416) 586-8000 x12", true)]
    [InlineData("416.586.8000 p1", true)]
    [InlineData("5868000", true)]
    [InlineData("586800", false)]
    [InlineData("416-586-8000 ext 12", false)]
    [InlineData("416+5868000", false)]
    public void A_phone_is_digits_and_a_few_signs(string phone, bool fits) =>
        AssertFinding(fits, AddressField.Phone, AddressProblem.Malformed, Canadian with { Phone = phone });

    [Theory]
    [InlineData("60603", true)]
    [InlineData("60603-1234", true)]
    [InlineData("6060", false)]
    [InlineData("60603-123", false)]
    [InlineData("606031234", false)]
    [InlineData("M5S 2C6", false)]
    public void A_ZIP_code_has_five_digits_or_nine(string code, bool fits) =>
        AssertFinding(fits, AddressField.PostalCode, AddressProblem.Malformed, American with { PostalCode = code });

    [Theory]
    [InlineData("M5S 2C6", true)]
    [InlineData("m5s-2c6", true)]
    [InlineData("M5S2C6", true)]
    [InlineData("M5S 2W6", true)]
    [InlineData("M5Z 2C6", true)]
    [InlineData("M5S 2C", false)]
    [InlineData("55S 2C6", false)]
    [InlineData("MMS 2C6", false)]
    public void A_Canadian_code_alternates_letters_and_digits(string code, bool fits) =>
        AssertFinding(fits, AddressField.PostalCode, AddressProblem.Malformed, Canadian with { PostalCode = code });

    [Theory]
    [InlineData("DFIOQU", "WZ")]
    public void Six_letters_never_occur_in_a_code_and_two_more_never_first(string never, string neverFirst)
    {
        foreach (char letter in never + neverFirst)
        {
            AssertFinding(false, AddressField.PostalCode, AddressProblem.Malformed, Canadian with { PostalCode = $"{letter}5S 2C6" });
        }

        foreach (char letter in never)
        {
            AssertFinding(false, AddressField.PostalCode, AddressProblem.Malformed, Canadian with { PostalCode = $"M5{letter} 2C6" });
            AssertFinding(false, AddressField.PostalCode, AddressProblem.Malformed, Canadian with { PostalCode = $"M5S 2{letter}6" });
        }
    }

    [Theory]
    [InlineData("NL", "A")]
    [InlineData("NS", "B")]
    [InlineData("PE", "C")]
    [InlineData("NB", "E")]
    [InlineData("QC", "GHJ")]
    [InlineData("ON", "KLMNP")]
    [InlineData("MB", "R")]
    [InlineData("SK", "S")]
    [InlineData("AB", "T")]
    [InlineData("BC", "V")]
    [InlineData("NT", "X")]
    [InlineData("NU", "X")]
    [InlineData("YT", "Y")]
    public void The_first_letter_tells_the_province(string province, string letters)
    {
        foreach (char letter in "ABCEGHJKLMNPRSTVXY")
        {
            AssertFinding(letters.Contains(letter, StringComparison.Ordinal), AddressField.PostalCode, AddressProblem.OtherProvince, Canadian with { Province = province, PostalCode = $"{letter}1A 1A1" });
        }
    }

    [Fact]
    public void The_carriers_form_is_trimmed_folded_and_in_upper_case() => Assert.Equal(
        Canadian with { Province = "ON", PostalCode = "M5S2C6" },
        AddressRules.Normalize(Canadian with { Name = "  Retail   Store ", Province = " on", PostalCode = "m5s-2c6", Country = "ca" }));

    /// <summary>The one finding or none: nothing else may be wrong.</summary>
    private static void AssertFinding(bool fits, AddressField field, AddressProblem problem, Address address) =>
        Assert.Equal(fits ? [] : [new AddressFinding(field, problem)], AddressRules.CheckDestination(address));
}
