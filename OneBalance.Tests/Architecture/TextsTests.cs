using System.Text.RegularExpressions;
using System.Xml.Linq;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Tests.Support;
using OneBalance.Web.Features;

namespace OneBalance.Tests.Architecture;

/// <summary>Every text in English and French: equal keys, no key without a text, no words in components that no translator has seen.</summary>
public sealed partial class TextsTests
{
    /// <summary>Names and signs that are the same in every language.</summary>
    private static readonly HashSet<string> SameInEveryLanguage =
    [
        "demo@example.com", "demo-merchant-1", "support@example.com", "demo-support-1", "clerk@example.com", "demo-clerk-1", "supervisor@example.com", "demo-supervisor-1", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "OneBalance", "One Balance", "STAMPS", "English", "Français", "Postes Canada", "PDF", "ZPL", "CAD", "kg", "cm", "EN", "FR", "HTML",
    ];

    /// <summary>Values that are the same in both languages and rightly so. Add one only after looking it up.</summary>
    private static readonly HashSet<string> EqualByRight =
    [
        "Actions", "Canada", "Code", "Correction", "Date", "Description", "Documents", "Invitation", "Invitations", "Options", "Page {0}", "Palette", "Promotion", "Saskatchewan", "Service",
        "Signature", "Total", "Xpresspost", "Xpresspost – International", "Yukon", "kg, cm", "lb",
    ];

    public static TheoryData<string> EnglishFiles => [.. Resources("en")];

    [Theory]
    [MemberData(nameof(EnglishFiles))]
    public void English_and_French_have_the_same_keys(string english) =>
        Findings.AssertNone(KeyDifferences(Load(english), Load(FrenchOf(english))));

    [Fact]
    public void Keys_that_only_one_language_has_are_found() =>
        Assert.Equal(
            ["only in English: Left", "only in French: Right", "twice: Same"],
            KeyDifferences([("Same", "a"), ("Same", "a"), ("Left", "b")], [("Same", "a"), ("Right", "c")]));

    [Fact]
    public void There_are_texts() => Assert.NotEmpty(EnglishFiles);

    /// <summary>Their keys are made when the page is: a state that is added later must not be shown as its key.</summary>
    [Fact]
    public void The_desk_has_a_word_for_every_state_and_kind_of_an_account()
    {
        IEnumerable<string> shown =
        [
            .. Enum.GetNames<LabelState>().Except([nameof(LabelState.Draft)]).Select(state => $"State.{state}"),
            .. Enum.GetNames<TopUpState>().Select(state => $"State.{state}"),
            .. Enum.GetNames<RefundState>().Select(state => $"State.{state}"),
            .. Enum.GetNames<RefundKind>().Select(kind => $"Refund.{kind}"),
            .. Enum.GetNames<LedgerTransferKind>().Select(kind => $"Transfer.{kind}"),
            .. Enum.GetNames<SupportActionKind>().Select(kind => $"Act.{kind}"),
            .. Enum.GetNames<OpenKind>().Select(kind => $"Kind.{kind}"),
            .. Enum.GetNames<DeskQueueKind>().Select(kind => $"Queue.{kind}"),
        ];

        Findings.AssertNone(shown.Except(Load("OneBalance.Web/Features/Admin/AdminTexts.resx").Select(text => text.Key)));
    }

    [Fact]
    public void Every_French_file_has_its_English_one() =>
        Assert.Equal(Resources("en").Select(FrenchOf).Order(StringComparer.Ordinal), Resources("fr").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(EnglishFiles))]
    public void French_is_not_English_left_in_by_mistake(string english)
    {
        // Most places have one name in both languages; these were taken from the standard's two lists.
        if (!english.EndsWith("/PlaceTexts.resx", StringComparison.Ordinal))
        {
            Findings.AssertNone(Untranslated(Load(english), Load(FrenchOf(english))));
        }
    }

    [Fact]
    public void English_left_in_a_French_file_is_found() =>
        Assert.Equal(["Add: Add funds"], Untranslated(
            [("Add", "Add funds"), ("Of", "{0} · {1}"), ("Name", "OneBalance")],
            [("Add", "Add funds"), ("Of", "{0} · {1}"), ("Name", "OneBalance")]));

    [Theory]
    [MemberData(nameof(EnglishFiles))]
    public void Both_languages_fill_in_the_same_blanks(string english) => Findings.AssertNone(DifferentBlanks(Load(english), Load(FrenchOf(english))));

    [Fact]
    public void A_blank_that_French_forgot_is_found() =>
        Assert.Equal(["Paid"], DifferentBlanks([("Paid", "{0} paid {1:N2}")], [("Paid", "{0} payé")]));

    /// <summary>
    /// In Canadian French a no-break space stands before a colon and a percent sign, and inside guillemets; a semicolon, a question
    /// mark and an exclamation mark follow the word at once.
    /// </summary>
    [Theory]
    [MemberData(nameof(EnglishFiles))]
    public void French_signs_are_spaced_as_in_Canada(string english) => Findings.AssertNone(IllSpacedSigns(Load(FrenchOf(english))));

    [Fact]
    public void An_ill_spaced_French_sign_is_found() =>
        Assert.Equal(
            ["A", "B", "E", "F"],
            IllSpacedSigns([("A", "Total : {0}"), ("B", "5 %"), ("C", "Total\u00a0: {0}"), ("D", "https://example.com"), ("E", "Vraiment\u00a0?"), ("F", "Un ; deux"), ("G", "Un; deux!")]));

    [Fact]
    public void Every_key_in_the_code_has_a_text() => Findings.AssertNone(Repository.Files
        .Where(file => file.StartsWith("OneBalance.Web/", StringComparison.Ordinal)
            && (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)))
        .SelectMany(file => MissingKeys(Repository.Read(file), Keys).Select(key => $"{file}: {key}")));

    [Fact]
    public void A_key_without_a_text_is_found() =>
        Assert.Equal(
            ["DemoTexts: Gone", "DemoTexts: Nothing_*"],
            MissingKeys(
                """
                @inject IStringLocalizer<DemoTexts> Texts
                <p>@Texts["Here"] @Texts["Gone"] @Texts[$"State_{state}"] @Texts[$"Nothing_{state}"]</p>
                """,
                new Dictionary<string, IReadOnlyCollection<string>> { ["DemoTexts"] = ["Here", "State_Open"] }));

    [Fact]
    public void Components_speak_only_through_the_texts() =>
        Findings.AssertNone(Unseen(Il.RenderedWords(Il.MethodsIn(typeof(Program).Assembly, Product.Ours))));

    [Fact]
    public void Words_in_a_component_that_no_translator_has_seen_are_found()
    {
        string component = $"{Product.Offending}.Components.SpeaksEnglishOnly";

        Assert.Equal(
            [$"{component}: Spoken words", $"{component}: Marked up words", $"{component}: Hovering words", $"{component}: Plain words", $"{component}: Labelling words"],
            Unseen(Il.RenderedWords(Il.MethodsIn(typeof(TextsTests).Assembly, $"{Product.Offending}.Components"))));
    }

    private static readonly Dictionary<string, IReadOnlyCollection<string>> Keys = Resources("en").ToDictionary(
        file => Path.GetFileNameWithoutExtension(file),
        IReadOnlyCollection<string> (file) => [.. Load(file).Select(text => text.Key)]);

    private static IEnumerable<string> Resources(string language) => Repository.Files
        .Where(file => file.StartsWith("OneBalance.Web/", StringComparison.Ordinal) && file.EndsWith(".resx", StringComparison.Ordinal)
            && file.EndsWith(".fr.resx", StringComparison.Ordinal) == (language == "fr"));

    private static string FrenchOf(string english) => Path.ChangeExtension(english, ".fr.resx");

    private static IReadOnlyList<(string Key, string Value)> Load(string file) =>
        [.. XDocument.Parse(Repository.Read(file)).Root!.Elements("data").Select(data => ((string)data.Attribute("name")!, data.Element("value")!.Value))];

    private static IReadOnlyList<string> KeyDifferences(IReadOnlyList<(string Key, string Value)> english, IReadOnlyList<(string Key, string Value)> french) =>
    [
        .. english.Select(text => text.Key).Except(french.Select(text => text.Key)).Select(key => $"only in English: {key}"),
        .. french.Select(text => text.Key).Except(english.Select(text => text.Key)).Select(key => $"only in French: {key}"),
        .. english.Concat(french.DistinctBy(text => text.Key)).GroupBy(text => text.Key).Where(texts => texts.Count() > 2).Select(texts => $"twice: {texts.Key}"),
        .. french.GroupBy(text => text.Key).Where(texts => texts.Count() > 1).Select(texts => $"twice: {texts.Key}"),
    ];

    private static IReadOnlyList<string> Untranslated(IReadOnlyList<(string Key, string Value)> english, IReadOnlyList<(string Key, string Value)> french) =>
    [
        .. french.Intersect(english)
            .Where(text => WithoutBlanks(text.Value).Count(char.IsLetter) > 1 && !SameInEveryLanguage.Contains(text.Value) && !EqualByRight.Contains(text.Value))
            .Select(text => $"{text.Key}: {text.Value}"),
    ];

    private static IReadOnlyList<string> DifferentBlanks(IReadOnlyList<(string Key, string Value)> english, IReadOnlyList<(string Key, string Value)> french)
    {
        var inFrench = french.DistinctBy(text => text.Key).ToDictionary(text => text.Key, text => text.Value);
        return
        [
            .. english.Where(text => inFrench.TryGetValue(text.Key, out string? translated) && !Blanks(text.Value).SetEquals(Blanks(translated)))
                .Select(text => text.Key),
        ];

        static HashSet<string> Blanks(string text) => [.. Blank().Matches(text).Select(match => match.Groups[1].Value)];
    }

    private static IReadOnlyList<string> IllSpacedSigns(IReadOnlyList<(string Key, string Value)> french) =>
        [.. french.Where(text => IllSpacedSign().IsMatch(text.Value)).Select(text => text.Key)];

    private static IReadOnlyList<string> MissingKeys(string code, IReadOnlyDictionary<string, IReadOnlyCollection<string>> keys) =>
    [
        .. Localizer().Matches(code).SelectMany(localizer =>
        {
            string texts = localizer.Groups[1].Value;
            string variable = Regex.Escape(localizer.Groups[2].Value.TrimStart('_'));
            var known = keys.GetValueOrDefault(texts, []);
            var literal = Regex.Matches(code, $"\\b_?{variable}\\[\"([^\"]+)\"").Select(match => match.Groups[1].Value).Where(key => !known.Contains(key));
            var computed = Regex.Matches(code, $"\\b_?{variable}\\[\\$\"([^\"{{]*)\\{{").Select(match => match.Groups[1].Value)
                .Where(prefix => !known.Any(key => key.StartsWith(prefix, StringComparison.Ordinal))).Select(prefix => $"{prefix}*");
            return literal.Concat(computed).Select(key => $"{texts}: {key}");
        }).Distinct(),
    ];

    private static IReadOnlyList<string> Unseen(IEnumerable<string> rendered) =>
        [.. rendered.Where(line => !SameInEveryLanguage.Contains(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim()))];

    private static string WithoutBlanks(string text) => Blank().Replace(text, "");

    [GeneratedRegex("\\{(\\d+)[^}]*\\}")]
    private static partial Regex Blank();

    [GeneratedRegex("""[ ][:%»]|«[ ]|[ \u00a0\u202f][;?!]""")]
    private static partial Regex IllSpacedSign();

    [GeneratedRegex("IStringLocalizer<(\\w+)>\\s+(\\w+)")]
    private static partial Regex Localizer();
}
