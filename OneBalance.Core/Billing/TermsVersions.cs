namespace OneBalance.Core.Billing;

/// <summary>
/// Which version of the terms and conditions applies. A version is named by the day from which it applies, Eastern time.
/// <code>
/// versions 2026-11-01, 2027-03-01       in force       coming
/// on 2026-11-01                         2026-11-01     2027-03-01
/// on 2027-02-28                         2026-11-01     2027-03-01
/// on 2027-03-01                         2027-03-01     none
/// on 2026-10-31                         2026-11-01     2027-03-01   (before the first: the first)
/// </code>
/// </summary>
public static class TermsVersions
{
    /// <param name="versions">At least one, as <c>yyyy-MM-dd</c>.</param>
    public static string InForce(IReadOnlyCollection<string> versions, DateOnly today) =>
        versions.Where(version => DayOf(version) <= today).MaxBy(DayOf) ?? versions.MinBy(DayOf) ?? throw new ArgumentException("There are no terms.", nameof(versions));

    /// <summary>The next one that will apply; null when none is known.</summary>
    public static string? Coming(IReadOnlyCollection<string> versions, DateOnly today)
    {
        var inForce = DayOf(InForce(versions, today));
        return versions.Where(version => DayOf(version) > inForce).MinBy(DayOf);
    }

    /// <exception cref="FormatException">No day.</exception>
    public static DateOnly DayOf(string version) => DateOnly.ParseExact(version, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Whether a merchant must be asked: only when they accepted an older version than the one in force. Whoever has accepted none
    /// is asked by Set up carriers.
    /// </summary>
    public static bool MustAsk(IReadOnlyCollection<string> accepted, string inForce) =>
        accepted.Count > 0 && accepted.All(version => DayOf(version) < DayOf(inForce));
}
