using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Batches;

public sealed class BatchLineRulesTests
{
    private static readonly Address From = new("", "Maple Parcels", "111 Wellington St", "", "Ottawa", "ON", "K1A0A9", "CA", "613-555-0134");

    private static readonly BatchTerms Terms = new(Language.English, Units.Metric, From, null, true, new BatchPlaces(
        new Dictionary<string, string> { ["canada"] = "CA", ["france"] = "FR", ["etats unis"] = "US" },
        new Dictionary<string, string> { ["quebec"] = "QC", ["ontario"] = "ON" },
        new Dictionary<string, string> { ["illinois"] = "IL" }));

    private static readonly Dictionary<LineField, string> Domestic = new()
    {
        [BatchField.Company] = "Royal Ontario Museum",
        [BatchField.Line1] = "100 Queens Park",
        [BatchField.City] = "Toronto",
        [BatchField.Province] = "ON",
        [BatchField.PostalCode] = "M5S 2C6",
        [BatchField.Weight] = "1.2",
        [BatchField.Length] = "30",
        [BatchField.Width] = "20",
        [BatchField.Height] = "10",
    };

    private static readonly Dictionary<LineField, string> American = new(Domestic)
    {
        [BatchField.City] = "Chicago",
        [BatchField.Province] = "Illinois",
        [BatchField.PostalCode] = "60603",
        [BatchField.Country] = "USA",
        [BatchField.Phone] = "312-443-3600",
        [BatchField.ItemDescription] = "Cotton T-shirt",
        [BatchField.ItemQuantity] = "2",
        [BatchField.ItemValue] = "24.50",
        [BatchField.CountryOfOrigin] = "CA",
        [BatchField.ProvinceOfOrigin] = "Québec",
    };

    [Fact]
    public void A_line_becomes_a_draft_checked_like_any_other()
    {
        var reading = BatchLineRules.Read(Domestic, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal(new Parcel(1_200, 300, 200, 100), reading.Draft.Parcel);
        Assert.Equal("M5S2C6", reading.Draft.To.PostalCode);
        Assert.Equal("CA", reading.Draft.To.Country);
        Assert.Equal(From, reading.Draft.From);
    }

    [Theory]
    [InlineData(BatchField.PostalCode, "", BatchProblem.Missing)]
    [InlineData(BatchField.PostalCode, "M5S 2C", BatchProblem.Malformed)]
    [InlineData(BatchField.PostalCode, "V5K 0A1", BatchProblem.OtherProvince)]
    [InlineData(BatchField.Province, "Atlantis", BatchProblem.NotKnown)]
    [InlineData(BatchField.Country, "Atlantis", BatchProblem.NotKnown)]
    [InlineData(BatchField.Line1, "", BatchProblem.Missing)]
    [InlineData(BatchField.Weight, "heavy", BatchProblem.NotAMeasure)]
    [InlineData(BatchField.Weight, "31", BatchProblem.TooHeavy)]
    [InlineData(BatchField.Weight, "", BatchProblem.Missing)]
    [InlineData(BatchField.Length, "2.5 m", BatchProblem.NotAMeasure)]
    [InlineData(BatchField.Length, "250", BatchProblem.TooLarge)]
    [InlineData(BatchField.Signature, "perhaps", BatchProblem.NotYesOrNo)]
    [InlineData(BatchField.Coverage, "a lot", BatchProblem.NotAnAmount)]
    [InlineData(BatchField.Coverage, "6000", BatchProblem.OutOfRange)]
    [InlineData(BatchField.Email, "nobody", BatchProblem.Malformed)]
    [InlineData(BatchField.ProofOfAge, "20", BatchProblem.NotAnAge)]
    [InlineData(BatchField.Handover, "throw over the fence", BatchProblem.NotAHandover)]
    [InlineData(BatchField.PostOffice, "at the corner", BatchProblem.Malformed)]
    [InlineData(BatchField.Reference, "more than thirty-five characters stand here", BatchProblem.TooLong)]
    public void What_is_wrong_is_said_of_its_field(BatchField field, string text, BatchProblem problem) =>
        Assert.Contains(new BatchFinding(field, problem), BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [field] = text }, Terms).Findings);

    [Theory]
    [InlineData("", NonDelivery.ReturnAtSendersExpense)]
    [InlineData("Return", NonDelivery.ReturnAtSendersExpense)]
    [InlineData("Retour aux frais de l’expéditeur", NonDelivery.ReturnAtSendersExpense)]
    [InlineData("Return to sender", NonDelivery.ReturnToSender)]
    [InlineData("Abandonner", NonDelivery.Abandon)]
    public void What_becomes_of_a_parcel_that_cannot_be_delivered_is_told_by_a_word(string text, NonDelivery nonDelivery)
    {
        var reading = BatchLineRules.Read(new Dictionary<LineField, string>(American) { [BatchField.NonDelivery] = text }, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal(nonDelivery, reading.Draft.Customs.NonDelivery);
    }

    [Fact]
    public void Another_word_for_it_is_not_known_and_inside_Canada_no_matter()
    {
        Assert.Equal(
            [new BatchFinding(BatchField.NonDelivery, BatchProblem.NotKnown)],
            BatchLineRules.Read(new Dictionary<LineField, string>(American) { [BatchField.NonDelivery] = "destroy" }, Terms).Findings);
        Assert.Empty(BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.NonDelivery] = "destroy" }, Terms).Findings);
    }

    [Theory]
    [InlineData("", ProofOfAge.None)]
    [InlineData("no", ProofOfAge.None)]
    [InlineData("18", ProofOfAge.Eighteen)]
    [InlineData("18+", ProofOfAge.Eighteen)]
    [InlineData("19 ans", ProofOfAge.Nineteen)]
    [InlineData("PA21", ProofOfAge.TwentyOne)]
    public void How_old_the_recipient_must_be_is_told_by_a_number(string text, ProofOfAge age)
    {
        var reading = BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.ProofOfAge] = text }, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal(age, reading.Draft.Delivery.Age);
    }

    [Theory]
    [InlineData("", Handover.Usual)]
    [InlineData("Card for pickup", Handover.CardForPickup)]
    [InlineData("Carte pour ramassage", Handover.CardForPickup)]
    [InlineData("do not safe drop", Handover.DoNotSafeDrop)]
    [InlineData("Ne pas laisser sans surveillance", Handover.DoNotSafeDrop)]
    [InlineData("Leave at door", Handover.LeaveAtDoor)]
    [InlineData("Laisser à la porte", Handover.LeaveAtDoor)]
    public void What_happens_at_the_door_is_told_by_a_word(string text, Handover handover)
    {
        var reading = BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Handover] = text }, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal(handover, reading.Draft.Delivery.Handover);
    }

    [Theory]
    [InlineData(BatchField.Signature, "yes")]
    [InlineData(BatchField.ProofOfAge, "19")]
    [InlineData(BatchField.Coverage, "100.01")]
    public void Left_at_the_door_it_can_have_no_signature(BatchField with, string text) =>
        Assert.Equal(
            [new BatchFinding(BatchField.Handover, BatchProblem.NotAtTheDoor)],
            BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Handover] = "leave at door", [with] = text }, Terms).Findings);

    [Theory]
    [InlineData("")]
    [InlineData("post office")]
    [InlineData("D2PO")]
    [InlineData("Livrer au bureau de poste")]
    public void A_post_offices_number_sends_it_there(string handover)
    {
        var line = new Dictionary<LineField, string>(Domestic)
        {
            [BatchField.Name] = "Retail Store",
            [BatchField.Phone] = "416-586-8000",
            [BatchField.Email] = "store@example.com",
            [BatchField.Handover] = handover,
            [BatchField.PostOffice] = "102660",
        };
        var reading = BatchLineRules.Read(line, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal((Handover.PostOffice, "102660"), (reading.Draft.Delivery.Handover, reading.Draft.Delivery.PostOffice));
    }

    [Fact]
    public void A_parcel_to_a_post_office_needs_its_number_and_how_to_reach_the_recipient() =>
        Assert.Equal(
            [
                new BatchFinding(BatchField.Name, BatchProblem.Missing), new BatchFinding(BatchField.Phone, BatchProblem.Missing),
                new BatchFinding(BatchField.Email, BatchProblem.Missing), new BatchFinding(BatchField.PostOffice, BatchProblem.Missing),
            ],
            BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Handover] = "post office" }, Terms).Findings);

    [Theory]
    [InlineData(BatchField.ProofOfAge, "19")]
    [InlineData(BatchField.Handover, "card")]
    [InlineData(BatchField.PostOffice, "102660")]
    public void What_only_Canada_offers_is_refused_abroad_and_never_left_out_in_silence(BatchField field, string text) =>
        Assert.Equal(
            [new BatchFinding(field, BatchProblem.OnlyInCanada)],
            BatchLineRules.Read(new Dictionary<LineField, string>(American) { [field] = text }, Terms).Findings);

    [Theory]
    [InlineData("", "", "CAD", null)]
    [InlineData("cad", "1", "CAD", null)]
    [InlineData("USD", "0.73", "USD", "0.73")]
    [InlineData("eur", "0,671234", "EUR", "0.671234")]
    public void The_invoices_currency_goes_to_the_customs_form(string currency, string rate, string code, string? units)
    {
        var reading = BatchLineRules.Read(new Dictionary<LineField, string>(American) { [BatchField.Currency] = currency, [BatchField.UnitsForOneCad] = rate }, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal(
            (code, units is null ? (decimal?)null : decimal.Parse(units, CultureInfo.InvariantCulture)),
            (reading.Draft.Customs.Currency, reading.Draft.Customs.UnitsForOneCad));
    }

    [Theory]
    [InlineData("dollars", "", BatchField.Currency, BatchProblem.NotKnown)]
    [InlineData("USD", "", BatchField.UnitsForOneCad, BatchProblem.Missing)]
    [InlineData("USD", "much", BatchField.UnitsForOneCad, BatchProblem.NotARate)]
    [InlineData("USD", "10000", BatchField.UnitsForOneCad, BatchProblem.OutOfRange)]
    public void A_currency_needs_a_rate_the_carrier_takes(string currency, string rate, BatchField field, BatchProblem problem) =>
        Assert.Equal(
            [new BatchFinding(field, problem)],
            BatchLineRules.Read(new Dictionary<LineField, string>(American) { [BatchField.Currency] = currency, [BatchField.UnitsForOneCad] = rate }, Terms).Findings);

    [Fact]
    public void Several_items_share_what_weight_the_others_leave()
    {
        // 1,200 g: two shirts of 200 g, and three books without a weight.
        var line = new Dictionary<LineField, string>(American)
        {
            [BatchField.ItemWeight] = "200 g",
            [new LineField(BatchField.ItemDescription, 3)] = "Printed book",
            [new LineField(BatchField.ItemQuantity, 3)] = "3",
            [new LineField(BatchField.ItemValue, 3)] = "10.00",
            [new LineField(BatchField.HsCode, 3)] = "490199",
        };
        var reading = BatchLineRules.Read(line, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal(
            [new CustomsItem(2, "Cotton T-shirt", 200, new Money(24_50), "", "CA", "QC"), new CustomsItem(3, "Printed book", 266, new Money(10_00), "490199", "", "")],
            reading.Draft.Customs.Items);
    }

    [Fact]
    public void What_is_wrong_with_an_item_is_said_of_that_item()
    {
        var line = new Dictionary<LineField, string>(American)
        {
            [new LineField(BatchField.ItemDescription, 4)] = "Printed book",
            [new LineField(BatchField.ItemValue, 4)] = "ten",
            [new LineField(BatchField.CountryOfOrigin, 4)] = "CA",
            [new LineField(BatchField.ItemQuantity, 6)] = "0",
        };

        Assert.Equal(
            [
                new BatchFinding(new LineField(BatchField.ItemValue, 4), BatchProblem.NotAnAmount),
                new BatchFinding(new LineField(BatchField.ProvinceOfOrigin, 4), BatchProblem.Missing),
                new BatchFinding(new LineField(BatchField.ItemDescription, 6), BatchProblem.Missing),
                new BatchFinding(new LineField(BatchField.ItemQuantity, 6), BatchProblem.OutOfRange),
                new BatchFinding(new LineField(BatchField.ItemValue, 6), BatchProblem.Missing),
            ],
            BatchLineRules.Read(line, Terms).Findings);
    }

    [Fact]
    public void What_cannot_be_read_is_said_once() =>
        Assert.Equal(
            [new BatchFinding(BatchField.Weight, BatchProblem.NotAMeasure)],
            BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Weight] = "heavy" }, Terms).Findings);

    [Theory]
    [InlineData("Québec", "QC")]
    [InlineData("P.Q.", "QC")]
    [InlineData("on", "ON")]
    [InlineData("Ontario", "ON")]
    public void Provinces_are_known_by_code_and_name(string text, string code) =>
        Assert.Equal(code, BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Province] = text }, Terms).Draft.To.Province);

    [Theory]
    [InlineData("US", "US")]
    [InlineData("u.s.a.", "US")]
    [InlineData("États-Unis", "US")]
    [InlineData("france", "FR")]
    [InlineData("", "CA")]
    public void Countries_are_known_by_code_and_name(string text, string code) =>
        Assert.Equal(code, BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Country] = text }, Terms).Draft.To.Country);

    [Fact]
    public void Abroad_the_customs_columns_make_the_item()
    {
        var reading = BatchLineRules.Read(American, Terms);

        Assert.Empty(reading.Findings);
        Assert.Equal("IL", reading.Draft.To.Province);
        Assert.Equal(new CustomsItem(2, "Cotton T-shirt", 600, new Money(24_50), "", "CA", "QC"), Assert.Single(reading.Draft.Customs.Items));
    }

    [Fact]
    public void Abroad_what_customs_needs_is_missed()
    {
        var bare = American.Where(field => field.Key.Field is not (BatchField.ItemDescription or BatchField.ItemValue)).ToDictionary();

        Assert.Equal(
            [new BatchFinding(BatchField.ItemDescription, BatchProblem.Missing), new BatchFinding(BatchField.ItemValue, BatchProblem.Missing)],
            BatchLineRules.Read(bare, Terms).Findings);
    }

    [Fact]
    public void Where_duties_are_not_prepaid_a_US_line_needs_its_declaration() =>
        Assert.Equal([new BatchFinding(BatchField.UsDeclaration, BatchProblem.Missing)], BatchLineRules.Read(American, Terms with { UsDutiesPrepaid = false }).Findings);

    [Fact]
    public void Items_heavier_than_the_parcel_are_said() =>
        Assert.Contains(
            new BatchFinding(BatchField.ItemWeight, BatchProblem.HeavierThanParcel),
            BatchLineRules.Read(new Dictionary<LineField, string>(American) { [BatchField.ItemWeight] = "900 g" }, Terms).Findings);

    [Theory]
    [InlineData(Language.English, "1,234.50", 1_234_50)]
    [InlineData(Language.French, "1 234,50", 1_234_50)]
    [InlineData(Language.French, "1 234,50 $", 1_234_50)]
    [InlineData(Language.English, "50", 50_00)]
    public void Amounts_are_read_in_the_files_language(Language language, string text, long cents) =>
        Assert.Equal(new Money(cents), BatchLineRules.Read(new Dictionary<LineField, string>(Domestic) { [BatchField.Coverage] = text }, Terms with { Language = language }).Draft.Coverage);

    [Fact]
    public void A_line_without_weight_or_size_takes_the_batchs_parcel()
    {
        var bare = Domestic.Where(field => field.Key.Field is not (BatchField.Weight or BatchField.Length or BatchField.Width or BatchField.Height)).ToDictionary();
        var terms = Terms with { Parcel = new Parcel(500, 250, 150, 50) };

        Assert.Equal(new Parcel(500, 250, 150, 50), BatchLineRules.Read(bare, terms).Draft.Parcel);
        Assert.Equal(new Parcel(800, 250, 150, 50), BatchLineRules.Read(new Dictionary<LineField, string>(bare) { [BatchField.Weight] = "0,8" }, terms).Draft.Parcel);
    }

    [Fact]
    public void A_headers_unit_goes_to_bare_numbers_only()
    {
        IReadOnlyList<BatchColumn> columns = [new("Weight (g)", BatchField.Weight, "g"), new("email", null, ""), new("City", BatchField.City, "")];

        Assert.Equal(
            new Dictionary<LineField, string> { [BatchField.Weight] = "500 g", [BatchField.City] = "Ottawa" },
            BatchLineRules.Fields(columns, ["500", "a@example.com", " Ottawa "]));
        Assert.Equal("1 kg", BatchLineRules.Fields(columns, ["1 kg", "", ""])[BatchField.Weight]);
    }
}
