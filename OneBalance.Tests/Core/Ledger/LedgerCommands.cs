using CsCheck;
using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Tests.Core.Ledger;

/// <summary>Random commands that meet: few keys, few reservations, small amounts, so that every reply occurs often.</summary>
public static class LedgerCommands
{
    /// <param name="merchants">How many books.</param>
    /// <param name="keys">How many keys a book has, shared by all commands but reservations.</param>
    public static Gen<LedgerCommand> Of(int merchants, int keys) =>
        Gen.Select(
            Gen.Int[1, merchants], Gen.Int[0, 99], Gen.Int[0, keys - 1], Gen.Int[0, 1 + keys / 4], Gen.Int[1, 40],
            (merchant, kind, key, reservation, amount) => Make(
                new MerchantId(merchant), kind, $"k{key}", $"r{reservation}", new Money(amount)));

    /// <param name="kind">0 to 99; frequent commands have wide ranges.</param>
    public static LedgerCommand Make(MerchantId merchant, int kind, string key, string reservation, Money amount) => kind switch
    {
        < 18 => new Fund(merchant, key, amount),
        < 38 => new Reserve(merchant, reservation, amount),
        < 54 => new Capture(merchant, key, reservation, amount),
        < 62 => new Release(merchant, key, reservation),
        < 70 => new RefundLabel(merchant, key, reservation, amount),
        < 75 => new Surcharge(merchant, key, amount),
        < 78 => new Credit(merchant, key, amount),
        // What is reversed: often a capture, refund or funding, sometimes a reservation or something unknown.
        < 84 => new Correct(merchant, key, amount.Cents % 5 == 0 ? reservation : $"k{amount.Cents % 16}"),
        < 87 => new Dispute(merchant, key, amount),
        < 89 => new Reinstate(merchant, key, amount),
        < 90 => new RecordFee(merchant, key, amount),
        < 91 => new Pause(merchant, key),
        < 93 => new Resume(merchant, key),
        < 94 => new BeginClose(merchant, key),
        < 95 => new Reopen(merchant, key),
        < 97 => new Close(merchant, key, amount.Cents % 3 == 0 ? amount : null),
        < 98 => new ReceiveLate(merchant, key, amount),
        _ => new PayOut(merchant, key, amount, (PayoutRoute)(1 + amount.Cents % 3)),
    };
}
