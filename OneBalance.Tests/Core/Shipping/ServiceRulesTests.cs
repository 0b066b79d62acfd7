using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

/// <summary>What is said of services before one is bought.</summary>
public sealed class ServiceRulesTests
{
    private static readonly LabelDraft ToNewYork = new(
        new Address("", "Maple Parcels", "111 Wellington St", "", "Ottawa", "ON", "K1A 0A9", "CA", "613-555-0134"),
        new Address("Sample Recipient", "", "350 5th Ave", "", "New York", "NY", "10118", "US", "212-555-0142"),
        new Parcel(1_000, 300, 200, 100),
        Units.Metric,
        Signature: false,
        Coverage: null,
        Reference: "",
        new Customs(ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense, [], ""));

    [Fact]
    public void A_service_that_was_quoted_is_not_explained_away() =>
        Assert.DoesNotContain(ServiceRules.NotAmong([Quoted("USA.EP")], ToNewYork), absent => absent.Service.Code == "USA.EP");

    [Theory]
    [InlineData(1_000, "NotQuoted")]
    [InlineData(1_001, "TooHeavy")]
    public void Packets_to_the_United_States_weigh_up_to_a_kilogram(int grams, string expected) =>
        Assert.Equal(expected, WhyNot("USA.TP", ToNewYork with { Parcel = ToNewYork.Parcel with { WeightGrams = grams } }).GetType().Name);

    [Theory]
    [InlineData("USA.TP", 100_00, "NotQuoted")]
    [InlineData("USA.TP", 100_01, "NotInsurable")]
    [InlineData("USA.SP.AIR", 1, "NotInsurable")]
    [InlineData("USA.EP", 1_000_00, "NotQuoted")]
    public void Coverage_leaves_out_what_cannot_be_covered_for_it(string service, long cents, string expected) =>
        Assert.Equal(expected, WhyNot(service, ToNewYork with { Coverage = new Money(cents) }).GetType().Name);

    [Theory]
    [InlineData("USA.EP", true)]
    [InlineData("USA.XP", false)]
    public void Some_services_take_no_signature(string service, bool unsigned) =>
        Assert.Equal(unsigned, WhyNot(service, ToNewYork with { Signature = true }) is ServiceAbsence.NotSigned);

    [Fact]
    public void Priority_does_not_go_to_post_offices()
    {
        var draft = ToNewYork with
        {
            To = ToNewYork.To with { Country = "CA", PostalCode = "V6Z2J7" },
            Delivery = DeliveryWishes.None with { Handover = Handover.PostOffice },
        };

        Assert.IsType<ServiceAbsence.NotToPostOffice>(WhyNot("DOM.PC", draft));
        Assert.IsType<ServiceAbsence.NotQuoted>(WhyNot("DOM.EP", draft));
    }

    [Theory]
    [InlineData(1_000, 760, 100, false)]
    [InlineData(1_001, 100, 100, true)]
    [InlineData(900, 761, 100, true)]
    [InlineData(100, 900, 761, true)]
    public void Oversize_begins_above_100_and_76_cm(int length, int width, int height, bool oversize) =>
        Assert.Equal(oversize, ParcelRules.IsOversize(new Parcel(1_000, length, width, height)));

    private static ServiceAbsence WhyNot(string service, LabelDraft draft) =>
        ServiceRules.NotAmong([], draft).Single(absent => absent.Service.Code == service).Reason;

    private static Rate Quoted(string service) => new(service, service, new Price(Money.Zero, []), null, null, null, false, null);
}
