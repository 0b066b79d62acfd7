using System.Security.Cryptography;
using System.Text;
using OneBalance.Core;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>One version of the terms and conditions in one language; see <see cref="PublishedTerms"/>.</summary>
/// <param name="Version">The day from which the text applies, <c>yyyy-MM-dd</c>.</param>
/// <param name="Text">Markdown: headings, paragraphs and lists only.</param>
/// <param name="Hash">SHA-256 of the exact text (UTF-8), 64 lower-case hex digits: proves what was accepted.</param>
public sealed record TermsText(string Version, Language Language, string Text, string Hash)
{
    /// <summary>The text in blocks, for the page.</summary>
    public IReadOnlyList<TermsBlock> Blocks { get; } = TermsBlock.Parse(Text);

    public bool Equals(TermsText? other) => other is not null && other.Version == Version && other.Language == Language && other.Hash == Hash;

    public override int GetHashCode() => HashCode.Combine(Version, Language, Hash);

    public static TermsText Of(string version, Language language, string text) =>
        new(version, language, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}

/// <summary>A block of the terms: a heading, a paragraph or a list.</summary>
public sealed record TermsBlock(TermsBlockKind Kind, IReadOnlyList<string> Lines)
{
    /// <summary>Blocks are parted by empty lines; <c>#</c> is the title, <c>##</c> a heading, lines with <c>- </c> a list.</summary>
    public static IReadOnlyList<TermsBlock> Parse(string text) =>
    [
        .. text.ReplaceLineEndings("\n")
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Block),
    ];

    private static TermsBlock Block(string block) =>
        block.StartsWith("## ", StringComparison.Ordinal) ? new TermsBlock(TermsBlockKind.Heading, [block[3..]])
        : block.StartsWith("# ", StringComparison.Ordinal) ? new TermsBlock(TermsBlockKind.Title, [block[2..]])
        : block.StartsWith("- ", StringComparison.Ordinal) ? new TermsBlock(TermsBlockKind.List, [.. block.Split('\n').Select(line => line[2..])])
        : new TermsBlock(TermsBlockKind.Paragraph, [block.Replace('\n', ' ')]);
}

public enum TermsBlockKind
{
    Title,
    Heading,
    Paragraph,
    List,
}
