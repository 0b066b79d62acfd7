using OneBalance.Core.Ledger;

namespace OneBalance.Core.Closing;

/// <summary>One part of a payout, as the flow sees it.</summary>
/// <param name="Refund">The state of its refund at the processor; null while there is none.</param>
/// <param name="Due">The next attempt's time has come.</param>
/// <param name="MayLeave">It needs no approval of its own, or has it.</param>
public sealed record LotFacts(Guid Id, PayoutLotState State, PayoutRoute Route, Money Amount, RefundStanding? Refund, bool Due, bool MayLeave = true);

/// <summary>The money around a payout, read after its parts.</summary>
/// <param name="SetAside">What the ledger holds for it.</param>
/// <param name="Owed">What the merchant owes all the same, e.g. after a dispute.</param>
/// <param name="Disputed">A card payment is disputed and its bank has not decided: what is owed may still be given back.</param>
public sealed record PayoutMoney(Money SetAside, Money Owed, bool Disputed)
{
    /// <summary>What has not left stays until the bank has decided and nothing is owed.</summary>
    public bool Holds => Disputed || Owed.IsPositive;
}

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

    /// <summary>Plan this much, which no part of the plan covers; <paramref name="Owed"/> of it pays what is owed.</summary>
    public sealed record Plan(Money Amount, Money Owed) : ClosingStep;

    /// <summary>Take this part, which has not left, out of the plan: what is owed comes first.</summary>
    public sealed record Replace(Guid Lot) : ClosingStep;

    /// <summary>Refund this part to its card, or find out what became of that; pay what is owed with it.</summary>
    public sealed record Send(Guid Lot) : ClosingStep;

    /// <summary>Find out whether this part was refunded, and do not refund it now.</summary>
    public sealed record Find(Guid Lot) : ClosingStep;

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
    /// <param name="money">Read after the lots.</param>
    public static ClosingStep Next(ClosingState state, IReadOnlyList<LotFacts> lots, PayoutMoney money) => state switch
    {
        ClosingState.Opening => new ClosingStep.Begin(),
        ClosingState.Withdrawing => new ClosingStep.Reopen(),
        ClosingState.Approved => new ClosingStep.Close(),
        ClosingState.PayingOut or ClosingState.Paid => NextOfPayout(state, lots, money),
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

    /// <summary>What was sent and found absent is believed to be absent after this long: nothing is on its way any more.</summary>
    public static readonly TimeSpan AbsenceProof = TimeSpan.FromMinutes(10);

    private static ClosingStep NextOfPayout(ClosingState state, IReadOnlyList<LotFacts> lots, PayoutMoney money)
    {
        // What failed first: its money comes back into the plan before anything is called finished.
        foreach (var lot in lots)
        {
            if (lot.State == PayoutLotState.Returning || (lot.State is PayoutLotState.Sent or PayoutLotState.Paid && lot.Refund == RefundStanding.Failed))
            {
                return new ClosingStep.Return(lot.Id);
            }
        }

        var unplanned = Unplanned(lots, money.SetAside);
        if (!money.Disputed && NextOfPlan(lots, unplanned, money.Owed) is { } planning)
        {
            return planning;
        }

        foreach (var lot in lots)
        {
            switch (lot)
            {
                case { State: PayoutLotState.Planned, Route: PayoutRoute.Card, Due: true, MayLeave: true } when !money.Holds:
                case { State: PayoutLotState.Sending, Route: PayoutRoute.Card, Due: true } when !money.Holds:
                case { State: PayoutLotState.Sending, Route: PayoutRoute.Bank }:
                    return new ClosingStep.Send(lot.Id);
                case { State: PayoutLotState.Sending, Route: PayoutRoute.Card, Due: true }:
                    return new ClosingStep.Find(lot.Id);
                case { State: PayoutLotState.Sent, Refund: RefundStanding.Succeeded }:
                    return new ClosingStep.Settle(lot.Id);
                case { State: PayoutLotState.Sent, Due: true }:
                    return new ClosingStep.Ask(lot.Id);
                default:
                    break;
            }
        }

        return state == ClosingState.PayingOut && unplanned.IsZero && lots.All(lot => lot.State is PayoutLotState.Paid or PayoutLotState.Failed or PayoutLotState.Replaced)
            ? new ClosingStep.Finish()
            : new ClosingStep.Wait();
    }

    /// <summary>What is owed is paid first, out of what has no part yet, then out of parts that have not left, the last one first.</summary>
    private static ClosingStep? NextOfPlan(IReadOnlyList<LotFacts> lots, Money unplanned, Money owed)
    {
        if (lots.FirstOrDefault(lot => lot is { State: PayoutLotState.Planned, Route: PayoutRoute.Owed }) is { } paying)
        {
            return new ClosingStep.Send(paying.Id);
        }

        if (owed > unplanned && lots.LastOrDefault(lot => lot.State == PayoutLotState.Planned) is { } last)
        {
            return new ClosingStep.Replace(last.Id);
        }

        return unplanned.IsPositive ? new ClosingStep.Plan(unplanned, Money.Min(owed, unplanned)) : null;
    }

    /// <summary>How long a part waits for its next attempt: a minute first, then twice as long each time, a day at most.</summary>
    /// <param name="attempts">Made so far.</param>
    public static TimeSpan Pause(int attempts) => attempts >= 11 ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(1 << Math.Max(attempts - 1, 0));
}
