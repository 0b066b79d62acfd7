using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OneBalance.Tests.Support;
using OneBalance.Web.Components;
using OneBalance.Web.Features.Help;

namespace OneBalance.Tests.Web.Features.Help;

public sealed class HelpPagesTests : ComponentRoom
{
    public HelpPagesTests()
    {
        Services.AddSingleton(Options.Create(new SupportOptions { Email = "help@example.com" }));
    }

    [Fact]
    public void All_entries_are_listed_until_something_is_searched_for()
    {
        var page = Render<HelpPage>();
        Assert.Equal(HelpEntries.In(OneBalance.Core.Language.English).Count, page.FindAll(".entries a").Count);

        page.Find("input[type=search]").Input("declined card");

        Assert.Equal("/help/card-declined", page.Find(".hits a").GetAttribute("href"));
        Assert.Equal(["card", "declined"], page.FindAll(".hits li:first-child h2 mark").Select(mark => mark.TextContent));
        Assert.StartsWith("Entries found:", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_the_address_is_searched_for_and_nothing_found_leads_back_to_all()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/help?q=giraffe");

        var page = Render<HelpPage>();
        Assert.Contains("“giraffe”", page.Find(".empty-state").TextContent, StringComparison.Ordinal);

        page.Find(".empty-state button").Click();

        Assert.NotEmpty(page.FindAll(".entries a"));
        Assert.EndsWith("/help", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_is_shown_with_its_neighbours_and_whom_to_ask()
    {
        var page = Render<HelpEntryPage>(parameters => parameters.Add(p => p.Entry, HelpTopics.FinishSetup));

        Assert.Equal("Finish Setup does not work", page.Find("h1").TextContent);
        Assert.Contains("the terms are not ticked", page.Find("article").TextContent, StringComparison.Ordinal);
        Assert.Contains("/help/card-declined", page.FindAll("aside a").Select(link => link.GetAttribute("href")));
        Assert.Equal("mailto:help@example.com", page.Find("a[href^=mailto]").GetAttribute("href"));
    }

    [Fact]
    public void An_entry_that_does_not_exist_leads_to_all()
    {
        var page = Render<HelpEntryPage>(parameters => parameters.Add(p => p.Entry, "gone"));

        Assert.Equal("/help", page.Find(".empty-state a").GetAttribute("href"));
    }

    [Fact]
    public void A_link_names_its_entry_in_the_readers_language_and_opens_beside_the_page()
    {
        ComponentRoom.Speak("fr-CA");

        var link = Render<HelpLink>(parameters => parameters.Add(l => l.Entry, HelpTopics.CardDeclined)).Find("a");

        Assert.Equal("/help/card-declined", link.GetAttribute("href"));
        Assert.Equal("_blank", link.GetAttribute("target"));
        Assert.Equal("Aide\u00a0: Une carte a été refusée (s’ouvre dans un nouvel onglet)", link.TextContent);
    }
}
