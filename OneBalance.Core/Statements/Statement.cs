using OneBalance.Core.Ledger;

namespace OneBalance.Core.Statements;

/// <summary>What a movement of the balance was for.</summary>
public enum StatementCategory
{
    Funds,
    Labels,
    LabelRefunds,
    Surcharges,
    Credits,
    Corrections,
    Disputes,
    Closing,
}

/// <summary>One transfer's effect on what the merchant has.</summary>
/// <param name="Sequence">Its number in the merchant's book.</param>
/// <param name="Amount">Positive when the balance grew; never zero.</param>
public sealed record StatementMovement(long Sequence, StatementCategory Category, DateTimeOffset At, Money Amount);

/// <param name="Received">Sum of what came in.</param>
/// <param name="Paid">Sum of what went out, negative or zero.</param>
public sealed record StatementTotal(StatementCategory Category, int Count, Money Received, Money Paid)
{
    public Money Net => Received + Paid;
}

/// <summary>The balance at the end of a day on which it moved.</summary>
public sealed record StatementDay(DateOnly Day, Money Balance);

/// <summary>
/// A period of a merchant's book in the merchant's terms. The balance of a statement is the available account less what is owed:
/// what is held for a label being bought is still the merchant's, and what a forced debit took beyond the balance is a debt.
/// </summary>
public sealed record Statement(Money Opening, IReadOnlyList<StatementMovement> Movements, IReadOnlyList<StatementTotal> Totals, Money Closing)
{
    /// <param name="movements">In the book's order.</param>
    public static Statement Of(Money opening, IReadOnlyList<StatementMovement> movements) => new(
        opening,
        movements,
        [
            .. movements.GroupBy(movement => movement.Category).OrderBy(group => group.Key).Select(group => new StatementTotal(
                group.Key,
                group.Count(),
                group.Where(movement => movement.Amount.IsPositive).Sum(movement => movement.Amount),
                group.Where(movement => movement.Amount.IsNegative).Sum(movement => movement.Amount))),
        ],
        opening + movements.Sum(movement => movement.Amount));

    /// <summary>Whether it ends where the ledger says, and its parts make its whole: both to the cent.</summary>
    public bool Reconciles(Money ledgerClosing) => Closing == ledgerClosing && Opening + Totals.Sum(total => total.Net) == Closing;

    /// <summary>The balance at each day's end: the first day, every day on which it moved, and the last.</summary>
    /// <param name="dayOf">In which calendar a moment lies.</param>
    public IReadOnlyList<StatementDay> Days(StatementPeriod period, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var ends = new SortedDictionary<DateOnly, Money>();
        var balance = Opening;
        ends[period.From] = balance;
        foreach (var movement in Movements)
        {
            balance += movement.Amount;
            ends[dayOf(movement.At)] = balance;
        }

        ends[period.To] = balance;
        return [.. ends.Select(end => new StatementDay(end.Key, end.Value))];
    }

    /// <summary>What a transfer did to the balance of a statement: available and owed together.</summary>
    public static Money Change(IEnumerable<Entry> entries) =>
        -entries.Where(entry => entry.Account is Account.Available or Account.Receivable).Sum(entry => entry.Amount);

    /// <summary>Null for transfers that never move what the merchant has.</summary>
    public static StatementCategory? CategoryOf(LedgerTransferKind kind, string key) => kind switch
    {
        LedgerTransferKind.Fund or LedgerTransferKind.ReceiveLate => StatementCategory.Funds,
        LedgerTransferKind.Capture => StatementCategory.Labels,
        LedgerTransferKind.RefundLabel => StatementCategory.LabelRefunds,
        LedgerTransferKind.Surcharge => LedgerKeyParts.IsPriceDifference(key) ? StatementCategory.Labels : StatementCategory.Surcharges,
        LedgerTransferKind.Credit => StatementCategory.Credits,
        LedgerTransferKind.Correct => LedgerKeyParts.IsRefundOfDifference(key) ? StatementCategory.LabelRefunds : StatementCategory.Corrections,
        LedgerTransferKind.Dispute or LedgerTransferKind.Reinstate => StatementCategory.Disputes,
        LedgerTransferKind.Close => StatementCategory.Closing,
        LedgerTransferKind.Reserve or LedgerTransferKind.Release or LedgerTransferKind.RecordFee or LedgerTransferKind.Pause or LedgerTransferKind.Resume
            or LedgerTransferKind.BeginClose or LedgerTransferKind.Reopen or LedgerTransferKind.PayOut => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
