using Microsoft.Extensions.Localization;

namespace OneBalance.Web.Features.Labels;

internal static class ServiceNames
{
    /// <summary>
    /// In our words and the reader's language; as the carrier called it, in the language it was asked in, where the code is not known
    /// here.
    /// </summary>
    /// <param name="named">The carrier's name; null when there is none yet.</param>
    public static string Service(this IStringLocalizer<LabelTexts> texts, string? code, string? named) =>
        code is { Length: > 0 } && texts[$"Service.{code}"] is { ResourceNotFound: false } known ? known.Value : named ?? "";
}
