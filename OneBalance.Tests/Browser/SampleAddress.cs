namespace OneBalance.Tests.Browser;

/// <summary>A public institution's address from the samples (<c>TestData/addresses.csv</c>), found by its company.</summary>
internal sealed record SampleAddress(string Name, string Company, string Line1, string Line2, string City, string Province, string PostalCode, string Country, string Phone)
{
    private static readonly Lazy<IReadOnlyList<SampleAddress>> All = new(Load);

    public static SampleAddress Of(string company) => All.Value.Single(address => address.Company == company);

    private static IReadOnlyList<SampleAddress> Load()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "addresses.csv"));
        Assert.Equal("name,company,address1,address2,city,province,postal_code,country,phone,email", lines[0]);
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).Select(cells =>
        {
            // No cell of the samples holds a comma.
            Assert.Equal(10, cells.Length);
            return new SampleAddress(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], cells[8]);
        })];
    }
}
