using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

public sealed class LedgerListTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);
    private static readonly TopUpId TopUp = new(Guid.Parse("0123456789abcdef0123456789abcdef"));

    [Theory]
    [InlineData("en-CA", "Funds added from card ending in 4242", "+$50.00", "2026-11-23 10:00", "On your card statement: STAMPS")]
    [InlineData("fr-CA", "Fonds ajoutés à partir de la carte se terminant par 4242", "+50,00\u00A0$", "2026-11-23 10:00", "Sur votre relevé de carte\u00A0: STAMPS")]
    public async Task A_line_reads_in_the_readers_language_and_leads_to_its_receipt(string culture, string phrase, string amount, string when, string statement)
    {
        await using var context = Context(culture);

        var list = context.Render<LedgerList>(l => l.Add(x => x.Descriptor, "STAMPS").Add(x => x.Page, new LedgerPage([Funds()], null)));

        var link = list.Find(".what a");
        Assert.Equal((phrase, $"/balance/top-ups/{TopUp}"), (link.TextContent, link.GetAttribute("href")));
        Assert.Equal(amount, list.Find(".amount").TextContent);
        Assert.Equal(when, list.Find("time").TextContent);
        Assert.Equal(statement, list.Find(".what .secondary").TextContent);
    }

    [Fact]
    public async Task A_line_says_what_the_processor_printed_where_that_is_something_else()
    {
        await using var context = Context("en-CA");

        var list = context.Render<LedgerList>(l => l.Add(x => x.Descriptor, "STAMPS").Add(x => x.Page, new LedgerPage([Funds() with { Descriptor = "STAMPS CANADA" }], null)));

        Assert.Equal("On your card statement: STAMPS CANADA", list.Find(".what .secondary").TextContent);
    }

    [Fact]
    public async Task Older_lines_and_filters_are_addresses()
    {
        await using var context = Context("en-CA");

        var list = context.Render<LedgerList>(l => l.Add(x => x.Descriptor, "STAMPS").Add(x => x.Page, new LedgerPage([Funds()], 41)).Add(x => x.Filter, LedgerFilter.Funds));

        var older = list.FindAll("a").Single(a => a.TextContent == "Older");
        Assert.EndsWith("/balance?kind=funds&before=41", older.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("Funds added", list.FindAll("[aria-current]")[0].TextContent);
    }

    [Fact]
    public async Task Nothing_matching_offers_everything()
    {
        await using var context = Context("en-CA");

        var list = context.Render<LedgerList>(l => l.Add(x => x.Descriptor, "STAMPS").Add(x => x.Page, new LedgerPage([], null)).Add(x => x.Filter, LedgerFilter.Refunds));

        Assert.Contains("Nothing matches this filter.", list.Markup);
        Assert.Contains("Show everything", list.Markup);
    }

    private static LedgerLine Funds() =>
        new(42, LedgerLineKind.Funds, At, new Money(50_00), new Money(50_00), Money.Zero, null, null, TopUp, "4242");

    private static ComponentRoom Context(string culture)
    {
        var context = new ComponentRoom(culture);
        return context;
    }
}
