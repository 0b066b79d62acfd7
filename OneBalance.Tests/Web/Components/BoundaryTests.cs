using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web.Components.Layout;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Components;

/// <summary>What fails in the frame around a page takes only itself away, and leaves a reference.</summary>
public sealed class BoundaryTests : ComponentRoom
{
    private readonly TestLog _log = new();

    public BoundaryTests()
    {
        Services.AddLogging(logging => logging.AddProvider(_log));
    }

    [Fact]
    public void A_part_that_fails_says_so_with_its_reference_and_is_tried_again()
    {
        Brittle.Breaks = true;
        var part = Render<PartErrorBoundary>(parameters => parameters.AddChildContent<Brittle>());

        string told = part.Find("[role=alert]").TextContent;
        Assert.Contains("This part could not be shown. Reference: ", told);
        string reference = told.Split("Reference: ")[1].Trim()[..10];
        Assert.Contains(_log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains(reference, StringComparison.Ordinal) && line.Text.Contains("brittle", StringComparison.Ordinal));

        Brittle.Breaks = false;
        part.Find("button").Click();
        Assert.Equal("whole", part.Find("p").TextContent);
    }

    [Fact]
    public void A_part_that_failed_is_tried_again_on_the_next_page()
    {
        Brittle.Breaks = true;
        var part = Render<PartErrorBoundary>(parameters => parameters.AddChildContent<Brittle>());
        Brittle.Breaks = false;

        Services.GetRequiredService<NavigationManager>().NavigateTo("/labels");

        part.WaitForAssertion(() => Assert.Equal("whole", part.Find("p").TextContent));
    }

    [Fact]
    public async Task A_dialog_that_fails_is_put_away_its_page_goes_on_and_the_next_one_opens()
    {
        var frame = Render<DialogErrorBoundary>(parameters => parameters.AddChildContent<MudDialogProvider>());
        var dialogs = Services.GetRequiredService<IDialogService>();
        var first = await frame.InvokeAsync(() => dialogs.ShowAsync<BreakingDialog>());
        frame.WaitForAssertion(() => Assert.Single(frame.FindAll("[role=dialog]")));

        await frame.Find("button.breaks").ClickAsync(new MouseEventArgs());

        frame.WaitForAssertion(() => Assert.Contains("Something went wrong, and the dialog was closed.", frame.Find(".dialog-failure").TextContent));
        Assert.Empty(frame.FindAll("[role=dialog]"));
        Assert.True((await first.Result.WaitAsync(TimeSpan.FromSeconds(5)))!.Canceled);
        string reference = frame.Find(".dialog-failure").TextContent.Split("Reference: ")[1][..10];
        Assert.Contains(_log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains(reference, StringComparison.Ordinal));

        await frame.InvokeAsync(() => dialogs.ShowAsync<BreakingDialog>());
        frame.WaitForAssertion(() => Assert.Single(frame.FindAll("[role=dialog]")));
        frame.Find(".dialog-failure button").Click();
        Assert.Empty(frame.FindAll(".dialog-failure"));
    }

    /// <summary>What the menu asks cannot be read; the page in the middle does not need it.</summary>
    [Fact]
    public async Task A_menu_that_fails_leaves_the_page_and_the_chip()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE merchants RENAME TO merchants_gone");
        }

        using var answer = await client.GetAsync("/help");
        string page = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.IsSuccessStatusCode, page);
        Assert.Contains("This part could not be shown. Reference: ", page);
        Assert.Contains("id=\"help-search\"", page);
        Assert.Contains("data-testid=\"balance-chip\"", page);
    }

    private sealed class Brittle : ComponentBase
    {
        public static bool Breaks { get; set; }

        protected override void OnInitialized()
        {
            if (Breaks)
            {
                throw new InvalidOperationException("brittle");
            }
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0, "<p>whole</p>");
    }

    private sealed class BreakingDialog : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "class", "breaks");
            builder.AddAttribute(2, "onclick", EventCallback.Factory.Create(this, () => throw new InvalidOperationException("broken dialog")));
            builder.CloseElement();
        }
    }
}
