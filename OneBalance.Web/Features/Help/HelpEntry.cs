using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OneBalance.Web.Features.Help;

/// <summary>The parts of the help, in the order in which they are shown.</summary>
public enum HelpGroup
{
    Start,
    Money,
    Labels,
    Account,
    Troubleshooting,
}

/// <summary>One entry of the help in one language.</summary>
/// <param name="Id">The file's name without its ending, and the last part of the address.</param>
/// <param name="Order">Within its group.</param>
/// <param name="Keywords">Words that people search for and that the text need not contain.</param>
/// <param name="Html">Made of the file's Markdown: no HTML of the file's own, no link but to a page of ours, the web or a mail.</param>
/// <param name="Text">The same without any markup, for the search.</param>
public sealed record HelpEntry(string Id, HelpGroup Group, int Order, string Title, string Keywords, string Html, string Text)
{
    private const string Fence = "---\n";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <summary>Where the entry is read.</summary>
    public string Path => $"/help/{Id}";

    /// <summary>
    /// Reads a file: between two lines of three hyphens its title, group, order and keywords, a line each, and then Markdown.
    /// </summary>
    /// <exception cref="FormatException">The file has not that form.</exception>
    public static HelpEntry Parse(string id, string file)
    {
        string text = file.ReplaceLineEndings("\n");
        int end = text.IndexOf($"\n{Fence}", StringComparison.Ordinal);
        if (!text.StartsWith(Fence, StringComparison.Ordinal) || end < 0)
        {
            throw new FormatException($"Help entry {id} does not begin with its title between two lines of three hyphens.");
        }

        var front = text[Fence.Length..end].Split('\n')
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : throw new FormatException($"Help entry {id}: {pair[0]} has no value."));
        string markdown = text[(end + 1 + Fence.Length)..];
        return new HelpEntry(
            id,
            Enum.Parse<HelpGroup>(Given("group"), ignoreCase: true),
            int.Parse(Given("order"), System.Globalization.CultureInfo.InvariantCulture),
            Given("title"),
            Given("keywords"),
            ToHtml(markdown),
            Markdown.ToPlainText(markdown, Pipeline).Trim());

        string Given(string name) => front.TryGetValue(name, out string? value) && value.Length > 0
            ? value
            : throw new FormatException($"Help entry {id} has no {name}.");
    }

    /// <summary>Markdown as HTML that can do no harm: tags are shown as they are written, other links lead nowhere.</summary>
    public static string ToHtml(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.Url = IsHarmless(link.Url) && !link.IsImage ? link.Url : "";
        }

        return document.ToHtml(Pipeline);
    }

    private static bool IsHarmless(string? url) =>
        url is not null
        && ((url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal))
            || url.StartsWith("https://", StringComparison.Ordinal)
            || url.StartsWith("mailto:", StringComparison.Ordinal));
}
