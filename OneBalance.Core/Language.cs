namespace OneBalance.Core;

/// <summary>The two languages in which everything a user reads exists. Persisted: values are frozen.</summary>
public enum Language
{
    English = 1,
    French = 2,
}

public static class Languages
{
    /// <summary>The culture that formats and phrases for this language: <c>en-CA</c> or <c>fr-CA</c>.</summary>
    public static string CultureName(this Language language) => language switch
    {
        Language.English => "en-CA",
        Language.French => "fr-CA",
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, null),
    };

    public static Language FromCultureName(string name) =>
        name.StartsWith("fr", StringComparison.OrdinalIgnoreCase) ? Language.French : Language.English;
}
