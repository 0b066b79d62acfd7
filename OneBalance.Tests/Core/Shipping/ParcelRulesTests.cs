using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

/// <summary>The rows repeat the table of <see cref="ParcelRules"/>.</summary>
public sealed class ParcelRulesTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(30_000, null)]
    [InlineData(30_001, ParcelProblem.TooHeavy)]
    [InlineData(0, ParcelProblem.Missing)]
    public void Weight_up_to_thirty_kilograms(int grams, ParcelProblem? expected)
    {
        var findings = ParcelRules.Check(new Parcel(grams, 300, 200, 100), Region.Domestic);

        Assert.Equal(expected is { } problem ? [new ParcelFinding(ParcelField.Weight, problem)] : [], findings);
    }

    [Theory]
    [InlineData(Region.Domestic, 2_000, null)]
    [InlineData(Region.Domestic, 2_001, ParcelProblem.TooLong)]
    [InlineData(Region.UnitedStates, 2_000, null)]
    [InlineData(Region.UnitedStates, 2_001, ParcelProblem.TooLong)]
    [InlineData(Region.International, 1_500, null)]
    [InlineData(Region.International, 1_501, ParcelProblem.TooLong)]
    [InlineData(Region.Domestic, 100, null)]
    [InlineData(Region.Domestic, 99, ParcelProblem.TooShort)]
    public void Longest_side(Region region, int millimetres, ParcelProblem? expected)
    {
        var findings = ParcelRules.Check(new Parcel(1_000, millimetres, 50, 50), region);

        Assert.Equal(expected is { } problem ? [new ParcelFinding(ParcelField.Length, problem)] : [], findings);
    }

    /// <summary>1,000 long with a girth of 2 x (500 + 500) is exactly 3 m.</summary>
    [Theory]
    [InlineData(Region.Domestic, 1_000, 500, 500, null)]
    [InlineData(Region.Domestic, 1_001, 500, 500, ParcelProblem.GirthTooLarge)]
    [InlineData(Region.UnitedStates, 740, 500, 500, null)]
    [InlineData(Region.UnitedStates, 741, 500, 500, ParcelProblem.GirthTooLarge)]
    [InlineData(Region.International, 1_000, 500, 500, null)]
    public void Length_plus_girth(Region region, int length, int width, int height, ParcelProblem? expected)
    {
        var findings = ParcelRules.Check(new Parcel(1_000, length, width, height), region);

        Assert.Equal(expected is { } problem ? [new ParcelFinding(ParcelField.Length, problem)] : [], findings);
    }

    [Fact]
    public void The_longest_side_is_the_longest_however_it_was_typed()
    {
        Assert.Equal(
            [new ParcelFinding(ParcelField.Height, ParcelProblem.TooLong)],
            ParcelRules.Check(new Parcel(1_000, 100, 100, 2_100), Region.Domestic));
        Assert.Equal(500 + 2 * (300 + 200), ParcelRules.LengthPlusGirthMm(new Parcel(1, 300, 500, 200)));
    }

    [Fact]
    public void Every_missing_side_is_named()
    {
        Assert.Equal(
            [new ParcelFinding(ParcelField.Length, ParcelProblem.Missing), new ParcelFinding(ParcelField.Height, ParcelProblem.Missing)],
            ParcelRules.Check(new Parcel(1_000, 0, 200, 0), Region.Domestic));
    }
}
