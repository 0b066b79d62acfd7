using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Tests.Core.Ledger;

public sealed class LedgerRulesTests
{
    private static readonly MerchantId Shop = new(7);
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void a_funding_debits_card_clearing_and_credits_available() =>
        Assert.Equal([(Account.Available, -500L), (Account.CardClearing, 500L)], EntriesOf(new Fund(Shop, "f", new(500))));

    [Fact]
    public void a_funding_pays_what_is_owed_first() =>
        Assert.Equal(
            [(Account.Available, -200L), (Account.CardClearing, 500L), (Account.Receivable, -300L)],
            EntriesOf(new Surcharge(Shop, "s", new(300)), new Fund(Shop, "f", new(500))));

    [Fact]
    public void a_reservation_posts_nothing_and_takes_from_what_is_free()
    {
        var book = After(new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(500)));

        Assert.Empty(book.Last.Entries);
        Assert.Equal((0L, -500L, 500L), (book.Last.FreeAfter.Cents, book.Last.FreeChange.Cents, book.Last.PendingAfter.Cents));
    }

    [Fact]
    public void one_cent_more_than_is_free_is_refused() =>
        Assert.Equal(
            new LedgerRefusal.InsufficientFunds(new Money(500), new Money(501)),
            RefusalOf(new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(501))));

    [Fact]
    public void a_capture_posts_its_amount_and_releases_the_rest()
    {
        var book = After(new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(400)), new Capture(Shop, "c", "r", new(390)));

        Assert.Equal([new Entry(Account.Available, new(390)), new Entry(Account.CarrierPayable, new(-390))], book.Last.Entries);
        Assert.Equal((110L, 10L, 0L), (book.Last.FreeAfter.Cents, book.Last.FreeChange.Cents, book.Last.PendingAfter.Cents));
    }

    [Fact]
    public void a_forced_debit_spares_what_is_reserved_and_is_owed_instead() =>
        Assert.Equal(
            [(Account.Available, 100L), (Account.CarrierPayable, -250L), (Account.Receivable, 150L)],
            EntriesOf(new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(400)), new Surcharge(Shop, "s", new(250))));

    [Fact]
    public void what_a_release_frees_pays_what_is_owed() =>
        Assert.Equal(
            [(Account.Available, 150L), (Account.Receivable, -150L)],
            EntriesOf(new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(400)), new Surcharge(Shop, "s", new(250)), new Release(Shop, "x", "r")));

    [Fact]
    public void who_owes_may_not_buy() =>
        Assert.Equal(new LedgerRefusal.Owing(new Money(1)), RefusalOf(new Surcharge(Shop, "s", new(1)), new Reserve(Shop, "r", new(1))));

    [Fact]
    public void a_label_is_not_refunded_beyond_its_capture() =>
        Assert.Equal(
            new LedgerRefusal.MoreThanCaptured(new Money(90), new Money(91)),
            RefusalOf(
                new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(400)), new Capture(Shop, "c", "r", new(390)),
                new RefundLabel(Shop, "b1", "r", new(300)), new RefundLabel(Shop, "b2", "r", new(91))));

    [Fact]
    public void a_fee_leaves_card_clearing_for_processing_fees() =>
        Assert.Equal([(Account.CardClearing, -17L), (Account.ProcessingFees, 17L)], EntriesOf(new RecordFee(Shop, "fee", new(17))));

    [Fact]
    public void closing_moves_the_whole_remainder() =>
        Assert.Equal(
            [(Account.Available, 500L), (Account.PayoutClearing, -500L)],
            EntriesOf(new Fund(Shop, "f", new(500)), new BeginClose(Shop, "b"), new Close(Shop, "c")));

    [Fact]
    public void nothing_is_closed_while_funds_are_pending() =>
        Assert.Equal(
            new LedgerRefusal.FundsPending(new Money(400)),
            RefusalOf(new Fund(Shop, "f", new(500)), new Reserve(Shop, "r", new(400)), new BeginClose(Shop, "b"), new Close(Shop, "c")));

    [Fact]
    public void a_closing_account_reserves_nothing() =>
        Assert.Equal(
            new LedgerRefusal.AccountClosing(),
            RefusalOf(new Fund(Shop, "f", new(500)), new BeginClose(Shop, "b"), new Reserve(Shop, "r", new(1))));

    [Fact]
    public void what_arrives_after_closing_waits_to_be_paid_out() =>
        Assert.Equal(
            [(Account.PayoutClearing, -40L), (Account.Adjustment, 40L)],
            EntriesOf(new BeginClose(Shop, "b"), new Close(Shop, "c"), new Credit(Shop, "late", new(40))));

    [Fact]
    public void a_failed_payout_is_reversed_and_can_be_made_again() =>
        Assert.Equal(
            [(Account.CardClearing, 500L), (Account.PayoutClearing, -500L)],
            EntriesOf(
                new Fund(Shop, "f", new(500)), new BeginClose(Shop, "b"), new Close(Shop, "c"),
                new PayOut(Shop, "p", new(500), PayoutRoute.Card), new Correct(Shop, "failed", "p")));

    [Fact]
    public void more_than_the_remainder_is_not_paid_out() =>
        Assert.Equal(
            new LedgerRefusal.MoreThanRemainder(new Money(500), new Money(501)),
            RefusalOf(
                new Fund(Shop, "f", new(500)), new BeginClose(Shop, "b"), new Close(Shop, "c"),
                new PayOut(Shop, "p", new(501), PayoutRoute.Bank)));

    [Fact]
    public void nothing_is_closed_with_another_remainder_than_the_approved_one() =>
        Assert.Equal(
            new LedgerRefusal.RemainderChanged(new Money(501)),
            RefusalOf(new Fund(Shop, "f", new(500)), new BeginClose(Shop, "b"), new Credit(Shop, "late", new(1)), new Close(Shop, "c", new Money(500))));

    [Fact]
    public void what_was_set_aside_pays_what_is_owed_and_not_more()
    {
        LedgerCommand[] disputed = [new Fund(Shop, "f", new(500)), new BeginClose(Shop, "b"), new Close(Shop, "c", new Money(500)), new Dispute(Shop, "d", new(200))];

        Assert.Equal(
            [(Account.Receivable, -200L), (Account.PayoutClearing, 200L)],
            EntriesOf([.. disputed, new PayOut(Shop, "p", new(200), PayoutRoute.Owed)]));
        Assert.Equal(
            new LedgerRefusal.MoreThanOwed(new Money(200), new Money(201)),
            RefusalOf([.. disputed, new PayOut(Shop, "p", new(201), PayoutRoute.Owed)]));
    }

    [Fact]
    public void a_clock_that_goes_back_does_not_take_the_book_with_it()
    {
        var first = (LedgerDecision.Record)LedgerRules.Decide(new Book(Shop), new Fund(Shop, "a", new(1)), default, Now);
        var second = (LedgerDecision.Record)LedgerRules.Decide(first.Book, new Fund(Shop, "b", new(1)), default, Now.AddMinutes(-5));

        Assert.Equal(Now, second.Transfer.RecordedAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void an_amount_that_is_not_above_zero_is_the_callers_bug(long cents) =>
        Assert.Throws<ArgumentException>(() => LedgerRules.Require(new Fund(Shop, "f", new(cents))));

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void a_key_has_1_to_100_characters(int length) =>
        Assert.Throws<ArgumentException>(() => LedgerRules.Require(new Pause(Shop, new string('k', length))));

    private static IEnumerable<(Account, long)> EntriesOf(params LedgerCommand[] commands) =>
        After(commands).Last.Entries.Select(e => (e.Account, e.Amount.Cents));

    private static LedgerRefusal RefusalOf(params LedgerCommand[] commands)
    {
        var (batch, _) = After(commands[..^1]);
        return Assert.IsType<LedgerReply.Refused>(batch.Run(commands[^1], Now, LedgerRules.Decide)).Reason;
    }

    private static (LedgerBatch Batch, Transfer Last) After(params LedgerCommand[] commands)
    {
        var batch = new LedgerBatch();
        batch.Load(new Book(Shop));
        foreach (var command in commands)
        {
            Assert.IsType<LedgerReply.Accepted>(batch.Run(command, Now, LedgerRules.Decide));
        }

        batch.Check();
        return (batch, batch.NewTransfers[^1]);
    }
}
