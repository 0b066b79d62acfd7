using OneBalance.Core.Notices;

namespace OneBalance.Tests.Core.Notices;

public sealed class ServiceNoticeRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly (string, string)[] Texts = [("Storm", "Expect delays."), ("Tempête", "Attendez-vous à des retards.")];

    private static readonly NoticeTerms Storm = new(NoticeSeverity.Severe, true, Noon, Noon.AddHours(6), [], []);

    [Theory]
    [InlineData(-3 * 86_400 - 1, NoticePhase.Ahead)]
    [InlineData(-3 * 86_400, NoticePhase.Announced)]
    [InlineData(-1, NoticePhase.Announced)]
    [InlineData(0, NoticePhase.InForce)]
    [InlineData(6 * 3_600 - 1, NoticePhase.InForce)]
    [InlineData(6 * 3_600, NoticePhase.Over)]
    public void It_begins_and_ends_to_the_second(int seconds, NoticePhase expected) =>
        Assert.Equal(expected, ServiceNoticeRules.PhaseOf(Storm, Noon.AddSeconds(seconds)));

    [Fact]
    public void Without_an_end_it_lasts_until_it_is_withdrawn()
    {
        var open = Storm with { To = null };

        Assert.Equal(NoticePhase.InForce, ServiceNoticeRules.PhaseOf(open, Noon.AddYears(1)));
        Assert.Equal(NoticePhase.Over, ServiceNoticeRules.PhaseOf(open with { WithdrawnAt = Noon.AddHours(1) }, Noon.AddHours(1)));
        Assert.Equal(NoticePhase.Over, ServiceNoticeRules.PhaseOf(Storm with { WithdrawnAt = Noon.AddHours(1) }, Noon.AddHours(1)));
        Assert.Equal(NoticePhase.Over, ServiceNoticeRules.PhaseOf(Storm with { WithdrawnAt = Noon.AddDays(-1) }, Noon.AddMinutes(-1)));
    }

    /// <summary>Parcels: province of origin, country and province of destination, service.</summary>
    [Theory]
    [InlineData("", "", "ON CA BC DOM.EP", true)]
    [InlineData("CA-BC", "", "ON CA BC DOM.EP", true)]
    [InlineData("CA-BC", "", "BC CA ON DOM.EP", true)]
    [InlineData("CA-BC", "", "BC US WA USA.XP", true)]
    [InlineData("CA-BC", "", "ON CA QC DOM.EP", false)]
    [InlineData("CA-QC", "", "ON JP QC INT.XP", false)]
    [InlineData("US", "", "ON US NY USA.XP", true)]
    [InlineData("US JP", "", "ON CA ON DOM.EP", false)]
    [InlineData("CA", "", "ON CA ON DOM.EP", true)]
    [InlineData("CA", "", "ON US NY USA.XP", false)]
    [InlineData("", "DOM.EP DOM.XP", "ON CA ON DOM.XP", true)]
    [InlineData("", "DOM.EP DOM.XP", "ON CA ON DOM.RP", false)]
    [InlineData("", "DOM.EP", "ON CA ON ?", true)]
    [InlineData("", "DOM.EP", "ON US NY ?", false)]
    [InlineData("CA-BC", "DOM.EP", "ON CA BC DOM.XP", false)]
    [InlineData("CA-BC", "DOM.EP", "ON CA BC ?", true)]
    public void It_concerns_parcels_from_and_to_its_places_with_its_services(string places, string services, string parcel, bool expected)
    {
        string[] told = parcel.Split(' ');

        Assert.Equal(expected, ServiceNoticeRules.Concerns(
            Storm with { Places = Words(places), Services = Words(services) },
            new NoticeParcel(told[0], told[1], told[2], told[3] == "?" ? null : told[3])));
    }

    [Fact]
    public void Overlapping_ones_are_all_shown_what_stops_purchases_first_and_what_is_still_to_come_last()
    {
        var information = Storm with { Severity = NoticeSeverity.Info, BlocksPurchase = false };
        var warning = Storm with { Severity = NoticeSeverity.Warning, BlocksPurchase = false, From = Noon.AddHours(-2) };
        var announced = Storm with { From = Noon.AddHours(2) };
        var over = Storm with { To = Noon };
        var elsewhere = Storm with { Places = ["JP"] };

        Assert.Equal(
            [Storm, warning, information, announced],
            ServiceNoticeRules.Shown([information, announced, over, elsewhere, warning, Storm], notice => notice, Noon, new NoticeParcel("ON", "CA", "ON", null)));
        Assert.Contains(elsewhere, ServiceNoticeRules.Shown([elsewhere], notice => notice, Noon, null));
    }

    [Fact]
    public void A_purchase_is_stopped_until_the_last_one_that_stops_it_has_ended()
    {
        var parcel = new NoticeParcel("ON", "CA", "BC", "DOM.EP");
        var longer = Storm with { To = Noon.AddDays(1), Places = ["CA-BC"] };
        var endless = Storm with { To = null, Services = ["DOM.XP"] };

        Assert.Same(longer, ServiceNoticeRules.Blocking([Storm, longer, endless], notice => notice, Noon, parcel));
        Assert.Same(endless, ServiceNoticeRules.Blocking([Storm, longer, endless], notice => notice, Noon, parcel with { Service = "DOM.XP" }));
        Assert.Null(ServiceNoticeRules.Blocking([Storm with { From = Noon.AddSeconds(1) }], notice => notice, Noon, parcel));
        Assert.Null(ServiceNoticeRules.Blocking([Storm with { BlocksPurchase = false }], notice => notice, Noon, parcel));
    }

    [Fact]
    public void A_notice_that_merchants_could_not_read_or_that_would_do_nothing_is_refused()
    {
        Assert.Empty(ServiceNoticeRules.Check(Storm, Texts, Noon));
        Assert.Equal([NoticeProblem.TitleMissing, NoticeProblem.TextMissing], Check(Storm, ("Storm", "Expect delays."), (" ", "")));
        Assert.Equal([NoticeProblem.TitleTooLong, NoticeProblem.TextTooLong], Check(Storm, (new string('a', 121), new string('b', 1001))));
        Assert.Equal([NoticeProblem.EndsBeforeItBegins], Check(Storm with { To = Noon }, Texts));
        Assert.Equal([NoticeProblem.OverAlready], Check(Storm with { From = Noon.AddHours(-2), To = Noon }, Texts));
        Assert.Equal([NoticeProblem.PlaceNotKnown, NoticeProblem.ServiceNotKnown], Check(Storm with { Places = ["CA-XX"], Services = ["DOM.ZZ"] }, Texts));
        Assert.Equal([NoticeProblem.ConcernsNothing], Check(Storm with { Places = ["US", "JP"], Services = ["DOM.EP"] }, Texts));
        Assert.Empty(Check(Storm with { Places = ["US", "CA-ON"], Services = ["INT.XP"] }, Texts));
        Assert.Equal([NoticeProblem.OnlySevereBlocks], Check(Storm with { Severity = NoticeSeverity.Warning }, Texts));
    }

    private static IReadOnlyList<NoticeProblem> Check(NoticeTerms terms, params (string, string)[] texts) => ServiceNoticeRules.Check(terms, texts, Noon);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
