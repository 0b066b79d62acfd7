using System.Reflection;
using OneBalance.Core;

namespace OneBalance.Web.Features.Help;

/// <summary>
/// The entries of the help. They are files of the repository, <c>Help/{en|fr}/{entry}.md</c>, embedded into the program: whoever
/// wants another text edits the file, and the change is reviewed and released like code.
/// </summary>
public static class HelpEntries
{
    private static readonly IReadOnlyList<HelpEntry> English = Read("en");
    private static readonly IReadOnlyList<HelpEntry> French = Read("fr");

    /// <summary>By group and order.</summary>
    public static IReadOnlyList<HelpEntry> In(Language language) => language == Language.French ? French : English;

    /// <summary>Null when there is no such entry.</summary>
    public static HelpEntry? Find(string id, Language language) => In(language).FirstOrDefault(entry => entry.Id == id);

    private static IReadOnlyList<HelpEntry> Read(string language)
    {
        var assembly = Assembly.GetExecutingAssembly();
        string prefix = $"Help.{language}.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return HelpEntry.Parse(name[prefix.Length..^".md".Length], reader.ReadToEnd());
                })
                .OrderBy(entry => entry.Group)
                .ThenBy(entry => entry.Order)
                .ThenBy(entry => entry.Id, StringComparer.Ordinal),
        ];
    }
}
