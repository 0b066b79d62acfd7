namespace OneBalance.Core.Closing;

/// <summary>One part of a payout, as the flow sees it.</summary>
/// <param name="ToCard">False for cheque or transfer: support sends it.</param>
/// <param name="Refund">The state of its refund at the processor; null while there is none.</param>
/// <param name="Due">The next attempt's time has come.</param>
public sealed record LotFacts(Guid Id, PayoutLotState State, bool ToCard, Money Amount, RefundStanding? Refund, bool Due);

/// <summary>How a refund stands at the processor.</summary>
public enum RefundStanding
{
    Pending,
    Succeeded,

    /// <summary>Failed or cancelled, also after it had succeeded: the money is back.</summary>
    Failed,
}

/// <summary>What a cancellation does next: a closed set. Each may be repeated after a crash.</summary>
public abstract record ClosingStep
{
    private ClosingStep()
    {
    }

    /// <summary>Stop buying.</summary>
    public sealed record Begin : ClosingStep;

    /// <summary>Allow buying again.</summary>
    public sealed record Reopen : ClosingStep;

    /// <summary>Set the whole remainder aside.</summary>
    public sealed record Close : ClosingStep;

    /// <summary>Plan this much, which no part of the plan covers.</summary>
    public sealed record Plan(Money Amount) : ClosingStep;

    /// <summary>Refund this part to its card, or find out what became of that.</summary>
    public sealed record Send(Guid Lot) : ClosingStep;

    /// <summary>Ask the processor how this part's refund stands.</summary>
    public sealed record Ask(Guid Lot) : ClosingStep;

    /// <summary>The refund is done.</summary>
    public sealed record Settle(Guid Lot) : ClosingStep;

    /// <summary>The refund failed: take its money back in.</summary>
    public sealed record Return(Guid Lot) : ClosingStep;

    /// <summary>Everything is paid.</summary>
    public sealed record Finish : ClosingStep;

    /// <summary>Nothing to do now: people, the processor or time move it on.</summary>
    public sealed record Wait : ClosingStep;
}

/// <summary>Decides the next step of a cancellation from what is stored.</summary>
public static class ClosingFlow
{
    /// <param name="setAside">What the ledger holds for the payout now, read after the lots.</param>
    public static ClosingStep Next(ClosingState state, IReadOnlyList<LotFacts> lots, Money setAside) => state switch
    {
        ClosingState.Opening => new ClosingStep.Begin(),
        ClosingState.Withdrawing => new ClosingStep.Reopen(),
        ClosingState.Approved => new ClosingStep.Close(),
        ClosingState.PayingOut or ClosingState.Paid => NextOfPayout(state, lots, setAside),
        ClosingState.Requested or ClosingState.Closing or ClosingState.Withdrawn => new ClosingStep.Wait(),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>
    /// What of the money set aside no part of the plan speaks for. Parts that have not left yet still lie in it; one that
    /// is being taken back in may lie in it already. Parts read before the ledger can make this too small, never too large.
    /// </summary>
    public static Money Unplanned(IEnumerable<LotFacts> lots, Money setAside) => Money.Max(
        setAside - lots.Where(lot => lot.State is PayoutLotState.Planned or PayoutLotState.Sending or PayoutLotState.Returning).Sum(lot => lot.Amount),
        Money.Zero);

    private static ClosingStep NextOfPayout(ClosingState state, IReadOnlyList<LotFacts> lots, Money setAside)
    {
        // What failed first: its money comes back into the plan before anything is called finished.
        foreach (var lot in lots)
        {
            if (lot.State == PayoutLotState.Returning || (lot.State is PayoutLotState.Sent or PayoutLotState.Paid && lot.Refund == RefundStanding.Failed))
            {
                return new ClosingStep.Return(lot.Id);
            }
        }

        if (Unplanned(lots, setAside) is { IsPositive: true } unplanned)
        {
            return new ClosingStep.Plan(unplanned);
        }

        foreach (var lot in lots)
        {
            switch (lot)
            {
                case { State: PayoutLotState.Planned or PayoutLotState.Sending, ToCard: true, Due: true }:
                case { State: PayoutLotState.Sending, ToCard: false }:
                    return new ClosingStep.Send(lot.Id);
                case { State: PayoutLotState.Sent, Refund: RefundStanding.Succeeded }:
                    return new ClosingStep.Settle(lot.Id);
                case { State: PayoutLotState.Sent, Due: true }:
                    return new ClosingStep.Ask(lot.Id);
                default:
                    break;
            }
        }

        return state == ClosingState.PayingOut && lots.All(lot => lot.State is PayoutLotState.Paid or PayoutLotState.Failed)
            ? new ClosingStep.Finish()
            : new ClosingStep.Wait();
    }

    /// <summary>How long a part waits for its next attempt: a minute first, then twice as long each time, a day at most.</summary>
    /// <param name="attempts">Made so far.</param>
    public static TimeSpan Pause(int attempts) => attempts >= 11 ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(1 << Math.Max(attempts - 1, 0));
}
