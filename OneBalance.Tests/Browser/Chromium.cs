using Microsoft.Playwright;
using OneBalance.Tests.Support;

[assembly: AssemblyFixture(typeof(OneBalance.Tests.Browser.Chromium))]

namespace OneBalance.Tests.Browser;

/// <summary>The machine's own Chromium, one for all browser tests, started by the first that needs it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>Path of a Chromium that does not lie in the usual places.</summary>
    public const string Variable = "CHROMIUM";

    private static readonly string[] UsualPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // The first is what root in a container needs; the rest keeps the browser off the network and off the graphics card.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task<Running>> _running = new(LaunchAsync);

    /// <summary>A browser window of its own: own cookies, watched for errors.</summary>
    internal async Task<Visitor> VisitAsync(PublishedApp app, Look? look = null)
    {
        look ??= Look.Desktop;
        var context = await (await _running.Value).Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = app.BaseAddress.OriginalString,
            Locale = look.Locale,
            TimezoneId = "America/Toronto",
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        // Generous: a busy machine is no failure, and what is there is found at once.
        context.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        return await Visitor.OpenAsync(app, context, look);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated && _running.Value.IsCompletedSuccessfully)
        {
            var running = await _running.Value;
            await running.Browser.CloseAsync();
            running.Playwright.Dispose();
        }
    }

    private static async Task<Running> LaunchAsync()
    {
        string? path = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : UsualPaths.FirstOrDefault(File.Exists);
        if (path is null)
        {
            Missing.Tool($"Chromium is not installed (Debian: apt-get install chromium; elsewhere name its path in {Variable}).");
        }

        var playwright = await Playwright.CreateAsync();
        return new Running(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments }));
    }

    private sealed record Running(IPlaywright Playwright, IBrowser Browser);
}

/// <summary>How the product is looked at.</summary>
/// <param name="French">The browser's language is Canadian French, else Canadian English.</param>
internal sealed record Look(int Width, int Height, bool French = false, bool Dark = false)
{
    public static readonly Look Desktop = new(1280, 900);

    /// <summary>The narrowest screen that must work without horizontal scrolling.</summary>
    public static readonly Look Phone = new(320, 640);

    public string Locale => French ? "fr-CA" : "en-CA";

    public override string ToString() => $"{(French ? "fr" : "en")}-{(Dark ? "dark" : "light")}-{Width}";
}
