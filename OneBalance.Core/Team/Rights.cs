namespace OneBalance.Core.Team;

/// <summary>What a merchant's owner can let a person do. Persisted: values are frozen; each is a bit of its own.</summary>
[Flags]
public enum MerchantRight
{
    None = 0,

    /// <summary>Make, buy, print and void labels, with batches, manifests and the address book.</summary>
    BuyLabels = 1,

    /// <summary>See the balance, the ledger, top-ups, cards on file (brand and last four) and disputes.</summary>
    SeeBalance = 2,

    /// <summary>Set up carriers, add funds, cards, auto-funding, business details, and close the account. Includes seeing the balance.</summary>
    ManageBilling = 4,

    /// <summary>Take files out: statements, tax papers, archives. Includes seeing the balance, which those files tell anyway.</summary>
    Export = 8,

    /// <summary>Invite people, change what they may do, remove them.</summary>
    ManageTeam = 16,
}

/// <summary>
/// What one person may do for one merchant. Everybody who is in may look at labels, batches and manifests; whoever is not in
/// may do nothing.
/// </summary>
/// <param name="In">Whether the person may look at all: a member of the merchant, or support looking on.</param>
/// <param name="Given">As granted; <see cref="Allow"/> also knows what they include.</param>
/// <param name="LookOnly">Sees everything and changes nothing, whatever is given: support viewing as the merchant.</param>
public readonly record struct Rights(bool In, MerchantRight Given, bool LookOnly)
{
    private const MerchantRight Everything =
        MerchantRight.BuyLabels | MerchantRight.SeeBalance | MerchantRight.ManageBilling | MerchantRight.Export | MerchantRight.ManageTeam;

    /// <summary>Each right there is, in the order in which they are shown.</summary>
    public static readonly IReadOnlyList<MerchantRight> All =
        [MerchantRight.BuyLabels, MerchantRight.SeeBalance, MerchantRight.ManageBilling, MerchantRight.Export, MerchantRight.ManageTeam];

    /// <summary>Of somebody who is not, or no longer, a member.</summary>
    public static Rights Nobody => default;

    /// <summary>Of the merchant's owner, and of the product acting by itself.</summary>
    public static Rights Owner => new(true, Everything, LookOnly: false);

    /// <summary>Of support viewing as the merchant.</summary>
    public static Rights Looker => new(true, MerchantRight.SeeBalance, LookOnly: true);

    /// <summary>Of a member. Bits that mean nothing today are dropped.</summary>
    public static Rights Member(MerchantRight given) => new(true, given & Everything, LookOnly: false);

    /// <summary>Whether the person may act at all, e.g. for what is their own: a member, not a looker.</summary>
    public bool MayAct => In && !LookOnly;

    /// <summary>Whether the right is given, by itself or by one that includes it. A looker has <see cref="MerchantRight.SeeBalance"/> alone.</summary>
    /// <param name="right">One right, not a combination.</param>
    public bool Allow(MerchantRight right) => In && right switch
    {
        MerchantRight.SeeBalance => (Given & (MerchantRight.SeeBalance | MerchantRight.ManageBilling | MerchantRight.Export)) != 0,
        MerchantRight.BuyLabels or MerchantRight.ManageBilling or MerchantRight.Export or MerchantRight.ManageTeam => !LookOnly && (Given & right) != 0,
        MerchantRight.None => throw new ArgumentOutOfRangeException(nameof(right), right, "Name a right."),
        _ => throw new ArgumentOutOfRangeException(nameof(right), right, "Ask for one right at a time."),
    };

    /// <summary>
    /// Whether somebody with these rights may let another person have, or lose, <paramref name="rights"/>: who manages the team
    /// gives no more than they have themselves, by itself or by one that includes it.
    /// </summary>
    public bool MayGive(MerchantRight rights) => Allow(MerchantRight.ManageTeam) && All.Where(right => (rights & right) != 0).All(Allow);
}
