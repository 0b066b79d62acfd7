using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Tests.Support;
using OneBalance.Web.Components.Layout;
using OneBalance.Web.Components.Parts;

namespace OneBalance.Tests.Web.Components;

public sealed class PartsTests : ComponentRoom
{
    [Theory]
    [InlineData(Tone.Neutral, "status-chip-neutral")]
    [InlineData(Tone.Success, "status-chip-success")]
    [InlineData(Tone.Warning, "status-chip-warning")]
    [InlineData(Tone.Error, "status-chip-error")]
    [InlineData(Tone.Info, "status-chip-info")]
    public void A_state_is_told_by_colour_icon_and_word(Tone tone, string style)
    {
        var chip = Render<StatusChip>(parameters => parameters.Add(c => c.Tone, tone).Add(c => c.Text, "Purchased"));
        Assert.Contains(style, chip.Find("span").ClassList);
        Assert.Equal("true", chip.Find("svg").GetAttribute("aria-hidden"));
        Assert.Equal("Purchased", chip.Find("span").TextContent.Trim());
    }

    [Fact]
    public void A_date_in_a_sentence_stays_whole()
    {
        var sentence = Render<Dated>(parameters => parameters.Add(d => d.Text, "2 business days, by 2026-12-01 · guaranteed"));

        Assert.Equal("2026-12-01", Assert.Single(sentence.FindAll(".whole")).TextContent);
        Assert.Equal("2 business days, by 2026-12-01 · guaranteed", string.Concat(sentence.Nodes.Select(node => node.TextContent)).Trim());
        Assert.Equal("No promise", Render<Dated>(parameters => parameters.Add(d => d.Text, "No promise")).Markup.Trim());
    }

    [Fact]
    public void A_page_has_one_heading_that_can_take_the_focus()
    {
        var heading = Render<PageHeading>(parameters => parameters.Add(h => h.Title, "Labels").AddChildContent("<button>Create label</button>"));
        Assert.Equal("-1", heading.Find("h1").GetAttribute("tabindex"));
        Assert.Equal("Labels", heading.Find("h1").TextContent);
        Assert.Equal("Create label", heading.Find(".page-heading-actions button").TextContent);
    }

    [Fact]
    public void An_opened_page_asks_once_for_the_focus_on_its_heading()
    {
        var browser = JSInterop.SetupModule(_ => true);
        browser.Mode = JSRuntimeMode.Loose;

        // What the browser loaded begins at its top.
        var focus = Render<FocusHeading>(parameters => parameters.Add(f => f.Page, typeof(PageHeading)));
        focus.Render(parameters => parameters.Add(f => f.Page, typeof(PageHeading)));
        browser.VerifyNotInvoke("focusHeading");

        focus.Render(parameters => parameters.Add(f => f.Page, typeof(EmptyState)));
        focus.Render(parameters => parameters.Add(f => f.Page, typeof(EmptyState)));
        browser.VerifyInvoke("focusHeading");
    }

    [Fact]
    public void A_file_can_be_chosen_once_the_browser_listens()
    {
        var asked = JSInterop.SetupVoid("Blazor._internal.InputFile.init", _ => true);
        asked.SetVoidResult();
        var chosen = new List<string>();

        var field = Render<FileField>(parameters => parameters.Add(f => f.Id, "file").Add(f => f.Accept, ".csv").Add(f => f.DescribedBy, "said")
            .Add(f => f.OnChange, change => chosen.Add(change.File.Name)));

        field.WaitForAssertion(() => Assert.False(field.Find("input[type=file]").HasAttribute("disabled")));
        Assert.Single(asked.Invocations);
        Assert.Equal(("file", ".csv", "said"), (field.Find("input").Id, field.Find("input").GetAttribute("accept"), field.Find("input").GetAttribute("aria-describedby")));
        field.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("name", "parcels.csv"));
        Assert.Equal(["parcels.csv"], chosen);

        field.Render(parameters => parameters.Add(f => f.Disabled, true));
        Assert.True(field.Find("input").HasAttribute("disabled"));
    }

    [Fact]
    public void An_empty_list_says_one_sentence_and_offers_one_action()
    {
        var empty = Render<EmptyState>(parameters => parameters.Add(e => e.Text, "No labels yet.").AddChildContent("<a href=\"labels/new\">Create label</a>"));
        Assert.Equal("No labels yet.", empty.Find("p").TextContent);
        Assert.Equal("labels/new", empty.Find("a").GetAttribute("href"));
    }

    [Fact]
    public async Task A_busy_button_pressed_again_works_once()
    {
        var work = new TaskCompletionSource();
        int started = 0;
        var button = Render<BusyButton>(parameters => parameters
            .Add(b => b.OnPress, () =>
            {
                started++;
                return work.Task;
            })
            .AddChildContent("Buy label"));

        var first = button.Find("button").ClickAsync(new());
        await button.WaitForStateAsync(() => button.Find("button").GetAttribute("aria-busy") == "true");
        var second = button.Find("button").ClickAsync(new());
        work.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal(1, started);
        Assert.Equal("false", button.Find("button").GetAttribute("aria-busy"));
    }

    [Fact]
    public async Task A_busy_button_whose_work_fails_can_be_pressed_again()
    {
        int started = 0;
        var button = Render<BusyButton>(parameters => parameters
            .Add(b => b.OnPress, () =>
            {
                started++;
                return started == 1 ? Task.FromException(new InvalidOperationException("first")) : Task.CompletedTask;
            })
            .AddChildContent("Save"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => button.Find("button").ClickAsync(new()));
        await button.InvokeAsync(() => button.Find("button").ClickAsync(new()));
        Assert.Equal(2, started);
    }
}
