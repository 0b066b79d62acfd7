namespace OneBalance.Core.Statements;

/// <summary>The days of a statement, both included: one day up to 366.</summary>
public readonly record struct StatementPeriod
{
    /// <summary>Enough for any year.</summary>
    public const int MostDays = 366;

    private StatementPeriod(DateOnly from, DateOnly to) => (From, To) = (from, to);

    public DateOnly From { get; }

    public DateOnly To { get; }

    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>The calendar month that holds the day.</summary>
    public static StatementPeriod MonthOf(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return new StatementPeriod(first, first.AddMonths(1).AddDays(-1));
    }

    /// <summary>Null with a problem, or the period without one.</summary>
    public static (StatementPeriod? Period, StatementPeriodProblem? Problem) Of(DateOnly from, DateOnly to) =>
        to < from ? (null, StatementPeriodProblem.EndsBeforeItBegins)
        : to.DayNumber - from.DayNumber + 1 > MostDays ? (null, StatementPeriodProblem.TooLong)
        : (new StatementPeriod(from, to), null);
}

public enum StatementPeriodProblem
{
    EndsBeforeItBegins,

    /// <summary>More than <see cref="StatementPeriod.MostDays"/> days.</summary>
    TooLong,
}
