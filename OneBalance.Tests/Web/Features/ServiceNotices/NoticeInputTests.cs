using OneBalance.Core.Notices;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Tests.Web.Features.ServiceNotices;

/// <summary>Times are typed in the writer's zone and kept in UTC.</summary>
public sealed class NoticeInputTests
{
    private static readonly TimeZoneInfo Toronto = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    [Theory]
    [InlineData("2026-11-23T14:00", "2026-11-23T19:00:00Z")]
    [InlineData("2026-07-01T14:00", "2026-07-01T18:00:00Z")]
    [InlineData("2026-11-01T01:30", "2026-11-01T05:30:00Z")]
    public void A_time_of_the_zone_becomes_the_moment(string typed, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment, null), new NoticeInput { From = typed }.Terms(Toronto, out _)!.From);

    [Theory]
    [InlineData("2026-03-08T02:30", "", TimeProblem.NoSuchTime)]
    [InlineData("", "", TimeProblem.Missing)]
    [InlineData("2026-11-23T14:00", "tomorrow", TimeProblem.Missing)]
    public void A_time_that_does_not_exist_or_is_none_is_said(string from, string to, TimeProblem expected)
    {
        Assert.Null(new NoticeInput { From = from, To = to }.Terms(Toronto, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void What_is_stored_is_typed_again_as_it_was()
    {
        var terms = new NoticeTerms(
            NoticeSeverity.Severe, true, new DateTimeOffset(2026, 11, 23, 19, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 24, 19, 0, 0, TimeSpan.Zero), ["CA-BC", "JP"], ["INT.XP"]);

        var input = NoticeInput.Of(new NoticeView(default, terms, new NoticeWords("a", "b"), new NoticeWords("c", "d")), Toronto);

        Assert.Equal(("2026-11-23T14:00", "2026-11-24T14:00"), (input.From, input.To));
        Assert.Equivalent(terms, input.Terms(Toronto, out _), strict: true);
    }
}
