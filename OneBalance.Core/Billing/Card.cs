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
}
