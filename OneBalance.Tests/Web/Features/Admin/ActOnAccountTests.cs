using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Core.Support;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>Support acts with a reason, once, and the trail tells of it.</summary>
public sealed class ActOnAccountTests
{
    private const string Reason = "The parcel came a week late.";

    private static readonly Actor Support = new("support-1", "support@example.com", "192.0.2.7");

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_goodwill_credit_pressed_twice_is_credited_once_and_told_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (merchant, act) = await StartAsync(database);
        var id = Guid.CreateVersion7();
        var order = new ActOrder.Goodwill(new Money(12_50));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => act.RunAsync(merchant, id, order, Reason, Support, CancellationToken.None)));

        Assert.All(outcomes, outcome => Assert.IsType<ActOutcome.Done>(outcome));
        Assert.Equal(new Money(12_50), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);
        await using var db = await database.Contexts.CreateDbContextAsync();
        var line = await db.AuditEntries.SingleAsync();
        Assert.Equal((AuditAction.GoodwillCredited, Reason, "support@example.com", "192.0.2.7"), (line.Action, line.Reason, line.Email, line.Address));
        Assert.Contains("\"available\":\"0.00\"", line.Before, StringComparison.Ordinal);
        Assert.Contains("\"available\":\"12.50\"", line.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_crash_left_before_the_ledger_was_asked_is_ended_by_the_sweep()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            db.SupportActions.Add(new SupportAction
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(),
                Kind = SupportActionKind.Goodwill,
                State = SupportActionState.Asked,
                Amount = new Money(5_00),
                Reason = Reason,
                UserId = Support.UserId,
                Email = Support.Email,
                AskedAt = database.Time.GetUtcNow().AddMinutes(-2),
            });
            await db.SaveChangesAsync();
        }

        Assert.Equal(1, await new SupportActionSweep(database.Contexts, act, database.Time).RunAsync(CancellationToken.None));
        Assert.Equal(0, await new SupportActionSweep(database.Contexts, act, database.Time).RunAsync(CancellationToken.None));

        Assert.Equal(new Money(5_00), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);
        await using var later = await database.Contexts.CreateDbContextAsync();
        Assert.Equal(AuditAction.GoodwillCredited, (await later.AuditEntries.SingleAsync()).Action);
    }

    [Fact]
    public async Task A_transfer_is_reversed_once_and_the_second_attempt_is_refused_and_told()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);
        await RunAsync(new ActOrder.Goodwill(new Money(20_00)));

        Assert.IsType<ActOutcome.Done>(await RunAsync(new ActOrder.Correction(1)));
        Assert.Equal("AlreadyReversed", Assert.IsType<ActOutcome.Refused>(await RunAsync(new ActOrder.Correction(1))).Refusal);

        Assert.Equal(Money.Zero, (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);
        await using var db = await database.Contexts.CreateDbContextAsync();
        Assert.Equal(
            [AuditAction.GoodwillCredited, AuditAction.TransferCorrected, AuditAction.ActionRefused],
            await db.AuditEntries.OrderBy(line => line.At).ThenBy(line => line.Id).Select(line => line.Action).ToListAsync());

        Task<ActOutcome> RunAsync(ActOrder order) => act.RunAsync(merchant, Guid.CreateVersion7(), order, Reason, Support, CancellationToken.None);
    }

    [Fact]
    public async Task Funds_from_a_card_are_not_reversed_from_the_desk()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);
        await database.Ledger.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(50_00)), CancellationToken.None);

        Assert.IsType<ActOutcome.NotReversible>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Correction(1), Reason, Support, CancellationToken.None));
        Assert.IsType<ActOutcome.NotReversible>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Correction(7), Reason, Support, CancellationToken.None));
    }

    [Fact]
    public async Task Paused_buying_is_refused_until_it_is_resumed()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);
        await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Goodwill(new Money(50_00)), Reason, Support, CancellationToken.None);

        Assert.IsType<ActOutcome.Done>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.PauseBuying(), Reason, Support, CancellationToken.None));
        Assert.IsType<LedgerRefusal.Paused>(Assert.IsType<LedgerReply.Refused>(await ReserveAsync()).Reason);
        Assert.IsType<ActOutcome.Done>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.ResumeBuying(), Reason, Support, CancellationToken.None));
        Assert.IsType<LedgerReply.Accepted>(await ReserveAsync());

        Task<LedgerReply> ReserveAsync() => database.Ledger.SubmitAsync(new Reserve(merchant, LedgerKeys.Reserve(new LabelId(Guid.CreateVersion7())), new Money(5_00)), CancellationToken.None);
    }

    [Theory]
    [InlineData("too short", 10_00)]
    [InlineData(Reason, 0)]
    [InlineData(Reason, 500_01)]
    public async Task Without_a_reason_or_out_of_bounds_nothing_happens(string reason, long cents)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);

        Assert.IsNotType<ActOutcome.Done>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Goodwill(new Money(cents)), reason, Support, CancellationToken.None));
        await Assert.ThrowsAsync<NotOfSupportException>(() => act.RunAsync(
            merchant, Guid.CreateVersion7(), new ActOrder.Goodwill(new Money(1_00)), Reason, SupportAccess.OfPerson(Support, _ => Task.FromResult(DeskRole.None)), CancellationToken.None));
        await using var db = await database.Contexts.CreateDbContextAsync();
        Assert.False(await db.SupportActions.AnyAsync());
    }

    private static async Task<(MerchantId Merchant, ActOnAccount Act)> StartAsync(TestDatabase database)
    {
        var merchant = await database.AddMerchantAsync();
        return (merchant, new ActOnAccount(database.Contexts, database.Ledger, new AuditTrail(database.Time), database.Time));
    }
}
