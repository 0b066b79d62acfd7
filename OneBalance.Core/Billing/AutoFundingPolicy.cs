namespace OneBalance.Core.Billing;

/// <summary>Auto-funding as a merchant wants it.</summary>
/// <param name="Threshold">Fund when the available balance is below this.</param>
/// <param name="Amount">How much one automatic top-up adds.</param>
/// <param name="MostPerDay">How many automatic top-ups there may be on one Eastern calendar day.</param>
public sealed record AutoFundingPlan(bool Enabled, Money Threshold, Money Amount, int MostPerDay)
{
    /// <summary>What the wizard offers.</summary>
    public static readonly AutoFundingPlan Offered = new(true, new Money(25_00), new Money(100_00), 3);
}

/// <summary>What is wrong with a plan: a closed set; the page phrases it.</summary>
public enum AutoFundingProblem
{
    /// <summary>Below 5.00 or above 500.00.</summary>
    Threshold,

    /// <summary>Outside the bounds of a top-up.</summary>
    Amount,

    /// <summary>Below 1 or above 10.</summary>
    MostPerDay,
}

/// <summary>What is known when auto-funding is considered.</summary>
/// <param name="Available">Spendable now.</param>
/// <param name="Running">An automatic top-up of this merchant has not come to its end.</param>
/// <param name="FundedToday">Automatic top-ups of this Eastern calendar day, failed ones included: a card is not tried without end.</param>
/// <param name="CoolDownUntil">Set by a failure.</param>
/// <param name="MayFund">Set up, neither closing nor closed.</param>
public sealed record AutoFundingFacts(Money Available, bool Running, int FundedToday, DateTimeOffset? CoolDownUntil, bool HasUsableCard, bool MayFund);

/// <summary>
/// When the balance is topped up without the merchant.
/// <code>
/// off, or the account may not be funded      Off
/// available at or above the threshold        NotNeeded   (below: at 24.99 for a threshold of 25.00)
/// an automatic top-up is under way           Running
/// as many today as the plan allows           CapReached
/// before the end of a cool-down              CoolingDown (at its end exactly: allowed)
/// no card that is not expired                NoCard
/// else                                       Fund
/// </code>
/// </summary>
public static class AutoFundingPolicy
{
    public static readonly Money LeastThreshold = new(5_00);
    public static readonly Money GreatestThreshold = new(500_00);
    public const int GreatestMostPerDay = 10;

    /// <summary>Failures in a row after which auto-funding switches itself off.</summary>
    public const int FailuresBeforeOff = 3;

    /// <summary>How long a failure stops automatic top-ups.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromHours(1);

    public static AutoFundingDecision Decide(AutoFundingPlan plan, AutoFundingFacts facts, DateTimeOffset now) =>
        !plan.Enabled || !facts.MayFund ? new AutoFundingDecision.Off()
        : facts.Available >= plan.Threshold ? new AutoFundingDecision.NotNeeded()
        : facts.Running ? new AutoFundingDecision.Running()
        : facts.FundedToday >= plan.MostPerDay ? new AutoFundingDecision.CapReached()
        : facts.CoolDownUntil is { } until && now < until ? new AutoFundingDecision.CoolingDown(until)
        : !facts.HasUsableCard ? new AutoFundingDecision.NoCard()
        : new AutoFundingDecision.Fund(plan.Amount);

    /// <summary>Problems of a plan; empty when it may be stored. Both bounds are included everywhere.</summary>
    public static IReadOnlyList<AutoFundingProblem> Check(AutoFundingPlan plan, TopUpPolicy topUps)
    {
        var problems = new List<AutoFundingProblem>();
        if (plan.Threshold < LeastThreshold || plan.Threshold > GreatestThreshold)
        {
            problems.Add(AutoFundingProblem.Threshold);
        }

        if (topUps.Decide(plan.Amount) is not TopUpAmountDecision.Allowed)
        {
            problems.Add(AutoFundingProblem.Amount);
        }

        if (plan.MostPerDay is < 1 or > GreatestMostPerDay)
        {
            problems.Add(AutoFundingProblem.MostPerDay);
        }

        return problems;
    }
}

public abstract record AutoFundingDecision
{
    private AutoFundingDecision()
    {
    }

    public sealed record Off : AutoFundingDecision;

    public sealed record NotNeeded : AutoFundingDecision;

    public sealed record Running : AutoFundingDecision;

    public sealed record CapReached : AutoFundingDecision;

    public sealed record CoolingDown(DateTimeOffset Until) : AutoFundingDecision;

    public sealed record NoCard : AutoFundingDecision;

    public sealed record Fund(Money Amount) : AutoFundingDecision;
}
