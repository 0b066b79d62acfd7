using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

public sealed class TermsVersionsTests
{
    private static readonly string[] Two = ["2027-03-01", "2026-11-01"];

    [Theory]
    [InlineData("2026-10-31", "2026-11-01", "2027-03-01")]
    [InlineData("2026-11-01", "2026-11-01", "2027-03-01")]
    [InlineData("2027-02-28", "2026-11-01", "2027-03-01")]
    [InlineData("2027-03-01", "2027-03-01", null)]
    public void A_version_applies_from_the_day_it_is_named_by(string today, string inForce, string? coming)
    {
        var day = TermsVersions.DayOf(today);

        Assert.Equal((inForce, coming), (TermsVersions.InForce(Two, day), TermsVersions.Coming(Two, day)));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("2026-11-01", true)]
    [InlineData("2027-03-01", false)]
    [InlineData("2026-11-01 2027-03-01", false)]
    [InlineData("2027-06-01", false)]
    public void Acceptance_is_asked_for_again_only_when_a_newer_version_is_in_force(string accepted, bool expected) =>
        Assert.Equal(expected, TermsVersions.MustAsk(accepted.Split(' ', StringSplitOptions.RemoveEmptyEntries), "2027-03-01"));

    [Fact]
    public void Without_terms_there_is_no_answer() => Assert.Throws<ArgumentException>(() => TermsVersions.InForce([], new DateOnly(2026, 11, 1)));
}
