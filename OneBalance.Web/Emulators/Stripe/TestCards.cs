namespace OneBalance.Web.Emulators.Stripe;

/// <summary>How a saved card behaves; stored instead of its number.</summary>
internal enum CardBehaviour
{
    Succeeds,
    DeclinedAtSetUp,
    DeclinedWhenCharged,
    InsufficientFunds,
    Expired,
    ProcessingError,

    /// <summary>The bank asks when the card is saved, and never again.</summary>
    AuthenticatesAtSetUp,

    /// <summary>The bank asks for every payment; without the cardholder it refuses.</summary>
    AuthenticatesAlways,

    /// <summary>Charged, and disputed at once.</summary>
    Disputed,

    /// <summary>Charged; a refund stays pending and fails later.</summary>
    RefundFails,
}

/// <param name="Number">As the processor publishes it for testing.</param>
internal sealed record TestCard(string Number, string Brand, string Country, CardBehaviour Behaviour)
{
    public string LastFour => Number[^4..];
}

/// <summary>The only cards that exist here: the processor's published test numbers.</summary>
internal static class TestCards
{
    public static readonly IReadOnlyList<TestCard> All =
    [
        new("4242424242424242", "visa", "US", CardBehaviour.Succeeds),
        new("5555555555554444", "mastercard", "US", CardBehaviour.Succeeds),
        new("4000001240000000", "visa", "CA", CardBehaviour.Succeeds),
        new("4000000000000002", "visa", "US", CardBehaviour.DeclinedAtSetUp),
        new("4000000000000341", "visa", "US", CardBehaviour.DeclinedWhenCharged),
        new("4000000000009995", "visa", "US", CardBehaviour.InsufficientFunds),
        new("4000000000000069", "visa", "US", CardBehaviour.Expired),
        new("4000000000000119", "visa", "US", CardBehaviour.ProcessingError),
        new("4000002500003155", "visa", "FR", CardBehaviour.AuthenticatesAtSetUp),
        new("4000002760003184", "visa", "DE", CardBehaviour.AuthenticatesAlways),
        new("4000000000000259", "visa", "US", CardBehaviour.Disputed),
        new("4000000000007726", "visa", "US", CardBehaviour.RefundFails),
    ];

    public static TestCard? Find(string number) => All.FirstOrDefault(card => card.Number == number);
}

/// <summary>Why the emulated bank says no.</summary>
/// <param name="Code">The processor's error code.</param>
/// <param name="DeclineCode">The bank's, when it gives one.</param>
internal sealed record Decline(string Code, string? DeclineCode, string Message)
{
    public static readonly Decline Generic = new("card_declined", "generic_decline", "Your card was declined.");
    public static readonly Decline Funds = new("card_declined", "insufficient_funds", "Your card has insufficient funds.");
    public static readonly Decline Expired = new("expired_card", "expired_card", "Your card has expired.");
    public static readonly Decline Processing = new("processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit.");

    public static readonly Decline AuthenticationRequired = new(
        "authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");

    public static readonly Decline AuthenticationFailed = new(
        "payment_intent_authentication_failure",
        null,
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.");
}
