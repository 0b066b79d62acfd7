using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>
/// A person in front of the product: one browser window with cookies of its own. Every console error, script error and
/// breach of the content security policy in any of its tabs is remembered, and fails the test at the latest when the window closes.
/// </summary>
internal sealed partial class Visitor : IAsyncDisposable
{
    /// <summary>WCAG 2.2 A and AA and what they contain.</summary>
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

    /// <summary>
    /// What is wrong, a text for each element; what is right stays in the browser: on a page of ours it is megabytes. Frames are
    /// left out, since all that stands in one is the browser's own viewer.
    /// </summary>
    private const string RunAxe =
        """
        async tags => {
          const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], iframes: false });
          return violations.flatMap(violation => violation.nodes.map(node =>
            `${violation.id} (${violation.impact}): ${violation.help}\n    ${node.target}\n    ${node.html}\n    ${node.any.map(check => check.message).join('; ')}`));
        }
        """;

    private static readonly Lazy<string> AxeScript = new(() => new BundledAxeScriptProvider().GetScript());

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly Evidence? _evidence = Evidence.Wanted ? new Evidence() : null;
    private volatile bool _listening = true;

    private Visitor(PublishedApp app, IBrowserContext context, Look look)
    {
        App = app;
        Context = context;
        Look = look;
    }

    public PublishedApp App { get; }

    public IBrowserContext Context { get; }

    /// <summary>As the page looks now.</summary>
    public Look Look { get; private set; }

    /// <summary>The first tab.</summary>
    public IPage Page { get; private set; } = null!;

    public IReadOnlyList<string> Complaints => [.. _complaints];

    public static async Task<Visitor> OpenAsync(PublishedApp app, IBrowserContext context, Look look)
    {
        var visitor = new Visitor(app, context, look);
        // The browser itself reports breaches as console errors; the event also names those in report-only mode.
        await context.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI, e.sourceFile, e.lineNumber))");
        visitor.Page = await visitor.OpenTabAsync();
        return visitor;
    }

    public async Task<IPage> OpenTabAsync()
    {
        var page = await Context.NewPageAsync();
        _evidence?.Follow(page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complain($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => Complain($"script: {error}");
        page.RequestFailed += (_, request) =>
        {
            // A navigation away cancels what was still loading; that is nobody's fault.
            if (request.Failure is { } failure && failure != "net::ERR_ABORTED")
            {
                Complain($"request: {request.Url} {failure}");
            }
        };
        return page;
    }

    /// <summary>While the browser has reason to complain: the server is killed on purpose, or a page comes with the status of an error.</summary>
    public async Task WithoutListeningAsync(Func<Task> work)
    {
        _listening = false;
        try
        {
            await work();
        }
        finally
        {
            _listening = true;
        }
    }

    /// <summary>Looks again until it happened: what the product does in the background, a page shows only when it is opened anew.</summary>
    public async Task EventuallyAsync(Func<Task<bool>> happened)
    {
        for (int attempt = 1; !await happened(); attempt++)
        {
            Assert.True(attempt < 20, $"It did not happen: {Page.Url}");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        }
    }

    public void AssertNoComplaints() => Assert.Empty(_complaints);

    /// <summary>WCAG 2.2 A and AA as far as a machine can tell: no violation on the page as it stands, dialogs included.</summary>
    /// <param name="name">Names the screenshot that is kept for people to look at.</param>
    public async Task AssertAccessibleAsync(string name, IPage? page = null)
    {
        page ??= Page;

        // A page has no name for the moment in which its circuit takes it over.
        await Assertions.Expect(page).ToHaveTitleAsync(NotEmpty());

        // Where nothing slides under the bar at the top: what is half covered there is no finding.
        await page.EvaluateAsync("window.scrollTo({ top: 0, behavior: 'instant' })");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Artifacts.File($"{name}-{Look}.jpg"), FullPage = true, Type = ScreenshotType.Jpeg, Quality = 85 });
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(AxeScript.Value);
        }

        string[] violations = await page.EvaluateAsync<string[]>(RunAxe, Rules);
        Assert.True(violations.Length == 0, $"{name} ({Look}) at {page.Url}:\n{string.Join('\n', violations)}");
    }

    /// <summary><see cref="AssertAccessibleAsync"/> in the present theme and in the other one.</summary>
    public async Task AssertAccessibleInBothThemesAsync(string name)
    {
        await AssertAccessibleAsync(name);
        await UseThemeAsync(dark: !Look.Dark);
        await AssertAccessibleAsync(name);
        await UseThemeAsync(dark: !Look.Dark);
    }

    /// <summary>By the switch at the top, which is out of reach while a dialog is open: so without a pointer.</summary>
    private async Task UseThemeAsync(bool dark)
    {
        // Until the circuit is there a press would go nowhere.
        await Page.Locator("main:not([inert])").WaitForAsync();
        var button = Page.GetByTestId("theme-switch");
        string name = await button.GetAttributeAsync("aria-label") ?? "";
        await button.DispatchEventAsync("click");
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", dark ? "dark" : "light");
        await Assertions.Expect(button).Not.ToHaveAttributeAsync("aria-label", name);
        Look = Look with { Dark = dark };
    }

    /// <summary>Nothing sticks out to the right of the window.</summary>
    public async Task AssertNoHorizontalScrollAsync(string name, IPage? page = null)
    {
        page ??= Page;
        var wide = await page.EvaluateAsync<JsonElement>(
            """
            () => {
              const width = document.documentElement.clientWidth;
              const over = document.documentElement.scrollWidth - width;
              const culprits = over <= 0 ? [] : [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > width + 0.5)
                .slice(-5).map(e => e.outerHTML.slice(0, 160));
              return { over, culprits };
            }
            """);
        Assert.True(wide.GetProperty("over").GetInt32() <= 0, $"{name} ({Look}) at {page.Url} scrolls sideways: {wide}");
    }

    /// <summary>No visitor leaves with a complaint unheard.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_evidence is not null)
        {
            await _evidence.KeepAsync(Context.Pages, $"{App.BaseAddress.Port}-{Look}");
        }

        await Context.DisposeAsync();
        AssertNoComplaints();
    }

    private void Complain(string complaint)
    {
        if (_listening)
        {
            _complaints.Enqueue(complaint);
        }
    }

    [GeneratedRegex(".+")]
    private static partial Regex NotEmpty();
}
