using OneBalance.Core.Privacy;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Privacy;

public sealed class RetentionRulesTests
{
    private static readonly Address Museum = new("Accueil", "Musée de la civilisation", "85 rue Dalhousie", "Quai 2", "Québec", "QC", "G1K 8R2", "CA", "418-643-2158");

    [Theory]
    [InlineData("CA", "QC", "G1K 8R2", "G1K")]
    [InlineData("US", "NY", "10118-1234", "101")]
    [InlineData("FR", "Bretagne", "35000", "")]
    [InlineData("CA", "", "G", "G")]
    public void Of_an_erased_recipient_a_region_remains(string country, string province, string code, string remains) =>
        Assert.Equal(
            Address.Empty with { Country = country, Province = province, PostalCode = remains },
            RetentionRules.Remains(Museum with { Country = country, Province = province, PostalCode = code }));

    [Fact]
    public void A_person_is_the_same_however_the_name_and_the_code_were_typed()
    {
        Assert.True(RetentionRules.IsSamePerson(Museum, Museum with { Name = "ACCUEIL ", Company = "Musee de la civilisation", PostalCode = "g1k8r2", Line1 = "elsewhere", Phone = "" }));
        Assert.False(RetentionRules.IsSamePerson(Museum, Museum with { PostalCode = "G1K 8R3" }));
        Assert.False(RetentionRules.IsSamePerson(Museum, Museum with { Name = "Boutique" }));
        Assert.False(RetentionRules.IsSamePerson(Museum, Museum with { Country = "US" }));
    }

    [Fact]
    public void Two_empty_drafts_are_not_the_same_person() => Assert.False(RetentionRules.IsSamePerson(Address.Empty, Address.Empty));
}
