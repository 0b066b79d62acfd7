namespace OneBalance.Core.Billing;

/// <summary>
/// How much one top-up may be (product rule: 10.00 to 500.00, both included, unless configured otherwise).
/// </summary>
public sealed record TopUpPolicy(Money Minimum, Money Maximum)
{
    public static readonly TopUpPolicy Default = new(new Money(10_00), new Money(500_00));

    public TopUpAmountDecision Decide(Money amount) =>
        amount < Minimum ? new TopUpAmountDecision.TooSmall(Minimum)
        : amount > Maximum ? new TopUpAmountDecision.TooLarge(Maximum)
        : new TopUpAmountDecision.Allowed(amount);

    /// <summary>
    /// The smallest allowed top-up that covers what is missing for a purchase; null when even the largest does not.
    /// </summary>
    public Money? ToCover(Money missing) => missing > Maximum ? null : Money.Max(missing, Minimum);
}

public abstract record TopUpAmountDecision
{
    private TopUpAmountDecision()
    {
    }

    public sealed record Allowed(Money Amount) : TopUpAmountDecision;

    public sealed record TooSmall(Money Minimum) : TopUpAmountDecision;

    public sealed record TooLarge(Money Maximum) : TopUpAmountDecision;
}
