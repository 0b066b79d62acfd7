using System.Globalization;

namespace OneBalance.Tests.Browser;

/// <summary>
/// How soon a page answers to presses after a cold load, and how soon it shows that it heard one. Every press must be answered;
/// how fast is written to the diagnostics (<c>-diagnostics</c>), for <c>docs/browser.md</c>: a busy machine is no failure.
/// </summary>
public sealed class SpeedTests(Chromium chromium)
{
    /// <summary>How often each is measured; few, unless somebody wants figures.</summary>
    private const string Variable = "ONEBALANCE_SPEED_ROUNDS";

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out int rounds) ? rounds : 2;

    /// <summary>Milliseconds from the navigation's start to the moment the page's content is no longer inert.</summary>
    private const string WatchInert =
        """
        new MutationObserver((_, observer) => {
          if (document.querySelector('main:not([inert])')) { window.interactiveAt = performance.now(); observer.disconnect(); }
        }).observe(document, { subtree: true, childList: true, attributes: true });
        """;

    /// <summary>Milliseconds from a press to the frame after the first change that answers it.</summary>
    private const string Press =
        """
        ([button, answer, gone]) => new Promise((resolve, reject) => {
          const answered = () => (document.querySelector(answer) !== null) !== gone;
          const begun = performance.now();
          const observer = new MutationObserver(() => {
            if (answered()) { observer.disconnect(); requestAnimationFrame(() => resolve(performance.now() - begun)); }
          });
          observer.observe(document, { subtree: true, childList: true, attributes: true });
          setTimeout(() => reject(new Error(`${button} was pressed, and ${answer} did not ${gone ? 'go' : 'come'}`)), 30000);
          document.querySelector(button).click();
        })
        """;

    /// <summary>What is pressed on the balance page, and what is there afterwards, or no longer.</summary>
    private static readonly (string Button, string Answer, bool Gone)[] Presses =
    [
        ("nav.filters + nav.filters a:nth-child(2)", "nav.filters + nav.filters a:nth-child(2)[aria-current=true]", false),
        ("nav.filters + nav.filters a:nth-child(1)", "nav.filters + nav.filters a:nth-child(1)[aria-current=true]", false),
        ("[data-testid=theme-switch]", "html[data-theme=dark]", false),
        ("[data-testid=theme-switch]", "html[data-theme=light]", false),
        ("main .mud-button-filled", "[role=dialog] .quick-amounts button", false),
        (".quick-amounts button:nth-child(1)", ".quick-amounts button:nth-child(1)[aria-pressed=true]", false),
        (".quick-amounts button:nth-child(3)", ".quick-amounts button:nth-child(3)[aria-pressed=true]", false),
        ("[role=dialog] .mud-dialog-actions button:first-child", "[role=dialog]", true),
    ];

    [Fact]
    public async Task A_page_answers_to_every_press()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.OpenAsync("/balance");
        var feedback = new List<double>();
        for (int round = 0; round < Rounds + 1; round++)
        {
            foreach (var (button, answer, gone) in Presses)
            {
                double milliseconds = await visitor.Page.EvaluateAsync<double>(Press, new object[] { button, answer, gone });
                if (round > 0)
                {
                    feedback.Add(milliseconds);
                }
            }
        }

        Assert.Equal(Rounds * Presses.Length, feedback.Count);
        Tell("a press to its answer, warm", feedback);
    }

    [Fact]
    public async Task A_page_is_usable_after_a_cold_load()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        var cookies = await visitor.Context.CookiesAsync();
        foreach (string path in new[] { "/", "/labels", "/balance" })
        {
            await merchant.OpenAsync(path);
            var interactive = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                // A window of its own has an empty cache; the sign-in comes along.
                await using var cold = await chromium.VisitAsync(app);
                await cold.Context.AddCookiesAsync(cookies.Select(cookie => new Microsoft.Playwright.Cookie
                {
                    Name = cookie.Name,
                    Value = cookie.Value,
                    Domain = cookie.Domain,
                    Path = cookie.Path,
                    HttpOnly = cookie.HttpOnly,
                }));
                await cold.Context.AddInitScriptAsync(WatchInert);
                await new Merchant(cold).OpenAsync(path);
                interactive.Add(await cold.Page.EvaluateAsync<double>("window.interactiveAt"));
            }

            Assert.All(interactive, milliseconds => Assert.True(milliseconds > 0));
            Tell($"{path} usable after a cold load", interactive);
        }
    }

    private static void Tell(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: median {milliseconds[milliseconds.Count / 2]:0} ms, p95 {milliseconds[(int)Math.Ceiling(milliseconds.Count * 0.95) - 1]:0} ms, {milliseconds.Count} times"));
    }
}
