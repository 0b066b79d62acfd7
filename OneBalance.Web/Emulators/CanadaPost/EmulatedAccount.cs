namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>A customer of the emulated carrier with the app it signs in with. All numbers are invented.</summary>
/// <param name="CustomerNumber">Ten digits; the last seven lead its tracking numbers.</param>
/// <param name="Contracts">Empty for a small business without one.</param>
/// <param name="TestApp">Answers like the carrier's test apps: one tracking number for every shipment, fixed ticket number.</param>
/// <param name="Card">The default card on the customer's profile.</param>
/// <param name="Products">What the app subscribed to.</param>
/// <param name="Supplies">The supplier whose app this is (FP, NE or PB): it may pay from accounts that it issued; null for everybody else.</param>
/// <param name="SupplierAccount">The supplier that issued the default supplier account on the profile; null without one.</param>
public sealed record EmulatedAccount(
    string ClientId,
    string ClientSecret,
    string CustomerNumber,
    IReadOnlyList<string> Contracts,
    bool TestApp,
    EmulatedCard Card,
    IReadOnlyList<string> Products,
    string? Supplies = null,
    string? SupplierAccount = null)
{
    private static readonly string[] AllProducts = ["rating", "shipping", "tracking", "serviceinfo"];

    /// <summary>The reseller's contract account: labels in groups, paid on account.</summary>
    public static readonly EmulatedAccount Platform = new(
        "e0000000000000000000000000000001", "emulated-secret-platform", "0007023210", ["0040662505"], false, EmulatedCard.Good, AllProducts);

    /// <summary>A small business: no contract, no manifests, pays by card at once.</summary>
    public static readonly EmulatedAccount SmallBusiness = new(
        "e0000000000000000000000000000002", "emulated-secret-small", "0007035114", [], false, EmulatedCard.Good, AllProducts);

    /// <summary>A contract customer's test app, as the developer portal hands out.</summary>
    public static readonly EmulatedAccount Test = new(
        "e0000000000000000000000000000003", "emulated-secret-test", "0001234567", ["0040000001", "0000123456"], true, EmulatedCard.Good, AllProducts);

    /// <summary>A small business without a card on its profile, subscribed to prices and shipments only.</summary>
    public static readonly EmulatedAccount WithoutCard = new(
        "e0000000000000000000000000000004", "emulated-secret-no-card", "0007035115", [], false, EmulatedCard.None, ["rating", "shipping"]);

    /// <summary>A small business whose card is declined.</summary>
    public static readonly EmulatedAccount DeclinedCard = new(
        "e0000000000000000000000000000005", "emulated-secret-declined", "0007035116", [], false, EmulatedCard.Declined, AllProducts);

    /// <summary>A supplier's app for a customer who pays from an account of that supplier.</summary>
    public static readonly EmulatedAccount Supplied = new(
        "e0000000000000000000000000000006", "emulated-secret-supplied", "0007035117", ["0040662506"], false, EmulatedCard.None, AllProducts, "PB", "PB");

    /// <summary>A supplier's app for a customer whose account another supplier issued.</summary>
    public static readonly EmulatedAccount SuppliedByAnother = new(
        "e0000000000000000000000000000007", "emulated-secret-supplied-by-another", "0007035118", ["0040662507"], false, EmulatedCard.None, AllProducts, "PB", "NE");

    /// <summary>A customer with a supplier account, but with an app of its own.</summary>
    public static readonly EmulatedAccount NoSupplier = new(
        "e0000000000000000000000000000008", "emulated-secret-no-supplier", "0007035119", ["0040662508"], false, EmulatedCard.Good, AllProducts, null, "PB");

    public static IReadOnlyList<EmulatedAccount> All { get; } =
        [Platform, SmallBusiness, Test, WithoutCard, DeclinedCard, Supplied, SuppliedByAnother, NoSupplier];

    /// <summary>A key for prepaid US duties that the emulated service knows.</summary>
    public const string ZonosKey = "emulated-zonos-key";

    public bool HasContract => Contracts.Count > 0;
}

public enum EmulatedCard
{
    Good,
    None,
    Declined,
}
