using Microsoft.Extensions.Localization;
using OneBalance.Core.Billing;
using OneBalance.Web.Components;

namespace OneBalance.Web.Features.Balance;

/// <summary>Phrases shared by the pages of the balance and the wizard, in the reader's language.</summary>
public sealed class FundingWords(IStringLocalizer<BalanceTexts> texts, Formats formats)
{
    /// <summary><c>Visa ending in 4242</c>.</summary>
    public string Card(string brand, string lastFour) => texts["Cards.Ending", Brand(brand), lastFour];

    public string Card(Card card) => Card(card.Brand, card.LastFour);

    /// <summary>Why a top-up was not charged, and what to do.</summary>
    /// <param name="code">The processor's decline code or one of <see cref="FailureCodes"/>.</param>
    public string NotCharged(string? code) => texts[$"Decline.{code}"] is { ResourceNotFound: false } known ? known : texts["Decline.other"];

    public string State(TopUpState state) => texts[$"TopUp.State.{state}"];

    /// <summary>What a plan does, in one sentence.</summary>
    public string Preview(AutoFundingPlan plan)
    {
        string how = plan.Mode == AutoFundingMode.Fixed ? "Auto.Preview" : "Auto.PreviewUpTo";
        return plan.MostPerDay == 1
            ? texts[$"{how}Once", formats.Money(plan.Amount), formats.Money(plan.Threshold)]
            : texts[how, formats.Money(plan.Amount), formats.Money(plan.Threshold), plan.MostPerDay];
    }

    private string Brand(string brand) => brand.ToLowerInvariant() switch
    {
        "visa" => "Visa",
        "mastercard" => "Mastercard",
        "amex" => "American Express",
        "discover" => "Discover",
        _ => texts["Cards.Brand.other"],
    };
}
