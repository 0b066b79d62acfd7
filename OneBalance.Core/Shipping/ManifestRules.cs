namespace OneBalance.Core.Shipping;

/// <summary>
/// The life of a manifest, decided from what is stored. Whoever runs it (the page, the sweep after a crash, another node) asks
/// the same question. The carrier has no idempotency here, so a transmission is sent only by the runner that stored its
/// intent; whoever comes later looks first.
/// <code>
/// Collecting     a purchase of the group is under way, less than 2 minutes since it was asked for   Wait
///                otherwise                                                                          Collect
/// Transmitting   the runner that stored the intent has time to be answered                          Wait
///                later                                                                              Look
/// Transmitted                                                                                       Confirm
/// Confirmed, PartlyFailed, Failed                                                                   Rest
/// </code>
/// </summary>
public static class ManifestRules
{
    /// <summary>How long a manifest waits for purchases of its group that are being made at that moment.</summary>
    public static readonly TimeSpan PurchasesMayTake = TimeSpan.FromMinutes(2);

    /// <summary>How long the runner that stored the intent has, before another may look whether it arrived.</summary>
    public static readonly TimeSpan AnswerMayTake = TimeSpan.FromSeconds(90);

    /// <summary>A manifest that the carrier does not confirm for so long ends, its labels named.</summary>
    public static readonly TimeSpan ConfirmationMayTake = TimeSpan.FromHours(24);

    /// <summary>What the carrier needs to prepare a manifest, a shipment. Source: its guide, about 350 ms.</summary>
    public static readonly TimeSpan PreparesOneIn = TimeSpan.FromMilliseconds(350);

    public static ManifestStep Next(ManifestFacts manifest, DateTimeOffset now) => manifest.State switch
    {
        ManifestState.Collecting when manifest.PurchasesUnderWay && now - manifest.RequestedAt < PurchasesMayTake => ManifestStep.Wait,
        ManifestState.Collecting => ManifestStep.Collect,
        ManifestState.Transmitting when manifest.NextRunAt is { } busyUntil && now < busyUntil => ManifestStep.Wait,
        ManifestState.Transmitting => ManifestStep.Look,
        ManifestState.Transmitted => ManifestStep.Confirm,
        ManifestState.Confirmed or ManifestState.PartlyFailed or ManifestState.Failed => ManifestStep.Rest,
        _ => throw new ArgumentOutOfRangeException(nameof(manifest), manifest.State, null),
    };

    /// <summary>Where a label stands towards the next manifest.</summary>
    public static ManifestStanding StandingOf(ManifestCandidate label) => label switch
    {
        { State: LabelState.Reserved or LabelState.Attempting or LabelState.Unknown } => ManifestStanding.Settling,
        { State: not LabelState.Purchased } => ManifestStanding.Nothing,
        { Manifested: true } => ManifestStanding.Manifested,
        { UnderWay: true } => ManifestStanding.UnderWay,
        { VoidPending: true } => ManifestStanding.VoidPending,
        _ => ManifestStanding.Open,
    };

    /// <summary>
    /// How a manifest ended.
    /// <code>
    /// every label listed by the carrier    Confirmed
    /// some                                 PartlyFailed
    /// none                                 Failed
    /// </code>
    /// </summary>
    public static ManifestState Conclude(int confirmed, int failed) => (confirmed, failed) switch
    {
        (_, 0) => ManifestState.Confirmed,
        (0, _) => ManifestState.Failed,
        _ => ManifestState.PartlyFailed,
    };

    /// <summary>
    /// How long to wait before the carrier is asked for the manifest again: at first as long as it needs for so many labels,
    /// then a quarter of the time since the transmission; between a second and ten minutes.
    /// </summary>
    public static TimeSpan ConfirmAgainIn(int labels, DateTimeOffset transmittedAt, DateTimeOffset now) => TimeSpan.FromTicks(Math.Clamp(
        Math.Max((PreparesOneIn * labels).Ticks - (now - transmittedAt).Ticks, (now - transmittedAt).Ticks / 4),
        TimeSpan.FromSeconds(1).Ticks,
        TimeSpan.FromMinutes(10).Ticks));

    /// <summary>
    /// The carrier's group for a label bought now: one a merchant, Eastern day and shipping point, because prices are fixed
    /// where the parcels are handed over; another one as soon as a manifest of it was begun, so that what is bought after
    /// <b>Close the day</b> never slips into a transmission under way.
    /// </summary>
    /// <param name="begun">Manifests begun of groups of that merchant, day and point.</param>
    public static string Group(MerchantId merchant, DateOnly day, string shippingPoint, int begun) =>
        GroupStem(merchant, day, shippingPoint) + (begun == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-{begun + 1}"));

    /// <summary>What all groups of a merchant, day and shipping point begin with.</summary>
    public static string GroupStem(MerchantId merchant, DateOnly day, string shippingPoint) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{merchant.Value}-{day:yyyyMMdd}-{shippingPoint}");
}

/// <summary>
/// Collecting -> Transmitting (intent stored) -> Transmitted -> Confirmed | PartlyFailed | Failed. See <see cref="ManifestRules"/>.
/// Persisted: values are frozen.
/// </summary>
public enum ManifestState
{
    /// <summary>The labels are claimed; nothing was asked of the carrier.</summary>
    Collecting = 1,

    /// <summary>The intent is stored; the carrier may or may not have it.</summary>
    Transmitting = 2,

    /// <summary>The carrier has it: the labels cannot be voided any more. Its manifests are being prepared.</summary>
    Transmitted = 3,

    /// <summary>Every label is listed and every document is stored.</summary>
    Confirmed = 4,

    /// <summary>Some labels did not go along; each is named with its reason.</summary>
    PartlyFailed = 5,

    /// <summary>No label went along.</summary>
    Failed = 6,
}

/// <summary>What became of a label in a manifest. Persisted: values are frozen.</summary>
public enum ManifestLabelState
{
    Waiting = 1,
    Confirmed = 2,
    Failed = 3,
}

/// <summary>Why a label did not go along. Persisted: values are frozen.</summary>
public enum ManifestProblem
{
    /// <summary>The carrier refused the transmission; its errors are stored with the manifest.</summary>
    Refused = 1,

    /// <summary>The carrier does not have this label any more.</summary>
    Gone = 2,

    /// <summary>The carrier left it in its group: it is open again.</summary>
    LeftInGroup = 3,

    /// <summary>The carrier had transmitted it before, on its own or with another manifest.</summary>
    AlreadyTransmitted = 4,

    /// <summary>Transmitted, and the carrier does not confirm the manifest.</summary>
    NotConfirmed = 5,
}

/// <summary>What is to be done next for a manifest.</summary>
public enum ManifestStep
{
    Wait,

    /// <summary>Ask the carrier what is in the group, store what stays out and the intent, then transmit.</summary>
    Collect,

    /// <summary>Ask the carrier whether an earlier transmission arrived.</summary>
    Look,

    /// <summary>Ask for the manifests and store their documents.</summary>
    Confirm,

    Rest,
}

/// <summary>Where a label stands towards the next manifest.</summary>
public enum ManifestStanding
{
    /// <summary>Goes along when the day is closed.</summary>
    Open,

    /// <summary>Being bought: the next manifest takes it.</summary>
    Settling,

    /// <summary>A void is scheduled or under way: it stays out.</summary>
    VoidPending,

    /// <summary>In a manifest that is under way.</summary>
    UnderWay,

    Manifested,

    /// <summary>A draft, not bought or voided.</summary>
    Nothing,
}

/// <param name="PurchasesUnderWay">A label of the group is being bought at this moment.</param>
/// <param name="NextRunAt">As stored by the last save: an intent has until then to be answered.</param>
public sealed record ManifestFacts(ManifestState State, DateTimeOffset RequestedAt, bool PurchasesUnderWay, DateTimeOffset? NextRunAt);

/// <param name="Manifested">Transmitted, or bought without a manifest.</param>
/// <param name="UnderWay">Claimed by a manifest that has not ended.</param>
/// <param name="VoidPending">A void is scheduled, requested, or confirmed by the carrier.</param>
public sealed record ManifestCandidate(LabelState State, bool Manifested, bool UnderWay, bool VoidPending);
