namespace OneBalance.Core.Billing;

/// <summary>
/// What to do next for a top-up, whoever asks: the page, the return from the bank, a webhook or the sweep.
/// <code>
/// state                          payment   absent   first asked        next
/// Requested                      -         -        never              Charge
/// RequiresAction                 known     -        24 h ago or more   Cancel (nobody confirmed at the bank)
/// Charging, RequiresAction,
/// Processing                     known     -        -                  Read
/// Charging                       unknown   no       under 23 h ago     Charge (the same key answers the same payment)
/// Charging                       unknown   no       23 h ago or more   Find   (the key may be gone: it would charge again)
/// Charging                       unknown   yes      -                  Find   (nothing more is sent, so absence can be proven)
/// Charging, account closing      unknown   -        -                  Find   (nothing more is sent once it closes)
/// Succeeded, Failed,
/// AwaitingPayout                 -         -        -                  Nothing
/// </code>
/// Source: the processor may prune idempotency keys after 24 hours by its clock.
/// </summary>
public static class TopUpFlow
{
    /// <summary>
    /// How long an idempotency key is relied on; at exactly this age no longer. An hour less than the processor promises,
    /// because its clock and the way to it are not ours.
    /// </summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    /// <summary>
    /// A payment that was absent at the processor, and still is this long after with nothing sent in between, was never
    /// made; at exactly this age it counts as proven.
    /// </summary>
    public static readonly TimeSpan AbsenceProof = TimeSpan.FromMinutes(10);

    /// <summary>How long the cardholder has to confirm at the bank; at exactly this age the payment is cancelled.</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromHours(24);

    /// <param name="paymentKnown">The processor has told us the payment's id.</param>
    /// <param name="chargingSince">When the processor was first asked.</param>
    /// <param name="absentSince">When the processor first had no payment for the top-up.</param>
    /// <param name="open">The account is neither closing nor closed.</param>
    public static TopUpStep Next(TopUpState state, bool paymentKnown, DateTimeOffset? chargingSince, DateTimeOffset? absentSince, bool open, DateTimeOffset now) => state switch
    {
        TopUpState.Requested => TopUpStep.Charge,
        TopUpState.RequiresAction when paymentKnown && chargingSince is { } asked && now - asked >= ConfirmWithin => TopUpStep.Cancel,
        TopUpState.Charging or TopUpState.RequiresAction or TopUpState.Processing when paymentKnown => TopUpStep.Read,
        TopUpState.Charging or TopUpState.RequiresAction or TopUpState.Processing =>
            open && absentSince is null && chargingSince is { } since && now - since < KeyLife ? TopUpStep.Charge : TopUpStep.Find,
        TopUpState.Succeeded or TopUpState.Failed or TopUpState.AwaitingPayout => TopUpStep.Nothing,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>Whether a payment absent now was never made.</summary>
    public static bool NeverMade(DateTimeOffset? absentSince, DateTimeOffset now) => absentSince is { } since && now - since >= AbsenceProof;

    /// <summary>How long the sweep waits after this many attempts: 1, 2, 4, ... minutes, at most 6 hours.</summary>
    public static TimeSpan Wait(int attempts) => TimeSpan.FromMinutes(Math.Min(360, 1 << Math.Clamp(attempts, 0, 9)));
}

/// <summary>What to do next with a top-up.</summary>
public enum TopUpStep
{
    /// <summary>Ask the processor to charge, with the top-up's own key.</summary>
    Charge,

    /// <summary>Ask the processor whether it has a payment for the top-up; never charge.</summary>
    Find,

    /// <summary>Ask for the payment's present state.</summary>
    Read,

    /// <summary>Give the payment up at the processor: nobody confirmed it at the bank.</summary>
    Cancel,

    /// <summary>It has come to its end.</summary>
    Nothing,
}
