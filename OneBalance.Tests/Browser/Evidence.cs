using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>
/// What a visitor did and saw last, for finding out why a test failed: what each tab and the server told one another, with times,
/// where the focus was, and how the tab looked. Kept beside the screenshots as <c>last-*</c> when <see cref="Variable"/> is set.
/// </summary>
internal sealed class Evidence
{
    /// <summary>Any value: evidence is kept.</summary>
    public const string Variable = "ONEBALANCE_TEST_EVIDENCE";

    private const int LongestFrame = 700;
    private const int LongestName = 90;

    /// <summary>Where the tab is, what has the focus, and whether its content still waits for its circuit.</summary>
    private const string State =
        """
        () => [location.href, document.activeElement?.outerHTML.slice(0, 600), document.querySelector('main')?.outerHTML.slice(0, 100)].join('\n')
        """;

    private readonly ConcurrentQueue<string> _lines = new();

    public static bool Wanted => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>Listens to a new tab.</summary>
    public void Follow(IPage page) => page.WebSocket += (_, socket) =>
    {
        Add($"open {page.Url}");
        socket.FrameSent += (_, frame) => Add($"> {Readable(frame)}");
        socket.FrameReceived += (_, frame) => Add($"< {Readable(frame)}");
        socket.Close += (_, _) => Add("close");
    };

    /// <summary>Before the window closes.</summary>
    /// <param name="of">The look and whatever else tells one visitor of a test from another.</param>
    public async Task KeepAsync(IReadOnlyList<IPage> pages, string of)
    {
        string test = string.Concat((TestContext.Current.Test?.TestDisplayName ?? "").Split('.').Last().Where(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
        string name = $"last-{test[..Math.Min(LongestName, test.Length)]}-{of}";
        for (int tab = 0; tab < pages.Count; tab++)
        {
            try
            {
                Add(await pages[tab].EvaluateAsync<string>(State));
                await pages[tab].ScreenshotAsync(new() { Path = Artifacts.File($"{name}-{tab + 1}.png") });
            }
            catch (PlaywrightException gone)
            {
                Add(gone.Message);
            }
        }

        await File.WriteAllLinesAsync(Artifacts.File($"{name}.txt"), _lines);
    }

    private void Add(string line) => _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {line}"));

    private static string Readable(IWebSocketFrame frame)
    {
        string text = frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []);
        return $"{text.Length} {string.Concat(text.Take(LongestFrame).Select(c => c is >= ' ' and <= '~' ? c : '.'))}";
    }
}
