namespace OneBalance.Core.Notices;

/// <summary>
/// When a falling balance is worth a mail: once a crossing, and again only after it was at or above the limit.
/// <code>
/// armed   balances, limit 25.00          armed after   tell
/// yes     30.00, 24.99                   no            yes
/// yes     25.00                          yes           no     (at the limit is not below)
/// no      24.99, 10.00                   no            no     (told already)
/// no      25.00, 24.99                   no            yes    (it was above in between)
/// yes     24.99, 80.00                   yes           no     (filled up again before anybody was told)
/// </code>
/// </summary>
public static class LowBalance
{
    /// <summary>The limit of a user who has not chosen one.</summary>
    public static readonly Money Offered = new(25_00);

    /// <summary>Least and greatest limit, both included.</summary>
    public static readonly Money Least = new(1_00);

    public static readonly Money Greatest = new(500_00);

    public static bool IsAllowed(Money below) => below >= Least && below <= Greatest;

    /// <param name="armed">The balance was at or above the limit since the last mail.</param>
    /// <param name="balances">What was available after each transfer since, in order.</param>
    public static (bool Armed, bool Tell) Follow(bool armed, Money below, IEnumerable<Money> balances)
    {
        bool tell = false;
        foreach (var balance in balances)
        {
            bool low = balance < below;
            tell = low && (tell || armed);
            armed = !low;
        }

        return (armed, tell);
    }
}
