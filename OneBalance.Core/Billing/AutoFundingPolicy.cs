namespace OneBalance.Core.Billing;

/// <summary>What <see cref="AutoFundingPlan.Amount"/> means. Persisted: values are frozen.</summary>
public enum AutoFundingMode
{
    /// <summary>Each automatic top-up adds the amount.</summary>
    Fixed = 1,

    /// <summary>Each fills the balance up to the amount.</summary>
    UpTo = 2,
}

/// <summary>Auto-funding as a merchant wants it.</summary>
/// <param name="Threshold">Fund when the available balance is below this.</param>
/// <param name="Amount">How much one automatic top-up adds, or up to where it fills: see <paramref name="Mode"/>.</param>
/// <param name="MostPerDay">How many automatic top-ups there may be on one Eastern calendar day.</param>
public sealed record AutoFundingPlan(bool Enabled, Money Threshold, Money Amount, int MostPerDay, AutoFundingMode Mode = AutoFundingMode.Fixed)
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

    /// <summary>"Fund up to" an amount that is not above the threshold: the balance would stay below it.</summary>
    NotAboveThreshold,
}

/// <summary>What is known when auto-funding is considered.</summary>
/// <param name="Available">Spendable now.</param>
/// <param name="Running">An automatic top-up of this merchant has not come to its end.</param>
/// <param name="FundedToday">Automatic top-ups of this Eastern calendar day, failed ones included: a card is not tried without end.</param>
/// <param name="CoolDownUntil">Set by a failure.</param>
/// <param name="HasUsableCard">A card that is not expired, and of which no payment is or was rightly disputed.</param>
/// <param name="MayFund">Set up, neither closing nor closed.</param>
public sealed record AutoFundingFacts(Money Available, bool Running, int FundedToday, DateTimeOffset? CoolDownUntil, bool HasUsableCard, bool MayFund)
{
    /// <summary>Owed by the merchant: whatever is added pays it first.</summary>
    public Money Owed { get; init; } = Money.Zero;

    /// <summary>The price of a purchase that waits for the funds; zero when none does.</summary>
    public Money Waiting { get; init; } = Money.Zero;

    /// <summary>What the merchant would have after paying what is owed and what waits; may be below zero.</summary>
    public Money Position => Available - Owed - Waiting;
}

/// <summary>
/// When the balance is topped up without the merchant, and with how much. What is left counts after what is owed and what a
/// waiting purchase costs.
/// <code>
/// off, or the account may not be funded      Off
/// left at or above the threshold             NotNeeded   (below: at 24.99 for a threshold of 25.00)
/// an automatic top-up is under way           Running
/// as many today as the plan allows           CapReached
/// before the end of a cool-down              CoolingDown (at its end exactly: allowed)
/// no usable card                             NoCard
/// else                                       Fund
///   a fixed amount                           that amount
///   up to an amount                          what is missing to it, within the bounds of a top-up
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

    public static AutoFundingDecision Decide(AutoFundingPlan plan, AutoFundingFacts facts, TopUpPolicy topUps, DateTimeOffset now) =>
        !plan.Enabled || !facts.MayFund ? new AutoFundingDecision.Off()
        : facts.Position >= plan.Threshold ? new AutoFundingDecision.NotNeeded()
        : facts.Running ? new AutoFundingDecision.Running()
        : facts.FundedToday >= plan.MostPerDay ? new AutoFundingDecision.CapReached()
        : facts.CoolDownUntil is { } until && now < until ? new AutoFundingDecision.CoolingDown(until)
        : !facts.HasUsableCard ? new AutoFundingDecision.NoCard()
        : new AutoFundingDecision.Fund(AmountOf(plan, facts, topUps));

    /// <summary>
    /// What auto-funding means for a purchase, before it is bought.
    /// <code>
    /// the balance pays it                          Enough
    /// one funding now, or the one under way        Covers     (a funding exactly as large as what is missing covers)
    /// one funding is too small                     FallsShort
    /// no funding comes                             NotFunded
    /// </code>
    /// </summary>
    /// <param name="facts">With the purchase's price as <see cref="AutoFundingFacts.Waiting"/>.</param>
    /// <param name="underWay">The amount of the automatic top-up that is running; null when none is.</param>
    public static PurchaseFunding ForPurchase(AutoFundingPlan plan, AutoFundingFacts facts, Money? underWay, TopUpPolicy topUps, DateTimeOffset now)
    {
        if (!facts.Position.IsNegative)
        {
            return new PurchaseFunding.Enough();
        }

        var missing = -facts.Position;
        return (Decide(plan, facts, topUps, now), underWay) switch
        {
            (AutoFundingDecision.Fund(var amount), _) => Weigh(amount),
            (AutoFundingDecision.Running, { } amount) => Weigh(amount),
            _ => new PurchaseFunding.NotFunded(missing),
        };

        PurchaseFunding Weigh(Money amount) => amount >= missing
            ? new PurchaseFunding.Covers(amount)
            : new PurchaseFunding.FallsShort(amount, missing, missing - amount);
    }

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
        else if (plan.Mode == AutoFundingMode.UpTo && plan.Amount <= plan.Threshold)
        {
            problems.Add(AutoFundingProblem.NotAboveThreshold);
        }

        if (plan.MostPerDay is < 1 or > GreatestMostPerDay)
        {
            problems.Add(AutoFundingProblem.MostPerDay);
        }

        return problems;
    }

    private static Money AmountOf(AutoFundingPlan plan, AutoFundingFacts facts, TopUpPolicy topUps) => plan.Mode switch
    {
        AutoFundingMode.Fixed => plan.Amount,
        AutoFundingMode.UpTo => Money.Max(topUps.Minimum, Money.Min(topUps.Maximum, plan.Amount - facts.Position)),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Mode, null),
    };
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

/// <summary>What auto-funding means for a purchase: a closed set.</summary>
public abstract record PurchaseFunding
{
    private PurchaseFunding()
    {
    }

    public sealed record Enough : PurchaseFunding;

    /// <summary>This much is added first, and then the purchase is paid.</summary>
    public sealed record Covers(Money Amount) : PurchaseFunding;

    /// <param name="Amount">What one funding adds.</param>
    /// <param name="Missing">Missing before it, with what is owed.</param>
    /// <param name="StillMissing">Missing after it.</param>
    public sealed record FallsShort(Money Amount, Money Missing, Money StillMissing) : PurchaseFunding;

    /// <param name="Missing">With what is owed.</param>
    public sealed record NotFunded(Money Missing) : PurchaseFunding;
}
