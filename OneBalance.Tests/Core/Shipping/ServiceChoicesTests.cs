using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

public sealed class ServiceChoicesTests
{
    private static readonly Rate[] Offered = [Rate("DOM.RP", 12_00, 6), Rate("DOM.EP", 12_00, 3), Rate("DOM.XP", 21_00, 1), Rate("DOM.PC", 25_00, 1), Rate("DOM.LP", 15_00, null)];

    [Theory]
    [InlineData(ServiceChoice.Cheapest, null, "DOM.EP", false)]
    [InlineData(ServiceChoice.Fastest, null, "DOM.XP", false)]
    [InlineData(ServiceChoice.Named, "DOM.PC", "DOM.PC", false)]
    [InlineData(ServiceChoice.Named, "USA.XP", "DOM.EP", true)]
    public void The_rule_chooses(ServiceChoice choice, string? named, string expected, bool instead)
    {
        var chosen = ServiceChoices.Choose(Offered, choice, named)!;

        Assert.Equal((expected, instead), (chosen.Rate.ServiceCode, chosen.InsteadOfNamed));
    }

    [Fact]
    public void A_service_without_a_promise_is_never_the_fastest_of_several() =>
        Assert.Equal("DOM.RP", ServiceChoices.Choose([Rate("DOM.LP", 1_00, null), Rate("DOM.RP", 12_00, 6)], ServiceChoice.Fastest, null)!.Rate.ServiceCode);

    [Fact]
    public void Of_nothing_nothing_is_chosen() => Assert.Null(ServiceChoices.Choose([], ServiceChoice.Cheapest, null));

    private static Rate Rate(string code, long cents, int? days) => new(code, code, new Price(new Money(cents), []), null, days, null, false, null);
}
