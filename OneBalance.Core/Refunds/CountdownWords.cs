namespace OneBalance.Core.Refunds;

/// <summary>
/// When a countdown that changes every second is said aloud: with 30, 10, 5 and 1 minutes left, each once. More often and a
/// screen reader would talk over everything else.
/// </summary>
public static class CountdownWords
{
    private static readonly int[] Minutes = [1, 5, 10, 30];

    /// <summary>The minutes to announce between two looks at the clock; null when none was reached.</summary>
    /// <param name="before">Time left at the last look.</param>
    /// <param name="left">Time left now; never more than <paramref name="before"/>.</param>
    public static int? Reached(TimeSpan before, TimeSpan left)
    {
        foreach (int minutes in Minutes)
        {
            var mark = TimeSpan.FromMinutes(minutes);
            if (left <= mark)
            {
                return before > mark && left > TimeSpan.Zero ? minutes : null;
            }
        }

        return null;
    }

    /// <summary><c>59:59</c>; the last second counts to its end, so 00:00 is shown only when the time is over.</summary>
    public static string Clock(TimeSpan left)
    {
        long seconds = Math.Max((long)Math.Ceiling(left.TotalSeconds), 0);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seconds / 60:00}:{seconds % 60:00}");
    }
}
