using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
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
        await LeaveAskedAsync(database, merchant, new Money(5_00));

        Assert.Equal(1, await Sweep(database, act).RunAsync(CancellationToken.None));
        Assert.Equal(0, await Sweep(database, act).RunAsync(CancellationToken.None));

        Assert.Equal(new Money(5_00), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);
        await using var later = await database.Contexts.CreateDbContextAsync();
        Assert.Equal(AuditAction.GoodwillCredited, (await later.AuditEntries.SingleAsync()).Action);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task The_trail_tells_how_the_account_stood_around_the_credit_itself_whatever_moved_since(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (merchant, act) = await StartAsync(database);
        var id = await LeaveAskedAsync(database, merchant, new Money(5_00));
        foreach (LedgerCommand command in new LedgerCommand[]
        {
            new Surcharge(merchant, "surcharge/1", new Money(2_00)), new Pause(merchant, "pause/1"), new Credit(merchant, LedgerKeys.Support(id), new Money(5_00)),
            new Resume(merchant, "resume/1"), new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(50_00)),
        })
        {
            Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(command, CancellationToken.None));
        }

        await Sweep(database, act).RunAsync(CancellationToken.None);
        Assert.IsType<ActOutcome.Done>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Correction(1), Reason, Support, CancellationToken.None));
        Assert.IsType<ActOutcome.Refused>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Correction(1), Reason, Support, CancellationToken.None));

        await using var db = await database.Contexts.CreateDbContextAsync();
        var credited = await db.AuditEntries.SingleAsync(line => line.Action == AuditAction.GoodwillCredited);
        Assert.Equal("""{"available":"0.00","owed":"2.00","paused":true}""", credited.Before);
        Assert.Equal("""{"available":"3.00","owed":"0.00","paused":true,"amount":"5.00"}""", credited.After);
        var last = await db.AuditEntries.SingleAsync(line => line.Action == AuditAction.ActionRefused);
        Assert.Contains("\"available\":\"55.00\"", last.Before, StringComparison.Ordinal);
        Assert.StartsWith(last.Before![..^1], last.After, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task The_database_holds_one_credit_under_way_and_one_reversal_of_a_transfer(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (merchant, act) = await StartAsync(database);
        await LeaveAskedAsync(database, merchant, new Money(5_00));
        await Assert.ThrowsAsync<DbUpdateException>(() => LeaveAskedAsync(database, merchant, new Money(6_00)));
        await LeaveAskedAsync(database, merchant, null, reversed: "credit/1");
        await LeaveAskedAsync(database, merchant, null, reversed: "credit/2");
        await Assert.ThrowsAsync<DbUpdateException>(() => LeaveAskedAsync(database, merchant, null, reversed: "credit/2"));

        // Eight forms at once on another account: each that was let in is one credit, and no other.
        var other = await database.AddMerchantAsync("Birch Books");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            act.RunAsync(other, Guid.CreateVersion7(), new ActOrder.Goodwill(new Money(1_00)), Reason, Support, CancellationToken.None))));

        Assert.All(outcomes, outcome => Assert.True(outcome is ActOutcome.Done or ActOutcome.AnotherUnderWay, $"{outcome}"));
        Assert.Equal(new Money(100 * outcomes.OfType<ActOutcome.Done>().Count()), (await database.Ledger.BalanceAsync(other, CancellationToken.None)).Available);
    }

    [Fact]
    public async Task One_action_that_cannot_be_ended_does_not_keep_the_sweep_from_the_others()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);
        var broken = await database.AddMerchantAsync("Birch Books");
        await LeaveAskedAsync(database, broken, amount: null, minutes: 3);
        await LeaveAskedAsync(database, merchant, new Money(5_00));

        Assert.Equal(2, await Sweep(database, act).RunAsync(CancellationToken.None));

        Assert.Equal(new Money(5_00), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_credit_that_is_not_done_yet_is_shown_and_not_asked_for_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (merchant, act) = await StartAsync(database);
        await LeaveAskedAsync(database, merchant, new Money(5_00));
        var accounts = new AccountQueries(database.Contexts);

        Assert.IsType<ActOutcome.AnotherUnderWay>(await GoodwillAsync());
        Assert.IsType<ActOutcome.Done>(await act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.PauseBuying(), Reason, Support, CancellationToken.None));
        var pending = Assert.Single((await accounts.ReadAsync(Support, merchant, CancellationToken.None))!.Pending);
        Assert.Equal((SupportActionKind.Goodwill, (Money?)new Money(5_00), Reason, Support.Email), (pending.Kind, pending.Amount, pending.Reason, pending.Email));

        await Sweep(database, act).RunAsync(CancellationToken.None);
        Assert.Empty((await accounts.ReadAsync(Support, merchant, CancellationToken.None))!.Pending);
        Assert.IsType<ActOutcome.Done>(await GoodwillAsync());
        Assert.Equal(new Money(10_00), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);

        Task<ActOutcome> GoodwillAsync() => act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Goodwill(new Money(5_00)), Reason, Support, CancellationToken.None);
    }

    [Fact]
    public async Task The_same_form_pressed_with_other_content_says_that_it_differs()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (merchant, act) = await StartAsync(database);
        var id = Guid.CreateVersion7();

        Assert.IsType<ActOutcome.Done>(await RunAsync(new ActOrder.Goodwill(new Money(5_00)), Reason));
        Assert.IsType<ActOutcome.Differs>(await RunAsync(new ActOrder.Goodwill(new Money(6_00)), Reason));
        Assert.IsType<ActOutcome.Differs>(await RunAsync(new ActOrder.PauseBuying(), Reason));
        Assert.IsType<ActOutcome.Differs>(await RunAsync(new ActOrder.Goodwill(new Money(5_00)), "For another reason altogether."));
        Assert.IsType<ActOutcome.Done>(await RunAsync(new ActOrder.Goodwill(new Money(5_00)), $" {Reason} "));
        Assert.Equal(new Money(5_00), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);

        Task<ActOutcome> RunAsync(ActOrder order, string reason) => act.RunAsync(merchant, id, order, reason, Support, CancellationToken.None);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Nothing_is_added_to_a_closed_account_where_it_would_be_paid_out(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (merchant, act) = await StartAsync(database);
        await SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(50_00)));
        await SubmitAsync(new Surcharge(merchant, "surcharge/1", new Money(2_00)));
        await SubmitAsync(new Credit(merchant, "credit/1", new Money(3_00)));
        var before = await LeaveAskedAsync(database, merchant, new Money(5_00));
        await SubmitAsync(new Credit(merchant, LedgerKeys.Support(before), new Money(5_00)));
        await SubmitAsync(new BeginClose(merchant, "closing/begin"));
        await SubmitAsync(new Close(merchant, "closing/close"));
        var closed = await BookAsync();

        // What the ledger did before the account closed stays done; what comes after is refused, and told.
        Assert.IsType<ActOutcome.Done>(await act.ResumeAsync(merchant, before, CancellationToken.None));
        Assert.Equal("AccountClosed", Assert.IsType<ActOutcome.Refused>(await RunAsync(new ActOrder.Goodwill(new Money(500_00)))).Refusal);
        Assert.Equal("AccountClosed", Assert.IsType<ActOutcome.Refused>(await RunAsync(new ActOrder.Correction(2))).Refusal);
        Assert.Equal(closed, await BookAsync());
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            Assert.Equal(2, await db.AuditEntries.CountAsync(line => line.Action == AuditAction.ActionRefused));
        }

        // A credit given in error is taken back from a closed account too.
        Assert.IsType<ActOutcome.Done>(await RunAsync(new ActOrder.Correction(3)));

        Task<ActOutcome> RunAsync(ActOrder order) => act.RunAsync(merchant, Guid.CreateVersion7(), order, Reason, Support, CancellationToken.None);

        async Task SubmitAsync(LedgerCommand command) => Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(command, CancellationToken.None));

        async Task<(long Available, long PayoutClearing, long Adjustment)> BookAsync()
        {
            await using var db = await database.Contexts.CreateDbContextAsync();
            var book = await db.LedgerBooks.AsNoTracking().SingleAsync(row => row.MerchantId == merchant);
            return (book.Available, book.PayoutClearing, book.Adjustment);
        }
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

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task The_refund_of_a_label_is_not_reversed_because_its_credit_note_is_issued(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (merchant, act) = await StartAsync(database);
        foreach (LedgerCommand command in new LedgerCommand[]
        {
            new Credit(merchant, "credit/1", new Money(50_00)),
            new Reserve(merchant, "label/1", new Money(20_00)),
            new Capture(merchant, "label/1/capture", "label/1", new Money(20_00)),
            new RefundLabel(merchant, "label/1/refund", "label/1", new Money(20_00)),
        })
        {
            Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(command, CancellationToken.None));
        }

        Assert.IsType<ActOutcome.NotReversible>(await RunAsync(4));
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            Assert.False(await db.SupportActions.AnyAsync());
        }

        // Nor is the capture: what was given back already would be given back again.
        Assert.Equal("MoreThanCaptured", Assert.IsType<ActOutcome.Refused>(await RunAsync(3)).Refusal);
        Assert.Equal(new Money(50_00), (await database.Ledger.BalanceAsync(merchant, CancellationToken.None)).Available);

        Task<ActOutcome> RunAsync(long transfer) =>
            act.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.Correction(transfer), Reason, Support, CancellationToken.None);
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

    private static SupportActionSweep Sweep(TestDatabase database, ActOnAccount act) => new(database.Contexts, act, database.Time, NullLogger<SupportActionSweep>.Instance);

    /// <summary>As a crash leaves it between asking and the ledger's answer.</summary>
    private static async Task<Guid> LeaveAskedAsync(TestDatabase database, MerchantId merchant, Money? amount, int minutes = 2, string? reversed = null)
    {
        var action = new SupportAction
        {
            MerchantId = merchant,
            Id = Guid.CreateVersion7(),
            Kind = reversed is null ? SupportActionKind.Goodwill : SupportActionKind.Correction,
            State = SupportActionState.Asked,
            Amount = amount,
            Reversed = reversed,
            Reason = Reason,
            UserId = Support.UserId,
            Email = Support.Email,
            AskedAt = database.Time.GetUtcNow().AddMinutes(-minutes),
        };
        await using var db = await database.Contexts.CreateDbContextAsync();
        db.SupportActions.Add(action);
        await db.SaveChangesAsync();
        return action.Id;
    }

    private static async Task<(MerchantId Merchant, ActOnAccount Act)> StartAsync(TestDatabase database)
    {
        var merchant = await database.AddMerchantAsync();
        return (merchant, new ActOnAccount(database.Contexts, database.Ledger, new AuditTrail(database.Time), database.Time));
    }
}
