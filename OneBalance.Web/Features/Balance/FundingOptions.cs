using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Features.Balance;

/// <summary>Configuration section <c>Funding</c>.</summary>
public sealed class FundingOptions
{
    public const string Section = "Funding";

    /// <summary>What a charge reads on the card statement, as shown before consent. The processor's own account setting prints it.</summary>
    public string StatementDescriptor { get; set; } = "STAMPS";

    /// <summary>Least and most of one top-up, in dollars, both included.</summary>
    public decimal Minimum { get; set; } = 10m;

    public decimal Maximum { get; set; } = 500m;

    public TopUpPolicy Policy => new(Money.FromDollars(Minimum), Money.FromDollars(Maximum));
}
