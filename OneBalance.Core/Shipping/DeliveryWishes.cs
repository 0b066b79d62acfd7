namespace OneBalance.Core.Shipping;

/// <summary>How old whoever takes the parcel must be able to prove to be.</summary>
public enum ProofOfAge
{
    None,
    Eighteen,
    Nineteen,
    TwentyOne,
}

/// <summary>What the carrier does at the door; one of them only.</summary>
public enum Handover
{
    /// <summary>As the carrier does by itself.</summary>
    Usual,

    /// <summary>A card is left and the parcel waits at a post office.</summary>
    CardForPickup,

    /// <summary>Never left unattended.</summary>
    DoNotSafeDrop,

    /// <summary>Left at the door, without a card.</summary>
    LeaveAtDoor,

    /// <summary>Goes to a post office at once and waits there.</summary>
    PostOffice,
}

/// <summary>What a merchant wishes of a delivery inside Canada; kept while typed, it counts only there.</summary>
/// <param name="PostOffice">The carrier's number of the office, at most 12 characters; for <see cref="Shipping.Handover.PostOffice"/>.</param>
/// <param name="Email">The recipient's, at most 60 characters: the carrier writes there of shipping, trouble and delivery.</param>
public sealed record DeliveryWishes(ProofOfAge Age, Handover Handover, string PostOffice, string Email)
{
    public static readonly DeliveryWishes None = new(ProofOfAge.None, Handover.Usual, "", "");
}
