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
    [InlineData("Proof of age", BatchField.ProofOfAge)]
    [InlineData("Preuve d’âge", BatchField.ProofOfAge)]
    [InlineData("At the door", BatchField.Handover)]
    [InlineData("À la porte", BatchField.Handover)]
    [InlineData("Post office number", BatchField.PostOffice)]
    [InlineData("Bureau de poste", BatchField.PostOffice)]
    [InlineData("Currency", BatchField.Currency)]
    [InlineData("Devise", BatchField.Currency)]
    [InlineData("Exchange rate", BatchField.UnitsForOneCad)]
    [InlineData("Taux de change", BatchField.UnitsForOneCad)]
    [InlineData("Pays d’origine", BatchField.CountryOfOrigin)]
    [InlineData("Description de l'article", BatchField.ItemDescription)]
    [InlineData("State/Province", BatchField.Province)]
    [InlineData("Value (CAD)", BatchField.ItemValue)]
    [InlineData("Couverture (CAD)", BatchField.Coverage)]
    public void A_header_tells_its_field_in_either_language(string header, BatchField field) =>
        Assert.Equal((LineField)field, Assert.Single(BatchColumns.Find([header])).Field);

    [Theory]
    [InlineData("Weight (g)", BatchField.Weight, "g")]
    [InlineData("weight_kg", BatchField.Weight, "kg")]
    [InlineData("Poids (lb)", BatchField.Weight, "lb")]
    [InlineData("Length [in]", BatchField.Length, "in")]
    [InlineData("Largeur (po)", BatchField.Width, "po")]
    public void A_unit_at_the_end_of_a_header_is_the_columns(string header, BatchField field, string unit) =>
        Assert.Equal(new BatchColumn(header, field, unit), Assert.Single(BatchColumns.Find([header])));

    [Theory]
    [InlineData("Item description", BatchField.ItemDescription, 1, "")]
    [InlineData("Item 1 description", BatchField.ItemDescription, 1, "")]
    [InlineData("Item 2 description", BatchField.ItemDescription, 2, "")]
    [InlineData("description_2", BatchField.ItemDescription, 2, "")]
    [InlineData("HS code 10", BatchField.HsCode, 10, "")]
    [InlineData("Item 3 weight (g)", BatchField.ItemWeight, 3, "g")]
    [InlineData("Item weight (g) 3", BatchField.ItemWeight, 3, "g")]
    [InlineData("Article 2 valeur", BatchField.ItemValue, 2, "")]
    [InlineData("Article 2 pays d'origine", BatchField.CountryOfOrigin, 2, "")]
    [InlineData("Poids de l'article 2 (lb)", BatchField.ItemWeight, 2, "lb")]
    public void What_is_said_of_goods_may_be_numbered(string header, BatchField field, int item, string unit) =>
        Assert.Equal(new BatchColumn(header, new LineField(field, item), unit), Assert.Single(BatchColumns.Find([header])));

    [Theory]
    [InlineData("Item 11 description")]
    [InlineData("Item 0 description")]
    [InlineData("Item 2 description 3")]
    [InlineData("City 2")]
    [InlineData("Weight 2")]
    [InlineData("Weight (CAD)")]
    public void No_other_number_means_anything(string header) => Assert.Null(Assert.Single(BatchColumns.Find([header])).Field);

    [Fact]
    public void Numbered_and_bare_headers_of_the_first_item_are_one_field() =>
        Assert.Equal<LineField?>(
            [BatchField.ItemDescription, null, new LineField(BatchField.ItemDescription, 2)],
            BatchColumns.Find(["Description", "Item 1 description", "Description 2"]).Select(column => column.Field));

    [Fact]
    public void A_field_is_read_back_as_it_is_written()
    {
        Assert.All(LineField.All(LineField.MostItems), field => Assert.Equal(field, LineField.Read(field.ToString())));
        Assert.Equal(("HsCode", "HsCode 2"), (new LineField(BatchField.HsCode, 1).ToString(), new LineField(BatchField.HsCode, 2).ToString()));
        Assert.All(["", null, "Nothing", "17", "HsCode 0", "HsCode 11", "HsCode  2", "City 2"], text => Assert.Null(LineField.Read(text)));
    }

    [Fact]
    public void What_is_not_known_is_not_used() => Assert.Null(Assert.Single(BatchColumns.Find(["notes"])).Field);

    [Fact]
    public void A_field_is_given_once() =>
        Assert.Equal<LineField?>([BatchField.Name, null], BatchColumns.Find(["Name", "Full name"]).Select(column => column.Field));

    [Fact]
    public void French_headers_make_a_French_file()
    {
        Assert.Equal(Language.French, BatchColumns.LanguageOf(["Nom", "Adresse", "Ville", "Province", "Code postal"], Language.English));
        Assert.Equal(Language.English, BatchColumns.LanguageOf(["Name", "Address", "City", "Province", "Postal code"], Language.French));
        Assert.Equal(Language.French, BatchColumns.LanguageOf(["A", "B"], Language.French));
        Assert.Equal(Language.French, BatchColumns.LanguageOf(["Article 1 valeur", "Article 2 valeur", "Signature"], Language.English));
    }
}
