namespace OneBalance.Core.Ledger;

/// <summary>What a merchant sees of the book.</summary>
/// <param name="Available">Can be spent now: the available account less <paramref name="Held"/>. Never negative.</param>
/// <param name="Held">Reserved for labels being bought.</param>
/// <param name="Owed">On receivable: paid first by the next funding.</param>
public readonly record struct Balance(Money Available, Money Held, Money Owed)
{
    public static readonly Balance Empty = new(Money.Zero, Money.Zero, Money.Zero);
}
