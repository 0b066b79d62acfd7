using OneBalance.Core;

namespace OneBalance.Web.Features.Help;

/// <summary>A stretch of text, and whether it is what was searched for.</summary>
public readonly record struct HelpPiece(string Text, bool Found);

/// <summary>An entry that was found.</summary>
/// <param name="Title">Its title in pieces.</param>
/// <param name="Excerpt">The part of its text around the first words found, in pieces.</param>
public sealed record HelpHit(HelpEntry Entry, IReadOnlyList<HelpPiece> Title, IReadOnlyList<HelpPiece> Excerpt);

/// <summary>
/// Finds entries by words of their titles, keywords and texts. Accents and capitals do not count, a word is found by its
/// beginning, and whatever its usual ending (voided, voids; annuler, annulation). The entries with the most of the words wanted are answered, those with them in the
/// title first; words that say nothing (articles and the like) are left out unless there are no others.
/// </summary>
public static class HelpSearch
{
    private const int Before = 60;
    private const int ExcerptLength = 180;
    private const int ShortestStem = 4;

    /// <summary>Of both languages, the longest first.</summary>
    private static readonly string[] Endings = ["ing", "ees", "ed", "ee", "er", "es", "ez", "e", "s", "x"];

    private static readonly HashSet<string> Idle =
    [
        "a", "an", "and", "are", "can", "do", "does", "for", "how", "i", "in", "is", "it", "my", "not", "of", "on", "or", "the", "to", "what", "when", "why", "with", "you",
        "au", "aux", "ce", "ces", "comment", "d", "dans", "de", "des", "du", "en", "est", "et", "il", "j", "je", "l", "la", "le", "les", "ma", "mes", "mon", "n", "ne", "on",
        "ou", "par", "pas", "pour", "pourquoi", "qu", "quand", "que", "s", "se", "si", "sur", "un", "une", "vos", "votre",
    ];

    public static IReadOnlyList<HelpHit> Find(IReadOnlyList<HelpEntry> entries, string query)
    {
        var all = Words(query).Select(word => word.Folded).Distinct().ToList();
        var wanted = all.Where(word => !Idle.Contains(word)).ToList();
        wanted = wanted.Count > 0 ? wanted : all;
        var weighed = entries
            .Select(entry => (Entry: entry, Weights: wanted.Select(word => Weight(entry, word)).Where(weight => weight > 0).ToList()))
            .Where(one => one.Weights.Count > 0)
            .ToList();
        int most = weighed.Count == 0 ? 0 : weighed.Max(one => one.Weights.Count);
        return
        [
            .. weighed.Where(one => one.Weights.Count == most)
                .OrderByDescending(one => one.Weights.Sum())
                .ThenBy(one => one.Entry.Group)
                .ThenBy(one => one.Entry.Order)
                .Select(one => new HelpHit(one.Entry, Mark(one.Entry.Title, wanted), Excerpt(one.Entry.Text, wanted))),
        ];
    }

    private static int Weight(HelpEntry entry, string wanted) =>
        (Has(entry.Title, wanted) ? 20 : 0) + (Has(entry.Keywords, wanted) ? 10 : 0) + Math.Min(5, Words(entry.Text).Count(word => IsFound(word.Folded, wanted)));

    private static bool Has(string text, string wanted) => Words(text).Any(word => IsFound(word.Folded, wanted));

    private static IReadOnlyList<HelpPiece> Excerpt(string text, IReadOnlyList<string> wanted)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        int first = Words(line).Where(word => wanted.Any(one => IsFound(word.Folded, one))).Select(word => word.At).FirstOrDefault();
        int from = first <= Before ? 0 : line.IndexOf(' ', first - Before) + 1;
        int to = Math.Min(line.Length, from + ExcerptLength);
        if (to < line.Length && line.LastIndexOf(' ', to) is var gap && gap > first)
        {
            to = gap;
        }

        return Mark($"{(from > 0 ? "… " : "")}{line[from..to]}{(to < line.Length ? " …" : "")}", wanted);
    }

    private static IReadOnlyList<HelpPiece> Mark(string text, IReadOnlyList<string> wanted)
    {
        var pieces = new List<HelpPiece>();
        int told = 0;
        foreach (var word in Words(text).Where(word => wanted.Any(one => IsFound(word.Folded, one))))
        {
            if (word.At > told)
            {
                pieces.Add(new HelpPiece(text[told..word.At], false));
            }

            told = word.At + word.Length;
            pieces.Add(new HelpPiece(text[word.At..told], true));
        }

        if (told < text.Length)
        {
            pieces.Add(new HelpPiece(text[told..], false));
        }

        return pieces;
    }

    /// <summary>Words of one or two letters must be there as they are: too many others begin like them.</summary>
    private static bool IsFound(string word, string wanted)
    {
        string? ending = Endings.FirstOrDefault(one => wanted.Length - one.Length >= ShortestStem && wanted.EndsWith(one, StringComparison.Ordinal));
        return wanted.Length < 3 ? word == wanted : word.StartsWith(wanted[..^(ending?.Length ?? 0)], StringComparison.Ordinal);
    }

    private static IEnumerable<Word> Words(string text)
    {
        int at = 0;
        while (at < text.Length)
        {
            int end = at;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
            {
                end++;
            }

            if (end > at)
            {
                yield return new Word(at, end - at, FoldedText.Of(text[at..end]));
            }

            at = Math.Max(end, at + 1);
        }
    }

    private readonly record struct Word(int At, int Length, string Folded);
}
