using System.Globalization;
using OneBalance.Core;
using OneBalance.Web.Components;

namespace OneBalance.Web.Features.Papers;

/// <summary>Lets texts and formats speak a language for as long as it is not disposed: for papers and mails, whose reader is not at the page.</summary>
internal sealed class SpokenIn : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    public SpokenIn(Language language) => CultureInfo.CurrentUICulture = PageLanguage.Culture(language);

    /// <summary>Amounts and dates on paper: in Eastern time, wherever the reader is.</summary>
    public static Formats Formats => new(new UserTime());

    public void Dispose() => CultureInfo.CurrentUICulture = _before;
}
