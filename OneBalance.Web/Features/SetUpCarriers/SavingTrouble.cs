using Microsoft.Extensions.Localization;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>
/// What the wizard says when it could not save. Rule 3: the step stays as it is, with its button and all that was typed, and a
/// plain error whose reference support finds in the log.
/// </summary>
public sealed class SavingTrouble(IStringLocalizer<SetUpTexts> texts, ILogger<SavingTrouble> log)
{
    /// <summary>A right that was taken away meanwhile is no trouble of ours: the page says who can give it back.</summary>
    public static bool Covers(Exception failure) => failure is not NotAllowedException;

    /// <param name="merchant">For the log.</param>
    /// <returns>The sentence for the page.</returns>
    public string Tell(Exception failure, string merchant)
    {
        string reference = Guid.CreateVersion7().ToString("N")[^8..];
        log.LogError(failure, "The set-up of merchant {Merchant} could not be saved; reference {Reference}.", merchant, reference);
        return texts["Error.NotSaved", reference];
    }
}
