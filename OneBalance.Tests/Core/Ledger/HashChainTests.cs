using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Tests.Core.Ledger;

public sealed class HashChainTests
{
    private static readonly Transfer Original = new(
        new MerchantId(7), 3, LedgerTransferKind.Capture, "label/1/capture", new Money(390), "label/1/reserve",
        new DateTimeOffset(2026, 11, 2, 9, 30, 0, TimeSpan.Zero),
        [new Entry(Account.Available, new Money(390)), new Entry(Account.CarrierPayable, new Money(-390))],
        new Money(110), new Money(10), Money.Zero, []);

    public static TheoryData<Transfer> Changed =>
    [
        Original with { Merchant = new MerchantId(8) },
        Original with { Sequence = 4 },
        Original with { Kind = LedgerTransferKind.Surcharge },
        Original with { Key = "label/2/capture" },
        Original with { Amount = new Money(391) },
        Original with { Reference = "label/2/reserve" },
        Original with { Reference = null },
        Original with { Reference = "" },
        Original with { Key = "label/1/capturelabel/1", Reference = "/reserve" },
        Original with { RecordedAt = Original.RecordedAt.AddMicroseconds(1) },
        Original with { FreeAfter = new Money(111) },
        Original with { PendingAfter = new Money(1) },
        Original with { Entries = [] },
        Original with { Entries = [.. Original.Entries.Reverse()] },
        Original with { Entries = [new Entry(Account.Available, new Money(391)), new Entry(Account.CarrierPayable, new Money(-391))] },
    ];

    [Theory, MemberData(nameof(Changed))]
    public void any_change_of_content_changes_the_hash(Transfer changed) =>
        Assert.NotEqual(HashChain.Next(HashChain.Start, Original), HashChain.Next(HashChain.Start, changed));

    [Fact]
    public void the_hash_before_is_part_of_it() =>
        Assert.NotEqual(HashChain.Next(HashChain.Start, Original), HashChain.Next(HashChain.Next(HashChain.Start, Original), Original));

    // Frozen: a change here would make every book written before look tampered with.
    [Fact]
    public void the_canonical_content_is_frozen() =>
        Assert.Equal("D49F13A83463D7476BB7A9B861ACB9AA46E228F179B5667B179577ED7F572457", Convert.ToHexString(HashChain.Next(HashChain.Start, Original)));
}
