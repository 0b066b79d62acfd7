using OneBalance.Tests.Support;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Tests.Web.Features.Papers;

public sealed class PaperFontTests
{
    [Theory]
    [InlineData("\u221223,21\u00a0$", "\u201323,21\u00a0$")]
    [InlineData("Père Noël, œuvre, «\u00a0Île\u00a0» – l’été… 5\u00a0% ×", "Père Noël, œuvre, «\u00a0Île\u00a0» – l’été… 5\u00a0% ×")]
    [InlineData("漢字 & Co", "?? & Co")]
    public void What_the_typeface_has_not_is_never_an_empty_box(string text, string written) => Assert.Equal(written, PaperFont.Writable(text));

    [Theory]
    [InlineData("Features/Statements/StatementTexts.resx")]
    [InlineData("Features/Statements/StatementTexts.fr.resx")]
    [InlineData("Features/Balance/BalanceTexts.resx")]
    [InlineData("Features/Balance/BalanceTexts.fr.resx")]
    public void Every_word_of_ours_can_be_drawn(string file)
    {
        string words = string.Concat(System.Xml.Linq.XDocument.Parse(Repository.Read($"OneBalance.Web/{file}")).Root!.Elements("data").Select(text => text.Element("value")!.Value.ReplaceLineEndings("")));

        Assert.Equal(words.Replace('\u2212', '\u2013'), PaperFont.Writable(words));
    }
}
