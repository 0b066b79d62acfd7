namespace OneBalance.Core.Refunds;

/// <summary>
/// How far a request has come. Persisted: values are frozen.
/// <code>
/// void    Scheduled -> Requested -> CarrierVoided -> Credited | Refused
/// claim   Scheduled -> Requested -> ClaimOpen(ticket) -> ClaimGranted -> Credited | Rejected(reason); Refused when no ticket is given
/// either  Scheduled -> Withdrawn, before anything was sent
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
        (RefundState.Credited or RefundState.Refused or RefundState.Withdrawn or RefundState.Rejected, _) => new RefundStep.Rest(),
        _ => throw new ArgumentOutOfRangeException(nameof(state), (state, kind), null),
    };

    /// <summary>A second request would ask for the same money: one is under way, or has ended for good.</summary>
    public static bool Stands(RefundState? state) => state switch
    {
        null or RefundState.Scheduled or RefundState.Refused or RefundState.Withdrawn => false,
        RefundState.Requested or RefundState.CarrierVoided or RefundState.ClaimOpen or RefundState.ClaimGranted or RefundState.Credited or RefundState.Rejected => true,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
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
