using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class LabelDraftRulesTests
{
    private static readonly LabelDraft Draft = new(
        new Address("", "Maple Parcels", "111 Wellington St", "", "Ottawa", "ON", "K1A 0A9", "CA", "613-555-0134"),
        new Address("Sample Recipient", "", "800 Burrard St", "", "Vancouver", "BC", "V6Z 2J7", "CA", ""),
        new Parcel(1_250, 300, 200, 100),
        Units.Metric,
        Signature: false,
        Coverage: null,
        Reference: "",
        new Customs(ReasonForExport.SaleOfGoods, "", NonDelivery.Abandon, [], ""));

    [Fact]
    public void A_complete_domestic_draft_may_be_bought() => Assert.True(LabelDraftRules.CheckForPurchase(Draft, usDutiesPrepaid: true).IsEmpty);

    /// <summary>A price needs only the places and the parcel; a label needs the rest.</summary>
    [Fact]
    public void Rates_need_no_names()
    {
        var nameless = Draft with { To = Draft.To with { Name = "", Line1 = "", City = "" } };

        Assert.True(LabelDraftRules.CheckForRates(nameless).IsEmpty);
        Assert.Equal(
            [AddressField.Name, AddressField.Line1, AddressField.City],
            LabelDraftRules.CheckForPurchase(nameless, usDutiesPrepaid: true).To.Select(finding => finding.Field));
    }

    [Fact]
    public void Customs_count_only_outside_Canada()
    {
        var abroad = Draft with { To = Draft.To with { Country = "FR", PostalCode = "75001", Phone = "+33 1 55 55 55 55" } };

        Assert.Empty(LabelDraftRules.CheckForPurchase(Draft, usDutiesPrepaid: true).Customs);
        Assert.Equal([new CustomsFinding(null, CustomsField.Items, CustomsProblem.Missing)], LabelDraftRules.CheckForPurchase(abroad, usDutiesPrepaid: true).Customs);
    }

    [Theory]
    [InlineData("CA", 5_000_00, null)]
    [InlineData("CA", 5_000_01, OptionProblem.CoverageTooLarge)]
    [InlineData("CA", 0, OptionProblem.CoverageTooSmall)]
    [InlineData("FR", 1_000_00, null)]
    [InlineData("FR", 1_000_01, OptionProblem.CoverageTooLarge)]
    public void Coverage_up_to_what_the_carrier_insures(string country, long cents, OptionProblem? expected)
    {
        var draft = Draft with { To = Draft.To with { Country = country }, Coverage = new Money(cents) };

        Assert.Equal(expected is { } problem ? [problem] : [], LabelDraftRules.CheckForRates(draft).Options);
    }

    [Theory]
    [InlineData(49_00, null)]
    [InlineData(49_01, OptionProblem.CoverageAboveValue)]
    public void Coverage_never_above_the_declared_value(long cents, OptionProblem? expected)
    {
        var socks = new CustomsItem(2, "Wool socks", 300, new Money(24_50), "", "", "");
        var draft = Draft with { To = Draft.To with { Country = "US" }, Coverage = new Money(cents), Customs = Draft.Customs with { Items = [socks] } };

        Assert.Equal(expected is { } problem ? [problem] : [], LabelDraftRules.CheckForRates(draft).Options);
    }

    [Fact]
    public void A_name_does_not_change_the_price_and_a_gram_does()
    {
        Assert.True(LabelDraftRules.SamePrice(Draft, Draft with { To = Draft.To with { Name = "Another", PostalCode = "v6z2j7" }, Reference = "A-1" }));
        Assert.False(LabelDraftRules.SamePrice(Draft, Draft with { Parcel = Draft.Parcel with { WeightGrams = 1_251 } }));
        Assert.False(LabelDraftRules.SamePrice(Draft, Draft with { Signature = true }));
        Assert.False(LabelDraftRules.SamePrice(Draft, Draft with { Coverage = new Money(1_00) }));
        Assert.False(LabelDraftRules.SamePrice(Draft, Draft with { To = Draft.To with { PostalCode = "V6Z 2J8" } }));
    }
}
