using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

/// <summary>The rows repeat the table of <see cref="CustomsRules"/>.</summary>
public sealed class CustomsRulesTests
{
    private static readonly CustomsItem Socks = new(2, "Wool socks", 300, new Money(24_50), "6115.94", "CA", "ON");

    private static readonly Customs Form = new(ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense, [Socks], "");

    [Fact]
    public void A_complete_form_has_no_findings() => Assert.Empty(CustomsRules.Check(Form, 1_000));

    [Theory]
    [InlineData("", null)]
    [InlineData("6115", null)]
    [InlineData("6115.94", null)]
    [InlineData("6115.94.00", null)]
    [InlineData("6115.94.00.10", null)]
    [InlineData("611594", null)]
    [InlineData("6115940010", null)]
    [InlineData("61159", CustomsProblem.Malformed)]
    [InlineData("611594001000", CustomsProblem.Malformed)]
    [InlineData("6115.9", CustomsProblem.Malformed)]
    [InlineData("6115.94.00.10.00", CustomsProblem.Malformed)]
    [InlineData("abcd", CustomsProblem.Malformed)]
    public void Tariff_codes_have_dots_whether_or_not_they_were_typed(string code, CustomsProblem? expected) =>
        AssertItem(Socks with { HsCode = code }, CustomsField.HsCode, expected);

    [Theory]
    [InlineData(0, CustomsProblem.OutOfRange)]
    [InlineData(1, null)]
    [InlineData(9_999, null)]
    [InlineData(10_000, CustomsProblem.OutOfRange)]
    public void Quantities(int quantity, CustomsProblem? expected) =>
        AssertItem(Socks with { Quantity = quantity, UnitWeightGrams = 1 }, CustomsField.Quantity, expected, parcelWeight: 30_000);

    [Theory]
    [InlineData(0, CustomsProblem.Missing)]
    [InlineData(1, null)]
    [InlineData(45, null)]
    [InlineData(46, CustomsProblem.TooLong)]
    public void Descriptions(int length, CustomsProblem? expected) =>
        AssertItem(Socks with { Description = new string('x', length) }, CustomsField.Description, expected);

    [Theory]
    [InlineData(0, CustomsProblem.Missing)]
    [InlineData(1, null)]
    [InlineData(99_999_99, null)]
    [InlineData(100_000_00, CustomsProblem.OutOfRange)]
    public void Unit_values(long cents, CustomsProblem? expected) =>
        AssertItem(Socks with { UnitValue = new Money(cents) }, CustomsField.UnitValue, expected);

    [Theory]
    [InlineData("", "", null)]
    [InlineData("CN", "", null)]
    [InlineData("ca", "on", null)]
    [InlineData("CA", "", CustomsProblem.Missing)]
    [InlineData("CA", "NY", CustomsProblem.NotKnown)]
    public void Canadian_goods_name_their_province(string country, string province, CustomsProblem? expected) =>
        AssertItem(Socks with { CountryOfOrigin = country, ProvinceOfOrigin = province }, CustomsField.ProvinceOfOrigin, expected);

    [Fact]
    public void An_unknown_country_of_origin_is_named() =>
        AssertItem(Socks with { CountryOfOrigin = "XX", ProvinceOfOrigin = "" }, CustomsField.CountryOfOrigin, CustomsProblem.NotKnown);

    /// <summary>2 x 300 g: a parcel of 600 g may hold them, one of 599 g cannot (2700).</summary>
    [Theory]
    [InlineData(600, false)]
    [InlineData(599, true)]
    public void Items_do_not_weigh_more_than_the_parcel(int parcelWeight, bool heavier)
    {
        var findings = CustomsRules.Check(Form, parcelWeight);

        Assert.Equal(heavier ? [new CustomsFinding(null, CustomsField.UnitWeight, CustomsProblem.HeavierThanParcel)] : [], findings);
    }

    [Theory]
    [InlineData("", CustomsProblem.Missing)]
    [InlineData("abc", CustomsProblem.TooShort)]
    [InlineData("abcd", null)]
    [InlineData("01234567890123456789012345678901234567890123", null)]
    [InlineData("012345678901234567890123456789012345678901234", CustomsProblem.TooLong)]
    public void Another_reason_is_said_in_4_to_44_characters(string reason, CustomsProblem? expected)
    {
        var findings = CustomsRules.Check(Form with { Reason = ReasonForExport.Other, OtherReason = reason }, 1_000);

        Assert.Equal(expected is { } problem ? [new CustomsFinding(null, CustomsField.OtherReason, problem)] : [], findings);
    }

    [Fact]
    public void The_number_of_items_is_1_to_500()
    {
        var one = Socks with { Quantity = 1, UnitWeightGrams = 1 };

        Assert.Equal([new CustomsFinding(null, CustomsField.Items, CustomsProblem.Missing)], CustomsRules.Check(Form with { Items = [] }, 1_000));
        Assert.Empty(CustomsRules.Check(Form with { Items = [.. Enumerable.Repeat(one, 500)] }, 1_000));
        Assert.Equal(
            [new CustomsFinding(null, CustomsField.Items, CustomsProblem.OutOfRange)],
            CustomsRules.Check(Form with { Items = [.. Enumerable.Repeat(one, 501)] }, 1_000));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a1b2c3d4e5f6g", null)]
    [InlineData("a b", CustomsProblem.Malformed)]
    [InlineData("0123456789012345678901234567890", CustomsProblem.TooLong)]
    public void Us_declarations(string id, CustomsProblem? expected)
    {
        var findings = CustomsRules.Check(Form with { UsDeclarationId = id }, 1_000);

        Assert.Equal(expected is { } problem ? [new CustomsFinding(null, CustomsField.UsDeclarationId, problem)] : [], findings);
    }

    /// <summary>The carrier issues no US label without prepaid duties: by the platform's account, or by a declaration.</summary>
    [Theory]
    [InlineData("", true, CustomsProblem.Missing)]
    [InlineData("", false, null)]
    [InlineData("a1b2c3d4e5f6g", true, null)]
    [InlineData("a b", true, CustomsProblem.Malformed)]
    public void Us_duties_are_prepaid_one_way_or_the_other(string id, bool needed, CustomsProblem? expected)
    {
        var findings = CustomsRules.Check(Form with { UsDeclarationId = id }, 1_000, needed);

        Assert.Equal(expected is { } problem ? [new CustomsFinding(null, CustomsField.UsDeclarationId, problem)] : [], findings);
    }

    [Theory]
    [InlineData("USD", null, CustomsProblem.Missing)]
    [InlineData("USD", "0", CustomsProblem.OutOfRange)]
    [InlineData("USD", "0.000001", null)]
    [InlineData("USD", "0.7312", null)]
    [InlineData("USD", "0.7312001", CustomsProblem.OutOfRange)]
    [InlineData("JPY", "9999.999999", null)]
    [InlineData("JPY", "10000", CustomsProblem.OutOfRange)]
    [InlineData("CAD", null, null)]
    public void Another_currency_comes_with_its_rate(string currency, string? rate, CustomsProblem? expected)
    {
        decimal? units = rate is null ? null : decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture);
        var findings = CustomsRules.Check(Form with { Currency = currency, UnitsForOneCad = units }, 1_000);

        Assert.Equal(expected is { } problem ? [new CustomsFinding(null, CustomsField.UnitsForOneCad, problem)] : [], findings);
    }

    [Fact]
    public void An_unknown_currency_is_named() =>
        Assert.Equal([new CustomsFinding(null, CustomsField.Currency, CustomsProblem.NotKnown)], CustomsRules.Check(Form with { Currency = "XXX" }, 1_000));

    /// <summary>Packets always come back free; parcels at the sender's expense or not at all (8718).</summary>
    [Theory]
    [InlineData("INT.XP", NonDelivery.ReturnAtSendersExpense, NonDelivery.ReturnAtSendersExpense)]
    [InlineData("INT.XP", NonDelivery.Abandon, NonDelivery.Abandon)]
    [InlineData("USA.EP", NonDelivery.ReturnToSender, NonDelivery.ReturnAtSendersExpense)]
    [InlineData("INT.IP.SURF", NonDelivery.Abandon, NonDelivery.Abandon)]
    [InlineData("USA.TP", NonDelivery.ReturnAtSendersExpense, NonDelivery.ReturnToSender)]
    [InlineData("USA.TP.LVM", NonDelivery.Abandon, NonDelivery.ReturnToSender)]
    [InlineData("INT.SP.AIR", NonDelivery.Abandon, NonDelivery.ReturnToSender)]
    public void Non_delivery_follows_the_service(string service, NonDelivery wanted, NonDelivery given) =>
        Assert.Equal(given, ServiceRules.NonDeliveryFor(service, wanted));

    private static void AssertItem(CustomsItem item, CustomsField field, CustomsProblem? expected, int parcelWeight = 1_000) =>
        Assert.Equal(
            expected is { } problem ? [new CustomsFinding(0, field, problem)] : [],
            CustomsRules.Check(Form with { Items = [item] }, parcelWeight));
}
