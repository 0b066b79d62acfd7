namespace OneBalance.Core.Billing;

/// <summary>What is known of a card on file. Never its number.</summary>
/// <param name="Brand">The processor's word, e.g. <c>visa</c>.</param>
/// <param name="LastFour">Four digits.</param>
/// <param name="ExpiryMonth">1 to 12.</param>
public sealed record Card(string Brand, string LastFour, int ExpiryMonth, int ExpiryYear)
{
    /// <summary>The last day of its expiry month: still good on it.</summary>
    public DateOnly LastDay => new DateOnly(ExpiryYear, ExpiryMonth, 1).AddMonths(1).AddDays(-1);

    /// <summary>A card is good until the end of its expiry month.</summary>
    public bool IsExpired(DateOnly today) => today > LastDay;

    /// <summary>
    /// How near its end is, in days to the last day: more than 30 good, 30 to 8 soon, 7 to 0 very soon, past it expired.
    /// </summary>
    public CardExpiry ExpiryOn(DateOnly today) => (LastDay.DayNumber - today.DayNumber) switch
    {
        < 0 => CardExpiry.Expired,
        <= 7 => CardExpiry.VerySoon,
        <= 30 => CardExpiry.Soon,
        _ => CardExpiry.Good,
    };
}

/// <summary>How near a card's end is; see <see cref="Card.ExpiryOn"/>.</summary>
public enum CardExpiry
{
    Good,

    /// <summary>Its last day is at most 30 days away.</summary>
    Soon,

    /// <summary>Its last day is at most 7 days away.</summary>
    VerySoon,

    Expired,
}
