using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Web.Components;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Tests.Web.Components;

/// <summary>"1 labels" and, in French, "0 étiquettes" were said.</summary>
public sealed class CountedTests
{
    [Theory]
    [InlineData(Language.English, 0, "0 labels on this page")]
    [InlineData(Language.English, 1, "1 label on this page")]
    [InlineData(Language.English, 2, "2 labels on this page")]
    [InlineData(Language.French, 0, "0 étiquette sur cette page")]
    [InlineData(Language.French, 1, "1 étiquette sur cette page")]
    [InlineData(Language.French, 2, "2 étiquettes sur cette page")]
    public void A_number_takes_the_words_of_its_language(Language language, int count, string words)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var texts = services.GetRequiredService<IStringLocalizer<LabelTexts>>();
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        try
        {
            System.Globalization.CultureInfo.CurrentUICulture = PageLanguage.Culture(language);
            Assert.Equal(words, texts.Count("Filter.Count", count));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentUICulture = before;
        }
    }
}
