namespace OneBalance.Core;

/// <summary>
/// An amount of Canadian dollars in whole cents. May be negative (a discount, a debit).
/// Arithmetic is checked: an overflow throws and never wraps.
/// </summary>
public readonly record struct Money(long Cents) : IComparable<Money>
{
    public static readonly Money Zero = new(0);

    /// <summary>From dollars; more than two decimals is a mistake and throws.</summary>
    /// <exception cref="ArgumentException">The amount has a fraction of a cent.</exception>
    public static Money FromDollars(decimal dollars)
    {
        decimal cents = dollars * 100m;
        return cents == decimal.Truncate(cents)
            ? new Money((long)cents)
            : throw new ArgumentException($"{dollars} has a fraction of a cent.", nameof(dollars));
    }

    /// <summary>From dollars, rounded to the nearest cent, halves away from zero (the carrier's rounding).</summary>
    public static Money RoundFromDollars(decimal dollars) =>
        new((long)decimal.Round(dollars * 100m, 0, MidpointRounding.AwayFromZero));

    public decimal Dollars => Cents / 100m;

    public bool IsZero => Cents == 0;

    public bool IsPositive => Cents > 0;

    public bool IsNegative => Cents < 0;

    /// <summary>This share of the amount, rounded to the nearest cent, halves away from zero.</summary>
    /// <param name="percent">In percent: 13 for 13 %.</param>
    public Money Percent(decimal percent) => RoundFromDollars(Dollars * percent / 100m);

    public static Money Min(Money a, Money b) => a < b ? a : b;

    public static Money Max(Money a, Money b) => a > b ? a : b;

    public static Money operator +(Money a, Money b) => new(checked(a.Cents + b.Cents));

    public static Money operator -(Money a, Money b) => new(checked(a.Cents - b.Cents));

    public static Money operator -(Money a) => new(checked(-a.Cents));

    public static bool operator <(Money a, Money b) => a.Cents < b.Cents;

    public static bool operator >(Money a, Money b) => a.Cents > b.Cents;

    public static bool operator <=(Money a, Money b) => a.Cents <= b.Cents;

    public static bool operator >=(Money a, Money b) => a.Cents >= b.Cents;

    public int CompareTo(Money other) => Cents.CompareTo(other.Cents);

    /// <summary>Invariant form for logs and keys, e.g. <c>-12.30</c>. Pages format with the user's culture.</summary>
    public override string ToString() => Dollars.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}

public static class MoneySums
{
    public static Money Sum(this IEnumerable<Money> amounts) =>
        amounts.Aggregate(Money.Zero, static (total, amount) => total + amount);

    public static Money Sum<T>(this IEnumerable<T> items, Func<T, Money> amount) =>
        items.Aggregate(Money.Zero, (total, item) => total + amount(item));
}
