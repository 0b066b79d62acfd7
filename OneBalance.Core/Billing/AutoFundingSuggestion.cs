namespace OneBalance.Core.Billing;

/// <summary>
/// A plan that fits what a merchant spent in the last 30 days. Nothing spent: no suggestion.
/// <code>
/// threshold   three average days, at least the dearest label, rounded up to 5.00, from 5.00 to 500.00
/// amount      seven average days, at least the threshold, rounded up to 10.00, within the bounds of a top-up
/// a day       three
/// </code>
/// </summary>
public static class AutoFundingSuggestion
{
    public const int Days = 30;

    /// <param name="spent">On labels in those days, less what was refunded.</param>
    /// <param name="dearest">The price of the dearest of those labels.</param>
    public static AutoFundingPlan? From(Money spent, Money dearest, TopUpPolicy topUps)
    {
        if (!spent.IsPositive)
        {
            return null;
        }

        var threshold = Within(RoundUp(Money.Max(DaysOf(spent, 3), dearest), 5_00), AutoFundingPolicy.LeastThreshold, AutoFundingPolicy.GreatestThreshold);
        var amount = Within(RoundUp(Money.Max(DaysOf(spent, 7), threshold), 10_00), topUps.Minimum, topUps.Maximum);
        return new AutoFundingPlan(true, threshold, amount, 3);
    }

    private static Money DaysOf(Money spent, int days) => new(checked(spent.Cents * days) / Days);

    private static Money RoundUp(Money amount, long step) => new((amount.Cents + step - 1) / step * step);

    private static Money Within(Money amount, Money least, Money most) => Money.Max(least, Money.Min(most, amount));
}
