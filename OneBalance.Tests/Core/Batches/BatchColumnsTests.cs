using OneBalance.Core;
using OneBalance.Core.Batches;

namespace OneBalance.Tests.Core.Batches;

public sealed class BatchColumnsTests
{
    [Theory]
    [InlineData("name", BatchField.Name)]
    [InlineData("Recipient name", BatchField.Name)]
    [InlineData("Nom", BatchField.Name)]
    [InlineData("Company", BatchField.Company)]
    [InlineData("Entreprise", BatchField.Company)]
    [InlineData("address1", BatchField.Line1)]
    [InlineData("Address line 1", BatchField.Line1)]
    [InlineData("Adresse, ligne 1", BatchField.Line1)]
    [InlineData("address2", BatchField.Line2)]
    [InlineData("VILLE", BatchField.City)]
    [InlineData("État", BatchField.Province)]
    [InlineData("postal_code", BatchField.PostalCode)]
    [InlineData("Code postal", BatchField.PostalCode)]
    [InlineData("ZIP", BatchField.PostalCode)]
    [InlineData("Pays", BatchField.Country)]
    [InlineData("Téléphone", BatchField.Phone)]
    [InlineData("E-mail", BatchField.Email)]
    [InlineData("Courriel", BatchField.Email)]
    [InlineData("No de commande", BatchField.Reference)]
    [InlineData("Poids", BatchField.Weight)]
    [InlineData("Ship to city", BatchField.City)]
    [InlineData("HS code", BatchField.HsCode)]
    [InlineData("Pays d’origine", BatchField.CountryOfOrigin)]
    [InlineData("Description de l'article", BatchField.ItemDescription)]
    public void A_header_tells_its_field_in_either_language(string header, BatchField field) =>
        Assert.Equal(field, Assert.Single(BatchColumns.Find([header])).Field);

    [Theory]
    [InlineData("Weight (g)", BatchField.Weight, "g")]
    [InlineData("weight_kg", BatchField.Weight, "kg")]
    [InlineData("Poids (lb)", BatchField.Weight, "lb")]
    [InlineData("Length [in]", BatchField.Length, "in")]
    [InlineData("Largeur (po)", BatchField.Width, "po")]
    public void A_unit_at_the_end_of_a_header_is_the_columns(string header, BatchField field, string unit) =>
        Assert.Equal(new BatchColumn(header, field, unit), Assert.Single(BatchColumns.Find([header])));

    [Fact]
    public void What_is_not_known_is_not_used() => Assert.Null(Assert.Single(BatchColumns.Find(["notes"])).Field);

    [Fact]
    public void A_field_is_given_once() =>
        Assert.Equal([BatchField.Name, null], BatchColumns.Find(["Name", "Full name"]).Select(column => column.Field));

    [Fact]
    public void French_headers_make_a_French_file()
    {
        Assert.Equal(Language.French, BatchColumns.LanguageOf(["Nom", "Adresse", "Ville", "Province", "Code postal"], Language.English));
        Assert.Equal(Language.English, BatchColumns.LanguageOf(["Name", "Address", "City", "Province", "Postal code"], Language.French));
        Assert.Equal(Language.French, BatchColumns.LanguageOf(["A", "B"], Language.French));
    }
}
