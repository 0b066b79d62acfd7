namespace OneBalance.Core.Audit;

/// <summary>A line of the breach log as typed.</summary>
/// <param name="On">The day it happened, or was found.</param>
/// <param name="People">About how many people it concerns.</param>
/// <param name="Serious">A real risk of significant harm: the commissioner and the people must be told.</param>
public sealed record Breach(DateOnly? On, int? People, bool Serious, string What);

public enum BreachProblem
{
    Day,
    People,
    Words,
}

/// <summary>What a line of the breach log must say.</summary>
public static class BreachRules
{
    public const int ShortestWords = 20;

    public const int LongestWords = 1000;

    /// <summary>
    /// A day up to and including today, a number of people from 0, and 20 to 1,000 characters of what happened. Null when it is
    /// complete.
    /// </summary>
    public static BreachProblem? Check(Breach breach, DateOnly today) =>
        breach.On is not { } day || day > today ? BreachProblem.Day
        : breach.People is not >= 0 ? BreachProblem.People
        : breach.What.Trim().Length is < ShortestWords or > LongestWords ? BreachProblem.Words
        : null;
}
