using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Adjustments;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Tests.Web.Features.Adjustments;

/// <summary>A line of the carrier's invoice: told with evidence, debited once, disputed in time, decided by support.</summary>
public sealed class AdjustmentTests
{
    private const string Words = "2.4 kg instead of 1.2 kg at the sorting plant.";

    private static readonly Actor Support = new("support-1", "support@example.com", "192.0.2.7");
    private static readonly Actor Owner = new("owner-1", "owner@example.com", "192.0.2.8");

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_line_is_told_and_debited_once_then_disputed_and_credited(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(50_00)));
        var order = Order("line-1", 3_20);

        Assert.IsType<NoticeAdjustmentOutcome.Debited>(await NoticeAsync(order));
        Assert.IsType<NoticeAdjustmentOutcome.Debited>(await NoticeAsync(order));
        Assert.IsType<NoticeAdjustmentOutcome.Differs>(await NoticeAsync(order with { Amount = new Money(4_20) }));
        Assert.IsType<NoticeAdjustmentOutcome.Differs>(await NoticeAsync(order with { Explanation = "Another parcel, another explanation." }));
        Assert.IsType<NoticeAdjustmentOutcome.EnteredBefore>(await NoticeAsync(order with { Id = Guid.CreateVersion7() }));
        Assert.Equal(new Money(46_80), await bench.AvailableAsync(merchant));

        var id = new AdjustmentId(order.Id);
        Assert.IsType<DisputeAdjustmentOutcome.Disputed>(await DisputeAsync(id));
        Assert.IsType<DisputeAdjustmentOutcome.NotPossible>(await DisputeAsync(id));
        Assert.IsType<DecideAdjustmentOutcome.Decided>(await DecideAsync(id, credit: true));
        Assert.IsType<DecideAdjustmentOutcome.DecidedBefore>(await DecideAsync(id, credit: false));
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));

        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal(AdjustmentState.Credited, (await db.CarrierAdjustments.SingleAsync()).State);
        Assert.Equal(
            [(AuditAction.AdjustmentNoticed, Support.Email), (AuditAction.AdjustmentDisputed, Owner.Email), (AuditAction.AdjustmentCredited, Support.Email)],
            (await db.AuditEntries.OrderBy(line => line.At).ToListAsync()).Select(line => (line.Action, line.Email)));

        Task<NoticeAdjustmentOutcome> NoticeAsync(AdjustmentOrder wanted) =>
            bench.App.InScopeAsync<NoticeAdjustment, NoticeAdjustmentOutcome>(notice => notice.RunAsync(merchant, wanted, Support, CancellationToken.None));

        Task<DisputeAdjustmentOutcome> DisputeAsync(AdjustmentId which) =>
            bench.App.InScopeAsync<DisputeAdjustment, DisputeAdjustmentOutcome>(dispute => dispute.RunAsync(merchant, which, Words, Owner, CancellationToken.None));

        Task<DecideAdjustmentOutcome> DecideAsync(AdjustmentId which, bool credit) =>
            bench.App.InScopeAsync<DecideAdjustment, DecideAdjustmentOutcome>(decide => decide.RunAsync(merchant, which, credit, Words, Support, CancellationToken.None));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, AdjustmentState.Noticed, AdjustmentState.Debited, 6_80)]
    [InlineData(DatabaseProvider.Sqlite, AdjustmentState.CreditDue, AdjustmentState.Credited, 10_00)]
    [InlineData(DatabaseProvider.Postgres, AdjustmentState.Noticed, AdjustmentState.Debited, 6_80)]
    [InlineData(DatabaseProvider.Postgres, AdjustmentState.CreditDue, AdjustmentState.Credited, 10_00)]
    public async Task What_a_crash_left_before_the_money_moved_is_ended_once(DatabaseProvider provider, AdjustmentState left, AdjustmentState end, long available)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync();
        await database.Ledger.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(10_00)), CancellationToken.None);
        var id = Guid.CreateVersion7();
        if (left == AdjustmentState.CreditDue)
        {
            await database.Ledger.SubmitAsync(new Surcharge(merchant, LedgerKeys.AdjustmentDebit(id), new Money(3_20)), CancellationToken.None);
        }

        await using var db = await database.Contexts.CreateDbContextAsync();
        db.CarrierAdjustments.Add(Row(merchant, id, left, time.GetUtcNow()));
        await db.SaveChangesAsync();
        var flow = new AdjustmentFlow(database.Contexts, database.Ledger, time);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => flow.RunAsync(merchant, id, CancellationToken.None)));

        Assert.Equal(end, (await db.CarrierAdjustments.AsNoTracking().SingleAsync()).State);
        Assert.Equal(new Money(available), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task After_thirty_days_it_stands(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var merchant = await database.AddMerchantAsync();
        var row = Row(merchant, Guid.CreateVersion7(), AdjustmentState.Debited, time.GetUtcNow());
        row.DebitedAt = time.GetUtcNow();
        await using var db = await database.Contexts.CreateDbContextAsync();
        db.CarrierAdjustments.Add(row);
        await db.SaveChangesAsync();
        time.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));

        Assert.IsType<DisputeAdjustmentOutcome.TooLate>(
            await new DisputeAdjustment(database.Contexts, new AuditTrail(time), time).RunAsync(merchant, new AdjustmentId(row.Id), Words, Owner, CancellationToken.None));
    }

    private static AdjustmentOrder Order(string line, long cents) =>
        new(Guid.CreateVersion7(), line, "", AdjustmentKind.Reweigh, new Money(cents), Words, "scale.pdf", "%PDF-1.4"u8.ToArray());

    private static CarrierAdjustment Row(MerchantId merchant, Guid id, AdjustmentState state, DateTimeOffset at) => new()
    {
        MerchantId = merchant,
        Id = id,
        CarrierLineId = "line-1",
        Kind = AdjustmentKind.Reweigh,
        State = state,
        Amount = new Money(3_20),
        Explanation = Words,
        EvidenceName = "scale.pdf",
        EvidenceType = "application/pdf",
        Evidence = "%PDF-1.4"u8.ToArray(),
        NoticedAt = at,
    };
}
