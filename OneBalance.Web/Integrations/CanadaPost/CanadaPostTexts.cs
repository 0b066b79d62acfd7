using System.Globalization;
using System.Resources;
using OneBalance.Core;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>Our own words where the carrier has none, in the language asked for rather than the thread's.</summary>
public sealed class CanadaPostTexts
{
    private static readonly ResourceManager Resources = new(typeof(CanadaPostTexts));

    private CanadaPostTexts()
    {
    }

    internal static string Get(string key, Language language) =>
        Resources.GetString(key, CultureInfo.GetCultureInfo(language.CultureName())) ?? key;
}
