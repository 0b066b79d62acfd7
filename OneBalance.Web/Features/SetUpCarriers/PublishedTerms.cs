using System.Reflection;
using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>
/// Every version of the terms and conditions that was published. They are files of the repository,
/// <c>Terms/{version}.{en|fr}.md</c>, embedded into the program: a new version is a new pair of files, added at least 30 days
/// before the day it is named by. A published file never changes, because its hash proves what merchants accepted.
/// </summary>
public sealed class PublishedTerms
{
    private const string Prefix = "Terms.";

    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    private readonly IReadOnlyList<TermsText> _texts;

    /// <param name="texts">Each version in both languages.</param>
    public PublishedTerms(IReadOnlyList<TermsText> texts)
    {
        _texts = texts;
        Versions = [.. texts.Select(text => text.Version).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Those of the repository.</summary>
    public static PublishedTerms OfTheProduct { get; } = new(
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(Read),
    ]);

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Versions { get; }

    public TermsText InForce(Language language, DateTimeOffset now) => Find(TermsVersions.InForce(Versions, Today(now)), language)!;

    /// <summary>The next version that will apply; null when none is known.</summary>
    public string? Coming(DateTimeOffset now) => TermsVersions.Coming(Versions, Today(now));

    /// <summary>Null when there is no such version.</summary>
    public TermsText? Find(string version, Language language) => _texts.FirstOrDefault(text => text.Version == version && text.Language == language);

    private static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Eastern).DateTime);

    private static TermsText Read(string name)
    {
        string[] parts = name[Prefix.Length..].Split('.');
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return TermsText.Of(parts[0], parts[1] == "fr" ? Language.French : Language.English, reader.ReadToEnd());
    }
}
