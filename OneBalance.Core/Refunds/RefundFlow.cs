namespace OneBalance.Core.Refunds;

/// <summary>
/// How far a request has come. Persisted: values are frozen.
/// <code>
/// void    Scheduled -> Requested -> CarrierVoided -> Credited | Refused
/// claim   Scheduled -> Requested -> ClaimOpen(ticket) -> ClaimGranted -> Credited | Rejected(reason); Refused when no ticket is given
/// either  Scheduled -> Withdrawn | NotSent(reason), before anything was sent
/// </code>
/// </summary>
public enum RefundState
{
    /// <summary>The carrier is about to be asked, or may have been: the answer is not stored yet.</summary>
    Requested = 1,

    /// <summary>Voided at the carrier; the money is about to be credited.</summary>
    CarrierVoided = 2,

    Credited = 3,

    /// <summary>The carrier refused to void, or to take the claim; it can be asked again.</summary>
    Refused = 4,

    /// <summary>Stored; runs by itself when its time has come.</summary>
    Scheduled = 5,

    /// <summary>Taken back by the merchant before anything was sent.</summary>
    Withdrawn = 6,

    /// <summary>The carrier gave a service ticket and has not decided.</summary>
    ClaimOpen = 7,

    /// <summary>The carrier credits the platform; the merchant's money is about to be credited.</summary>
    ClaimGranted = 8,

    /// <summary>The carrier decided against the claim, for good.</summary>
    Rejected = 9,

    /// <summary>When its time had come the rule allowed it no more: nothing was sent, and <see cref="NotSentReason"/> says why.</summary>
    NotSent = 10,
}

/// <summary>Why a stored request was not sent. Persisted: values are frozen.</summary>
public enum NotSentReason
{
    /// <summary>The carrier scanned the parcel meanwhile.</summary>
    Used = 1,

    TooLate = 2,

    /// <summary>Manifested meanwhile, without a tracking number.</summary>
    Untracked = 3,

    /// <summary>The label is no longer one that was bought and stands.</summary>
    NothingToVoid = 4,
}

/// <summary>What earlier attempts to void leave open: whether an answer that the shipment is gone can be our doing. Persisted: values are frozen.</summary>
public enum VoidDoubt
{
    /// <summary>One is being made; when it is overdue, whoever made it died and its answer is lost.</summary>
    Sending = 1,

    /// <summary>One was sent and its answer lost: it may have been carried out.</summary>
    AnswerLost = 2,

    /// <summary>
    /// The carrier knew no such shipment although no attempt of ours can have voided it, as with another account's credentials.
    /// From then on only a plain confirmation counts.
    /// </summary>
    NotKnown = 3,
}

/// <summary>What the carrier said of an attempt to void, as far as it can change what is doubtful.</summary>
public enum VoidReply
{
    Voided,

    /// <summary>It has no such shipment.</summary>
    Gone,

    /// <summary>No usable answer: it may have been carried out.</summary>
    Unknown,

    /// <summary>Certain that nothing was done.</summary>
    NotDone,
}

/// <summary>Persisted: values are frozen.</summary>
public enum RefundKind
{
    /// <summary>Cancelled at the carrier before it was manifested.</summary>
    Void = 1,

    /// <summary>Manifested: the carrier is asked for the money and decides.</summary>
    Claim = 2,
}

/// <summary>What is to be done next with a stored request; each step can be run again.</summary>
public static class RefundFlow
{
    /// <param name="notBefore">A scheduled request runs from this moment on, that moment included.</param>
    public static RefundStep Next(RefundState state, RefundKind kind, DateTimeOffset? notBefore, DateTimeOffset now) => (state, kind) switch
    {
        (RefundState.Scheduled, _) when notBefore is { } at && now < at => new RefundStep.Wait(at),
        (RefundState.Scheduled, _) => new RefundStep.Begin(),
        (RefundState.Requested, RefundKind.Void) => new RefundStep.VoidAtCarrier(),
        (RefundState.Requested, RefundKind.Claim) => new RefundStep.OpenTicket(),
        (RefundState.CarrierVoided or RefundState.ClaimGranted, _) => new RefundStep.Credit(),
        (RefundState.ClaimOpen, _) => new RefundStep.AwaitDecision(),
        (RefundState.Credited or RefundState.Refused or RefundState.Withdrawn or RefundState.Rejected or RefundState.NotSent, _) => new RefundStep.Rest(),
        _ => throw new ArgumentOutOfRangeException(nameof(state), (state, kind), null),
    };

    /// <summary>Ends that can wait to be told to the merchant; nothing else is to be done with them.</summary>
    public static readonly IReadOnlyList<RefundState> EndsToTell = [RefundState.Credited, RefundState.Rejected, RefundState.Refused, RefundState.NotSent];

    /// <summary>A second request would ask for the same money: one is under way, or has ended for good.</summary>
    public static bool Stands(RefundState? state) => state switch
    {
        null or RefundState.Scheduled or RefundState.Refused or RefundState.Withdrawn or RefundState.NotSent => false,
        RefundState.Requested or RefundState.CarrierVoided or RefundState.ClaimOpen or RefundState.ClaimGranted or RefundState.Credited or RefundState.Rejected => true,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>
    /// Whether a request that comes to nothing is told by mail: nobody looks at a page for it any more. Nobody asked, or it waited
    /// for its 60 minutes, or the carrier did not answer at once.
    /// </summary>
    /// <param name="automatic">Nobody asked.</param>
    public static bool EndsUnseen(bool automatic, DateTimeOffset requestedAt, DateTimeOffset now) => automatic || now - requestedAt >= Watched;

    /// <summary>So long somebody who asked looks what comes of it: a while more than <see cref="RefundPolicy.TakeBack"/>, and no 60 minutes.</summary>
    public static readonly TimeSpan Watched = TimeSpan.FromMinutes(2);

    /// <summary>
    /// What an answer makes of the doubt, unless it confirms the void.
    /// <code>
    /// before the attempt   Voided      Gone        Unknown      NotDone
    /// null                 confirmed   NotKnown    AnswerLost   null
    /// AnswerLost           confirmed   confirmed   AnswerLost   AnswerLost
    /// NotKnown             confirmed   NotKnown    NotKnown     NotKnown
    /// </code>
    /// </summary>
    /// <param name="before">Never <see cref="VoidDoubt.Sending"/>: that is what the attempt itself is stored as.</param>
    public static (bool Confirmed, VoidDoubt? Doubt) AfterVoid(VoidReply reply, VoidDoubt? before) => (reply, before) switch
    {
        (VoidReply.Voided, _) or (VoidReply.Gone, VoidDoubt.AnswerLost) => (true, null),
        (_, VoidDoubt.NotKnown) or (VoidReply.Gone, null) => (false, VoidDoubt.NotKnown),
        (VoidReply.Unknown, null or VoidDoubt.AnswerLost) => (false, VoidDoubt.AnswerLost),
        (VoidReply.NotDone, null or VoidDoubt.AnswerLost) => (false, before),
        _ => throw new ArgumentOutOfRangeException(nameof(before), (reply, before), null),
    };
}

/// <summary>A closed set.</summary>
public abstract record RefundStep
{
    private RefundStep()
    {
    }

    public sealed record Wait(DateTimeOffset Until) : RefundStep;

    /// <summary>Ask the rule once more, then store the intent to send.</summary>
    public sealed record Begin : RefundStep;

    public sealed record VoidAtCarrier : RefundStep;

    public sealed record OpenTicket : RefundStep;

    public sealed record Credit : RefundStep;

    /// <summary>Only a person or the carrier's credit file moves it on.</summary>
    public sealed record AwaitDecision : RefundStep;

    public sealed record Rest : RefundStep;
}
