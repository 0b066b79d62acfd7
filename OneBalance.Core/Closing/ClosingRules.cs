namespace OneBalance.Core.Closing;

/// <summary>What of an account is not settled; all of it must be before approval.</summary>
/// <param name="Held">Money reserved for labels being bought.</param>
/// <param name="Owed">What the merchant owes.</param>
/// <param name="Purchases">Labels whose purchase is under way or unknown.</param>
/// <param name="Claims">Voids and refund claims that have not ended.</param>
/// <param name="Disputes">Card payments whose dispute the bank has not decided.</param>
/// <param name="TopUps">Fundings that have not come to their end.</param>
/// <param name="Adjustments">What the carrier charges afterwards and is neither debited nor decided yet.</param>
/// <param name="SupportActions">What support has asked of the account and the ledger has not answered.</param>
public sealed record ClosingFacts(Money Held, Money Owed, int Purchases, int Claims, int Disputes, int TopUps, int Adjustments, int SupportActions)
{
    /// <summary>In the order in which they are shown.</summary>
    public IReadOnlyList<ClosingBlocker> Blockers =>
    [
        .. Held.IsPositive ? [ClosingBlocker.HeldMoney] : Array.Empty<ClosingBlocker>(),
        .. Purchases > 0 ? [ClosingBlocker.Purchases] : Array.Empty<ClosingBlocker>(),
        .. Claims > 0 ? [ClosingBlocker.Claims] : Array.Empty<ClosingBlocker>(),
        .. Disputes > 0 ? [ClosingBlocker.Disputes] : Array.Empty<ClosingBlocker>(),
        .. TopUps > 0 ? [ClosingBlocker.TopUps] : Array.Empty<ClosingBlocker>(),
        .. Adjustments > 0 ? [ClosingBlocker.Adjustments] : Array.Empty<ClosingBlocker>(),
        .. SupportActions > 0 ? [ClosingBlocker.SupportActions] : Array.Empty<ClosingBlocker>(),
        .. Owed.IsPositive ? [ClosingBlocker.Debt] : Array.Empty<ClosingBlocker>(),
    ];
}

/// <summary>Why an account cannot be closed yet.</summary>
public enum ClosingBlocker
{
    HeldMoney,
    Purchases,
    Claims,
    Disputes,
    TopUps,
    Adjustments,
    SupportActions,
    Debt,
}

/// <summary>What the rules say to an approval: a closed set.</summary>
public abstract record ApprovalDecision
{
    private ApprovalDecision()
    {
    }

    public sealed record Approve : ApprovalDecision;

    /// <summary>Requested, approved before, or taken back; or nothing came in late: there is nothing to approve.</summary>
    public sealed record NotClosing : ApprovalDecision;

    public sealed record Blocked(IReadOnlyList<ClosingBlocker> Blockers) : ApprovalDecision;

    /// <summary>The remainder is not what the approver has seen.</summary>
    public sealed record AmountChanged(Money Now) : ApprovalDecision;

    /// <summary>Above the limit whoever opened the cancellation does not approve it.</summary>
    public sealed record SecondPersonNeeded(Money Above) : ApprovalDecision;
}

/// <summary>The rules of a cancellation (rules 13 to 15). The remainder is paid as a whole: no rule here takes an amount to pay.</summary>
public static class ClosingRules
{
    /// <summary>Whether the merchant may take the request back: until approval.</summary>
    public static bool MayWithdraw(ClosingState state) => state is ClosingState.Requested or ClosingState.Opening or ClosingState.Closing;

    /// <summary>Whether one person may open and approve: up to the limit, which is included.</summary>
    public static bool OnePersonMayApprove(Money remainder, Money limit) => remainder <= limit;

    /// <summary>Whether what came in after closing needs an approval of its own: as soon as it takes the sum since the last approval above the limit.</summary>
    /// <param name="since">What came in late since then and was planned without one.</param>
    public static bool SupplementNeedsApproval(Money since, Money late, Money limit) => !OnePersonMayApprove(since + late, limit);

    /// <summary>What came in after closing is approved as a whole, and never by whoever opened the cancellation: it is above the limit.</summary>
    /// <param name="waiting">The parts that wait for approval.</param>
    /// <param name="seen">What the approver was shown.</param>
    public static ApprovalDecision ApproveSupplement(Money waiting, Money seen, Money limit, string openedBy, string approver)
    {
        if (!waiting.IsPositive)
        {
            return new ApprovalDecision.NotClosing();
        }

        if (waiting != seen)
        {
            return new ApprovalDecision.AmountChanged(waiting);
        }

        return openedBy == approver ? new ApprovalDecision.SecondPersonNeeded(limit) : new ApprovalDecision.Approve();
    }

    /// <param name="remainder">What would be paid out now.</param>
    /// <param name="seen">What the approver was shown.</param>
    public static ApprovalDecision Approve(ClosingState state, ClosingFacts facts, Money remainder, Money seen, Money limit, string openedBy, string approver)
    {
        if (state != ClosingState.Closing)
        {
            return new ApprovalDecision.NotClosing();
        }

        if (facts.Blockers is { Count: > 0 } blockers)
        {
            return new ApprovalDecision.Blocked(blockers);
        }

        if (remainder != seen)
        {
            return new ApprovalDecision.AmountChanged(remainder);
        }

        return OnePersonMayApprove(remainder, limit) || openedBy != approver
            ? new ApprovalDecision.Approve()
            : new ApprovalDecision.SecondPersonNeeded(limit);
    }
}
