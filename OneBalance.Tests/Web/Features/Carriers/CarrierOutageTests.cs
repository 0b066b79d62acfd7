using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Features.Carriers;

/// <summary>A notice took its French words from the outage at the same place of the list, whatever that one was about.</summary>
public sealed class CarrierOutageTests
{
    private static readonly DateTimeOffset Night = new(2026, 12, 5, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_outage_is_found_in_the_other_language_by_its_times()
    {
        var english = new CarrierOutage("Rating is down.", Night, Night.AddHours(2));
        var french = new CarrierOutage("La tarification est arrêtée.", Night, Night.AddHours(2));
        var unlike = new CarrierOutage("Le repérage est arrêté.", Night.AddDays(1), null);

        Assert.Equal(french, english.In([unlike, french]));
        Assert.Null(english.In([unlike]));
    }

    [Fact]
    public void Which_of_two_at_the_same_times_is_not_guessed()
    {
        var english = new CarrierOutage("Rating is down.", null, null);
        Assert.Null(english.In([new CarrierOutage("Un", null, null), new CarrierOutage("Deux", null, null)]));
    }
}
