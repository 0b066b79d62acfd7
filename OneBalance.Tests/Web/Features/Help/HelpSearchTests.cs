using OneBalance.Core;
using OneBalance.Web.Features.Help;

namespace OneBalance.Tests.Web.Features.Help;

public sealed class HelpSearchTests
{
    private static readonly HelpEntry[] Three =
    [
        new("voids", HelpGroup.Labels, 1, "Annuler une étiquette", "remboursement", "", "Une étiquette inutilisée revient à votre solde après 60 minutes."),
        new("funds", HelpGroup.Money, 1, "Ajouter des fonds", "carte, virement", "", "L’étiquette est payée du solde. Une carte refusée n’est pas débitée."),
        new("taxes", HelpGroup.Money, 2, "Taxes", "TPS TVQ", "", "Les étiquettes portent la taxe de leur destination."),
    ];

    [Theory]
    [InlineData("ÉTIQUETTES", "voids,funds,taxes")]
    [InlineData("etiquette inutilisee", "voids")]
    [InlineData("l'étiquette", "voids,funds,taxes")]
    [InlineData("tvq", "taxes")]
    [InlineData("virem", "funds")]
    [InlineData("annulée", "voids")]
    [InlineData("ajouts", "funds")]
    [InlineData("comment annuler mon étiquette ?", "voids")]
    [InlineData("pas", "funds")]
    [InlineData("girafe", "")]
    [InlineData("  ,  ", "")]
    public void Words_are_found_without_accents_and_capitals_by_their_beginning_and_titles_come_first(string query, string expected) =>
        Assert.Equal(expected, string.Join(',', HelpSearch.Find(Three, query).Select(hit => hit.Entry.Id)));

    [Fact]
    public void What_was_found_is_marked_in_title_and_excerpt()
    {
        var hit = HelpSearch.Find(Three, "etiquette solde")[0];

        Assert.Equal(["étiquette"], hit.Title.Where(piece => piece.Found).Select(piece => piece.Text));
        Assert.Equal(["étiquette", "solde"], hit.Excerpt.Where(piece => piece.Found).Select(piece => piece.Text));
        Assert.Equal(Three[0].Text, string.Concat(hit.Excerpt.Select(piece => piece.Text)));
    }

    [Fact]
    public void A_long_text_is_cut_between_words_around_the_first_word_found()
    {
        string text = $"{string.Join(' ', Enumerable.Repeat("avant", 60))} carte {string.Join(' ', Enumerable.Repeat("ensuite", 60))}";

        string excerpt = string.Concat(HelpSearch.Find([Three[0] with { Text = text }], "carte")[0].Excerpt.Select(piece => piece.Text));

        Assert.Matches("^… (avant )+carte (ensuite )+…$", excerpt);
        Assert.InRange(excerpt.Length, 100, 190);
    }

    /// <summary>What a merchant would type, and the entry that must then be among the first three.</summary>
    [Theory]
    [InlineData(Language.English, "void a label", HelpTopics.VoidsAndRefunds)]
    [InlineData(Language.English, "too late to void", HelpTopics.VoidTooLate)]
    [InlineData(Language.English, "card declined", HelpTopics.CardDeclined)]
    [InlineData(Language.English, "STAMPS", HelpTopics.Funding)]
    [InlineData(Language.English, "pickup", HelpTopics.NotSupported)]
    [InlineData(Language.English, "close my account", HelpTopics.Cancellation)]
    [InlineData(Language.English, "finish setup greyed out", HelpTopics.FinishSetup)]
    [InlineData(Language.English, "GST", HelpTopics.StatementsAndTaxes)]
    [InlineData(Language.French, "annuler une etiquette", HelpTopics.VoidsAndRefunds)]
    [InlineData(Language.French, "carte refusée", HelpTopics.CardDeclined)]
    [InlineData(Language.French, "ramassage", HelpTopics.NotSupported)]
    [InlineData(Language.French, "fermer mon compte", HelpTopics.Cancellation)]
    [InlineData(Language.French, "assurance", HelpTopics.Insurance)]
    [InlineData(Language.French, "douane", HelpTopics.UnitedStates)]
    public void The_help_answers_what_merchants_ask(Language language, string query, string expected) =>
        Assert.Contains(expected, HelpSearch.Find(HelpEntries.In(language), query).Take(3).Select(hit => hit.Entry.Id));
}
